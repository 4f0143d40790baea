// PDSm 3.1.1, Cahier de liaison 3.0.0 (fhir-fr.md 2.7). The `constr-*` invariants of PDSm have no expression: nothing of them stands here.

RuleSet: Pdsm(id)
* insert AnsProfile(pdsm, {id}, 3.1.1)

Extension: PdsmExtIsArchived
Id: pdsm-ext-is-archived
Title: "PDSm isArchived"
Description: "Archived, or active."
Context: DocumentReference, List
* insert Pdsm(pdsm-ext-is-archived)
* value[x] 1..1
* value[x] only boolean

RuleSet: SharedDocument
* extension contains PdsmExtIsArchived named isArchived 0..1
* type 1..1
* subject only Reference(FRCorePatient or FRCorePatientIns)
* date 1..1
* author 1..*
* custodian 1..1
* content.attachment.title 1..1
* context 1..1
* context.period 1..1
* context.period.start 1..1

Profile: PdsmComprehensiveDocumentReference
Parent: DocumentReference
Id: pdsm-comprehensive-document-reference
Title: "PDSm comprehensive DocumentReference"
Description: "A document whose content stands in a Binary."
* insert Pdsm(pdsm-comprehensive-document-reference)
* contained 1..*
* insert SharedDocument
* type from JdvJ07 (preferred)
* securityLabel 1..*
* securityLabel from PdsmVsSecurityLabel (extensible)
* content.attachment.url 1..1
* content.attachment.size 1..1
* content.attachment.hash 1..1

Profile: PdsmSimplifiedPublish
Parent: DocumentReference
Id: pdsm-simplified-publish
Title: "PDSm simplified publish"
Description: "A document that carries its content."
* insert Pdsm(pdsm-simplified-publish)
* masterIdentifier 1..1
* insert SharedDocument
* type from JdvJ07 (preferred)
* content.attachment.contentType 1..1
* content.attachment.data 1..1

Extension: IheSourceId
Id: ihe-sourceId
Title: "MHD sourceId"
Description: "Where a submission set comes from."
Context: List
* insert Stub(https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId, 4.2.3)
* value[x] 1..1
* value[x] only Identifier

Extension: IheDesignationType
Id: ihe-designationType
Title: "MHD designationType"
Description: "Kind of activity a submission set is about."
Context: List
* insert Stub(https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType, 4.2.3)
* value[x] 1..1
* value[x] only CodeableConcept

Extension: IheAuthorOrg
Id: ihe-authorOrg
Title: "MHD authorOrg"
Description: "The structure of the author of a submission set."
Context: List.source
* insert Stub(https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg, 4.2.3)
* ^context[+].type = #element
* ^context[=].expression = "List"
* value[x] 1..1
* value[x] only Reference

Invariant: pdsm-list-1
Description: "the unique identifier of a submission set is an OID"
Severity: #error
Expression: "identifier.exists(use='usual' and value.startsWith('urn:oid:'))"

Profile: PdsmSubmissionsetComprehensive
Parent: List
Id: pdsm-submissionset-comprehensive
Title: "PDSm submission set"
Description: "What was deposited together."
* insert Pdsm(pdsm-submissionset-comprehensive)
* extension contains IheDesignationType named designationType 1..1 and IheSourceId named sourceId 1..1 and PdsmExtIsArchived named isArchived 0..1
* identifier 1..*
* subject 1..1
* subject only Reference(FRCorePatient or FRCorePatientIns)
* date 1..1
* source 1..1
* obeys pdsm-list-1

Profile: CdlDocumentReference
Parent: DocumentReference
Id: cdl-document-reference
Title: "CDL note"
Description: "A note of the cahier de liaison."
* insert AnsProfile(cdl, cdl-document-reference, 3.0.0)
* type 1..1
* type from JdvJ23 (required)
* subject 1..1
* subject only Reference(FRCorePatient or FRCorePatientIns)
* date 1..1
* author 1..*
* custodian 0..0
* securityLabel 0..1
* securityLabel from JdvJ110 (required)
* content.format 0..0

ValueSet: PdsmVsSecurityLabel
Id: pdsm-vs-security-label
Title: "PDSm security labels"
Description: "Confidentiality and visibility of a document."
* insert Stub(https://interop.esante.gouv.fr/ig/fhir/pdsm/ValueSet/pdsm-vs-security-label, 3.1.1)
* $v3-confidentiality#N
* $v3-confidentiality#R
* $v3-confidentiality#V
* include codes from valueset JdvJ110
