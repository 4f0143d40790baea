// Communication (fhir-fr.md 2.6): messages inside the platform, and the trace of one mail.

Profile: HubCommunicationCercle
Parent: Communication
Id: hub-communication-cercle
Title: "Message ou alerte"
Description: "A message or an alert between the members of a circle."
* category 1..*
* category from HubVsCategorieCommunication (required)
* insert AboutAPerson(subject)
* about only Reference(CarePlan or Task or Encounter or DocumentReference)
* sent 1..1
* recipient 1..*
* recipient only Reference(PractitionerRole or Organization or RelatedPerson or Patient or CareTeam)
* recipient obeys hub-com-1
* sender 1..1
* sender obeys hub-com-1
* payload 1..*
* obeys hub-com-2

Profile: HubCommunicationMssante
Parent: Communication
Id: hub-communication-mssante
Title: "Trace d'un courriel MSSanté"
Description: "One mail of secure health messaging: one recipient, one person."
* extension contains HubExtMssMessageId named messageId 0..1
* insert Keyed
* status from HubVsStatutEnvoi (required)
* category 1..*
* medium 1..1
* medium = $r256#MSSANTE
* subject only Reference(FRCorePatient)
* topic 1..1
* sent 1..1
* recipient 1..1
* recipient.extension contains HubExtMssAddress named address 1..1
* recipient obeys hub-com-1
* sender 1..1
* sender.extension contains HubExtMssAddress named address 1..1
* sender obeys hub-com-1
* payload 1..*
* obeys hub-com-2
