// FR Core 2.1.0: datatype profiles, extensions, value sets (fhir-fr.md 1.2, 2.0 b, 6.2).

Profile: FRCoreHumanName
Parent: HumanName
Id: fr-core-human-name
Title: "FR Core HumanName"
Description: "One prefix at most; the list of birth given names."
* insert FrProfile(fr-core-human-name)
* extension contains FRCoreBirthListGivenName named birthListGivenName 0..1
* prefix 0..1

Profile: FRCoreContactPoint
Parent: ContactPoint
Id: fr-core-contact-point
Title: "FR Core ContactPoint"
Description: "System and value are mandatory."
* insert FrProfile(fr-core-contact-point)
* extension contains FRCoreContactPointEmailType named emailType 0..1 and AsExtMailboxMssMetadata named mailboxMetadata 0..1
* system 1..1
* value 1..1

Profile: FRCoreAddress
Parent: Address
Id: fr-core-address
Title: "FR Core Address"
Description: "The COG code of the commune."
* insert FrProfile(fr-core-address)
* extension contains FRCoreAddressInseeCode named inseeCode 0..1

Extension: FRCoreBirthListGivenName
Id: fr-core-patient-birth-list-given-name
Title: "FR Core birth list of given names"
Description: "All given names of the birth certificate."
Context: HumanName
* insert FrProfile(fr-core-patient-birth-list-given-name)
* value[x] 1..1
* value[x] only string

Extension: FRCoreAddressInseeCode
Id: fr-core-address-insee-code
Title: "FR Core INSEE code"
Description: "COG code of a commune."
Context: Address
* insert FrProfile(fr-core-address-insee-code)
* value[x] 1..1
* value[x] only Coding
* valueCoding.system 1..1
* valueCoding.code 1..1

Extension: FRCoreContactPointEmailType
Id: fr-core-contact-point-email-type
Title: "FR Core type of e-mail"
Description: "Kind of messaging an address belongs to."
Context: ContactPoint
* insert FrProfile(fr-core-contact-point-email-type)
* value[x] 1..1
* value[x] only Coding
* value[x] from FRCoreVsEmailType (extensible)

Extension: FRCoreIdentityReliability
Id: fr-core-identity-reliability
Title: "FR Core identity reliability"
Description: "How far the identity of a person is proved, when and how."
Context: Patient
* insert FrProfile(fr-core-identity-reliability)
* extension contains
    identityStatus 1..1 and
    validationDate 0..1 and
    validationMode 0..1 and
    methodCollection 0..1 and
    dateCollection 0..1
* extension[identityStatus].value[x] 1..1
* extension[identityStatus].value[x] only Coding
* extension[identityStatus].valueCoding from FRCoreVsIdentityReliability (required)
* extension[validationDate].value[x] 1..1
* extension[validationDate].value[x] only date
* extension[validationMode].value[x] 1..1
* extension[validationMode].value[x] only Coding
* extension[validationMode].valueCoding from FRCoreVsModeValidation (extensible)
* extension[methodCollection].value[x] 1..1
* extension[methodCollection].value[x] only Coding
* extension[methodCollection].valueCoding from FRCoreVsMethodCollection (required)
* extension[dateCollection].value[x] 1..1
* extension[dateCollection].value[x] only date

ValueSet: FRCoreVsIdentityReliability
Id: fr-core-vs-identity-reliability
Title: "FR Core identity reliability"
Description: "Statuses of either code system (fhir-fr.md 1.2)."
* insert FrValueSet(fr-core-vs-identity-reliability)
* include codes from system $fr-0445
* include codes from system $fr-identity-status

ValueSet: FRCoreVsMethodCollection
Id: fr-core-vs-method-collection
Title: "FR Core method of collection"
Description: "How an identity was collected."
* insert FrValueSet(fr-core-vs-method-collection)
* include codes from system $fr-method-collection

ValueSet: FRCoreVsModeValidation
Id: fr-core-vs-mode-validation-identity
Title: "FR Core mode of validation"
Description: "The document that proved an identity."
* insert FrValueSet(fr-core-vs-mode-validation-identity)
* include codes from system $fr-mode-validation

ValueSet: FRCoreVsPatientGenderIns
Id: fr-core-vs-patient-gender-INS
Title: "FR Core gender of an INS"
Description: "male, female, unknown."
* insert FrValueSet(fr-core-vs-patient-gender-INS)
* $gender#male
* $gender#female
* $gender#unknown

ValueSet: FRCoreVsEmailType
Id: fr-core-vs-email-type
Title: "FR Core types of e-mail"
Description: "Kinds of messaging."
* insert FrValueSet(fr-core-vs-email-type)
* include codes from system $r256
