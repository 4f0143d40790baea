// Extensions of the hub (fhir-fr.md 2.0), and those its mappers write (mappers/transmission-to-transaction/README.md).

Extension: HubExtProchaineReevaluation
Id: hub-ext-prochaine-reevaluation
Title: "Next re-assessment"
Description: "When the plan is to be looked at again."
Context: CarePlan
* value[x] 1..1
* value[x] only date

Extension: HubExtVersionPlan
Id: hub-ext-version-plan
Title: "Version of the plan"
Description: "Counts the accepted changes of an active plan; set by the hub."
Context: CarePlan
* value[x] 1..1
* value[x] only positiveInt

Extension: HubExtNiveauAcces
Id: hub-ext-niveau-acces
Title: "Level of access"
Description: "What this member of the circle sees, where it is not the level of the profession."
Context: CareTeam.participant
* value[x] 1..1
* value[x] only code
* value[x] from HubVsNiveauAcces (required)

Extension: HubExtRythme
Id: hub-ext-rythme
Title: "How often a member is told"
Description: "Told at once, or once a day of all that happened; where it is left out, at once."
Context: CareTeam.participant
* value[x] 1..1
* value[x] only code
* value[x] from HubVsRythme (required)

Extension: HubExtEvenementEcarte
Id: hub-ext-evenement-ecarte
Title: "Event that a member does not want to be told of"
Description: "Narrows what a member of the circle is told of without asking; it never widens it."
Context: CareTeam.participant
* value[x] 1..1
* value[x] only code
* value[x] from HubVsEvenement (required)

Extension: HubExtTerritoire
Id: hub-ext-territoire
Title: "Territory"
Description: "A commune or département (COG) that a structure serves, or that a task is about."
Context: Organization, Task
* value[x] 1..1
* value[x] only Coding
* valueCoding.system 1..1
* valueCoding.code 1..1

Extension: HubExtInsStatut
Id: hub-ext-ins-statut
Title: "Status of an INS"
Description: "`recu-non-verifie`: received without proof of verification; no search key, not passed on."
Context: Identifier
* value[x] 1..1
* value[x] only code

Extension: HubExtMssAddress
Id: hub-ext-mss-address
Title: "Address of secure health messaging"
Description: "The mailbox a mail left from or went to."
Context: Reference
* value[x] 1..1
* value[x] only string

Extension: HubExtMssMessageId
Id: hub-ext-mss-message-id
Title: "Message-ID"
Description: "RFC 5322 Message-ID of the mail, without angle brackets."
Context: Communication
* value[x] 1..1
* value[x] only string

Extension: HubExtSha256
Id: hub-ext-sha256
Title: "SHA-256 of a content"
Description: "Digest of the bytes as received, beside the SHA-1 that FHIR asks for."
Context: Attachment
* value[x] 1..1
* value[x] only base64Binary

Extension: HubExtVersionDocument
Id: hub-ext-version-document
Title: "Version of a document"
Description: "versionNumber of the CDA document."
Context: DocumentReference, Composition
* value[x] 1..1
* value[x] only positiveInt

Extension: HubExtDestinataire
Id: hub-ext-destinataire
Title: "Recipient of a document"
Description: "Whom the author of the document meant it for."
Context: Composition
* value[x] 1..1
* value[x] only Reference

Extension: HubExtCodeSource
Id: hub-ext-code-source
Title: "Code of the source"
Description: "The code as it came, where FHIR has a list of its own."
Context: code
* value[x] 1..1
* value[x] only Coding

Extension: HubExtNegation
Id: hub-ext-negation
Title: "What is not"
Description: "The source says that this was not found or not done: the value is what was denied."
Context: Observation, FamilyMemberHistory.condition, DeviceUseStatement, DeviceRequest, Consent
* . ?!
* . ^isModifierReason = "It turns the meaning of the value around."
* value[x] 1..1
* value[x] only boolean
* valueBoolean = true

Extension: HubExtComplementSejour
Id: hub-ext-complement-sejour
Title: "Particulars of a stay"
Description: "What PAM-FR says of a stay and R4 has no element for: ZFV-1.2, 2, 4, 5, 7, 8, 11 and ZFM-5."
Context: Encounter
* extension contains dernierSejour 0..1 and transportSortie 0..1 and placement 0..1 and sejourProvenance 0..1 and archive 0..1 and priseEnChargeTransport 0..1 and passageUrgences 0..1
* extension[dernierSejour].value[x] 1..1
* extension[dernierSejour].value[x] only dateTime
* extension[transportSortie].value[x] 1..1
* extension[transportSortie].value[x] only CodeableConcept
* extension[placement].value[x] 1..1
* extension[placement].value[x] only Period
* extension[sejourProvenance].value[x] 1..1
* extension[sejourProvenance].value[x] only Identifier
* extension[archive].value[x] 1..1
* extension[archive].value[x] only string
* extension[priseEnChargeTransport].value[x] 1..1
* extension[priseEnChargeTransport].value[x] only CodeableConcept
* extension[passageUrgences].value[x] 1..1
* extension[passageUrgences].value[x] only code

Extension: HubExtComplementIdentite
Id: hub-ext-complement-identite
Title: "Particulars of an identity"
Description: "What PAM-FR says of a person and R4 has no element for: ZFD-1 to 4 and ZFD-8."
Context: Patient
* extension contains dateLunaire 0..1 and semainesGestation 0..1 and consentementSms 0..1 and naissanceCorrigee 0..1 and finValiditeJustificatif 0..1
* extension[dateLunaire].value[x] 1..1
* extension[dateLunaire].value[x] only string
* extension[semainesGestation].value[x] 1..1
* extension[semainesGestation].value[x] only positiveInt
* extension[consentementSms].value[x] 1..1
* extension[consentementSms].value[x] only boolean
* extension[naissanceCorrigee].value[x] 1..1
* extension[naissanceCorrigee].value[x] only boolean
* extension[finValiditeJustificatif].value[x] 1..1
* extension[finValiditeJustificatif].value[x] only date
