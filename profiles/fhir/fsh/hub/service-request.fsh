// ServiceRequest (fhir-fr.md 2.3, 2.4): what is asked; the workflow lives in the Task.

RuleSet: RequestRules(slice, kind)
* insert Keyed
* status from HubVsStatutDemande (required)
* intent = #order
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains {slice} 1..1
* category[{slice}] = {kind}
* priority 1..1
* priority obeys hub-sr-1
* code 1..1
* subject 1..1
* subject only Reference(FRCorePatient)
* occurrence[x] only dateTime or Period
* authoredOn 1..1
* requester 1..1
* requester only Reference(PractitionerRole or Practitioner or Organization or RelatedPerson or Patient)
* performer 1..*
* reasonCode 1..*
* reasonCode obeys hub-sr-2
* obeys hub-sr-3 and hub-sr-4

Profile: HubServicerequestDemandeAppui
Parent: ServiceRequest
Id: hub-servicerequest-demande-appui
Title: "Demande d'appui"
Description: "A request for support to the dispositif d'appui à la coordination of the person's territory."
* insert RequestRules(appui, $hub-cs#DEM-APPUI)
* code from HubVsTypeAppui (required)
* performer only Reference(Organization or CareTeam)

Profile: HubServicerequestSnp
Parent: ServiceRequest
Id: hub-servicerequest-snp
Title: "Demande de soins non programmés"
Description: "A request for unscheduled, non-vital care to a CPTS."
* insert RequestRules(snp, $hub-cs#SNP)
* performer only Reference(Organization)
