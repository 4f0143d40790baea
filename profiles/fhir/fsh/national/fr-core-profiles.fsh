// FR Core 2.1.0: profiles of resources (fhir-fr.md 1.1, 1.5, 1.6, 2.7).

RuleSet: TypedIdentifiers
* identifier ^slicing.discriminator[0].type = #pattern
* identifier ^slicing.discriminator[0].path = "type"
* identifier ^slicing.rules = #open

RuleSet: IdentifierSlice(slice, type, system)
* identifier[{slice}].type = {type}
* identifier[{slice}].system 1..1
* identifier[{slice}].system = "{system}"
* identifier[{slice}].value 1..1

RuleSet: FrenchContacts
* name only FRCoreHumanName
* telecom only FRCoreContactPoint
* address only FRCoreAddress

Profile: FRCorePatient
Parent: Patient
Id: fr-core-patient
Title: "FR Core Patient"
Description: "A person, of any reliability of identity."
* insert FrProfile(fr-core-patient)
* extension contains FRCoreIdentityReliability named identityReliability 0..1 and $birth-place named birthPlace 0..1
* insert TypedIdentifiers
* identifier ^slicing.discriminator[1].type = #pattern
* identifier ^slicing.discriminator[1].path = "use"
* identifier contains NSS 0..1 and INS-C 0..* and PI 0..* and RRI 0..* and NDP 0..1
* insert IdentifierSlice(NSS, $v2-0203#NH, urn:oid:1.2.250.1.213.1.4.8)
* identifier[NSS].use = #official
* insert IdentifierSlice(INS-C, $fr-0203#INS-C, urn:oid:1.2.250.1.213.1.4.2)
* identifier[INS-C].use = #secondary
* identifier[PI].type = $v2-0203#PI
* identifier[PI].use = #usual
* identifier[PI].system 1..1
* identifier[PI].value 1..1
* identifier[RRI].type = $v2-0203#RRI
* identifier[RRI].use = #secondary
* identifier[RRI].system 1..1
* identifier[RRI].value 1..1
* insert IdentifierSlice(NDP, $fr-0203#NDP, urn:oid:1.2.250.1.176.1.2)
* identifier[NDP].use = #secondary
* insert FrenchContacts

Invariant: fr-core-1
Description: "a validated identity of this profile carries its INS"
Severity: #error
Expression: "extension('https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability').extension('identityStatus').value.exists(code='VALI') implies identifier.exists((use='official' or use='temp') and system.startsWith('urn:oid:1.2.250.1.213.1.4.') and type.coding.exists(code.startsWith('INS-NI')))"

Profile: FRCorePatientIns
Parent: FRCorePatient
Id: fr-core-patient-ins
Title: "FR Core Patient INS"
Description: "A person of qualified identity, with the five traits."
* insert FrProfile(fr-core-patient-ins)
* extension[identityReliability] 1..1
* extension[birthPlace] 1..1
* extension[birthPlace].valueAddress.extension contains FRCoreAddressInseeCode named inseeCode 1..1
* identifier 1..*
* identifier contains INS-NIR 0..1 and INS-NIA 0..1 and INS-NIR-TEST 0..1 and INS-NIR-DEMO 0..1
* insert IdentifierSlice(INS-NIR, $fr-0203#INS-NIR, urn:oid:1.2.250.1.213.1.4.8)
* identifier[INS-NIR].use = #official
* insert IdentifierSlice(INS-NIA, $fr-0203#INS-NIA, urn:oid:1.2.250.1.213.1.4.9)
* identifier[INS-NIA].use = #temp
* insert IdentifierSlice(INS-NIR-TEST, $fr-0203#INS-NIR-TEST, urn:oid:1.2.250.1.213.1.4.10)
* identifier[INS-NIR-TEST].use = #official
* insert IdentifierSlice(INS-NIR-DEMO, $fr-0203#INS-NIR-DEMO, urn:oid:1.2.250.1.213.1.4.11)
* identifier[INS-NIR-DEMO].use = #official
* name 1..*
* name ^slicing.discriminator.type = #pattern
* name ^slicing.discriminator.path = "use"
* name ^slicing.rules = #open
* name contains officialName 1..1
* name[officialName].use = #official
* name[officialName].family 1..1
* name[officialName].given 1..1
* name[officialName].extension[birthListGivenName] 1..1
* gender 1..1
* gender from FRCoreVsPatientGenderIns (required)
* birthDate 1..1
* obeys fr-core-1

Profile: FRCorePractitioner
Parent: Practitioner
Id: fr-core-practitioner
Title: "FR Core Practitioner"
Description: "A professional."
* insert FrProfile(fr-core-practitioner)
* insert TypedIdentifiers
* identifier contains RPPS 0..1 and IDNPS 0..1 and ADELI 0..1
* insert IdentifierSlice(RPPS, $fr-0203#RPPS, https://rpps.esante.gouv.fr)
* insert IdentifierSlice(IDNPS, $fr-0203#IDNPS, urn:oid:1.2.250.1.71.4.2.1)
* identifier[ADELI].type = $fr-0203#ADELI
* identifier[ADELI].value 1..1
* insert FrenchContacts

Profile: FRCorePractitionerRole
Parent: PractitionerRole
Id: fr-core-practitioner-role
Title: "FR Core PractitionerRole"
Description: "A place and mode of practice of a professional."
* insert FrProfile(fr-core-practitioner-role)
* practitioner only Reference(FRCorePractitioner)
* organization only Reference(FRCoreOrganization)
* telecom only FRCoreContactPoint

Profile: FRCoreOrganization
Parent: Organization
Id: fr-core-organization
Title: "FR Core Organization"
Description: "A structure."
* insert FrProfile(fr-core-organization)
* insert TypedIdentifiers
* identifier contains FINEG 0..* and FINEJ 0..* and SIREN 0..* and SIRET 0..* and IDNST 0..* and INTRN 0..*
* insert IdentifierSlice(FINEG, $fr-0203#FINEG, https://finess.esante.gouv.fr)
* insert IdentifierSlice(FINEJ, $fr-0203#FINEJ, https://finess.esante.gouv.fr)
* insert IdentifierSlice(SIREN, $fr-0203#SIREN, https://sirene.fr)
* insert IdentifierSlice(SIRET, $fr-0203#SIRET, https://sirene.fr)
* insert IdentifierSlice(IDNST, $fr-0203#IDNST, urn:oid:1.2.250.1.71.4.2.2)
* insert IdentifierSlice(INTRN, $fr-0203#INTRN, https://rppsrang.esante.gouv.fr)
* telecom only FRCoreContactPoint
* address only FRCoreAddress

Profile: FRCoreRelatedPerson
Parent: RelatedPerson
Id: fr-core-related-person
Title: "FR Core RelatedPerson"
Description: "Somebody around a person: by role, by relation."
* insert FrProfile(fr-core-related-person)
* patient only Reference(FRCorePatient or FRCorePatientIns)
* relationship ^slicing.discriminator.type = #value
* relationship ^slicing.discriminator.path = "coding.system"
* relationship ^slicing.rules = #open
* relationship contains Role 0..* and RelationType 0..*
* relationship[Role].coding 1..1
* relationship[Role].coding.system 1..1
* relationship[Role].coding.system = "https://mos.esante.gouv.fr/NOS/TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass"
* relationship[RelationType].coding 1..1
* relationship[RelationType].coding.system 1..1
* relationship[RelationType].coding.system = "https://mos.esante.gouv.fr/NOS/TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode"
* insert FrenchContacts

Profile: FRCoreEncounter
Parent: Encounter
Id: fr-core-encounter
Title: "FR Core Encounter"
Description: "A stay or a visit."
* insert FrProfile(fr-core-encounter)
* subject only Reference(FRCorePatient or FRCorePatientIns)
* serviceProvider only Reference(FRCoreOrganization)
