// Cercle de soins 2.0.1 (fhir-fr.md 1.8, 2.2, 2.7, 3.4, 5.4).

RuleSet: Cds(id)
* insert AnsProfile(cds, {id}, 2.0.1)

Profile: CdsIheCareteam
Parent: CareTeam
Id: cds-ihe-careteam
Title: "CDS CareTeam"
Description: "Cercle de soins."
* insert Cds(cds-ihe-careteam)
* meta 1..1
* identifier 1..1
* identifier.value 1..1
* status 1..1
* name 1..1
* subject 1..1
* subject only Reference(FRCorePatient or FRCorePatientIns)
* period 1..1
* period.start 1..1
* participant.member 1..1
* participant.member only Reference(AsPractitionerRole or CdsFrRelatedPerson or CdsOrganization)
* participant.period.start 1..1

Profile: CdsOrganization
Parent: FRCoreOrganization
Id: cds-organization
Title: "CDS Organization"
Description: "A structure of a cercle de soins."
* insert Cds(cds-organization)
* identifier 1..*
* identifier.type 1..1
* identifier.system 1..1
* identifier.value 1..1
* type 1..*
* type from AsVsTypeStructure (extensible)
* name 1..1

Profile: CdsFrRelatedPerson
Parent: FRCoreRelatedPerson
Id: cds-fr-related-person
Title: "CDS RelatedPerson"
Description: "Somebody around the person of a cercle de soins."
* insert Cds(cds-fr-related-person)
* identifier 1..1
* identifier.system 1..1
* identifier.value 1..1
* relationship[Role] 1..*
* relationship[RelationType] 0..1
* name 1..1
* name.family 1..1
* telecom 1..*

ValueSet: CareteamRolesVs
Id: careteam-roles-vs
Title: "CDS roles of a circle"
Description: "R259#PCP and every code of TRE_R260."
* insert Stub(https://interop.esante.gouv.fr/ig/fhir/cds/ValueSet/careteam-roles-vs, 2.0.1)
* $r259#PCP
* include codes from system $r260

Invariant: cds-bundle-1
Description: "the transaction creates exactly one circle and one person"
Severity: #error
Expression: "entry.resource.ofType(CareTeam).count() = 1 and entry.resource.ofType(Patient).count() = 1"

Invariant: cds-bundle-2
Description: "the transaction carries a circle and its actors only"
Severity: #error
Expression: "entry.resource.all($this is CareTeam or $this is Patient or $this is RelatedPerson or $this is Organization or $this is PractitionerRole or $this is Practitioner)"

Invariant: cds-bundle-3
Description: "an entry is created or updated"
Severity: #error
Expression: "$this='POST' or $this='PUT'"

RuleSet: CdsTransaction
* type = #transaction
* entry 1..*
* entry.resource 1..1
* entry.request 1..1
* entry.request.method obeys cds-bundle-3
* entry.response 0..0
* obeys cds-bundle-2

Profile: CdsBundleTransactionCreation
Parent: Bundle
Id: cds-bundle-transaction-creation
Title: "CDS creation of a circle"
Description: "Flux 1c: a circle and its actors in one transaction."
* insert Cds(cds-bundle-transaction-creation)
* insert CdsTransaction
* obeys cds-bundle-1

Profile: CdsBundleTransactionMaj
Parent: Bundle
Id: cds-bundle-transaction-maj
Title: "CDS update of a circle"
Description: "Flux 4c: a circle and its actors, changed in one transaction."
* insert Cds(cds-bundle-transaction-maj)
* insert CdsTransaction
