// Supporting resources (fhir-fr.md 2.7).

RuleSet: HubPatientRules
* identifier obeys hub-pat-2
* obeys hub-pat-1 and hub-pat-3

Profile: HubPatient
Parent: FRCorePatient
Id: hub-patient
Title: "Personne"
Description: "FR Core Patient and the hub's rules on identities."
* identifier 1..*
* insert HubPatientRules

Profile: HubPatientIns
Parent: FRCorePatientIns
Id: hub-patient-ins
Title: "Personne d'identité qualifiée"
Description: "FR Core Patient INS and the hub's rules on identities."
* insert HubPatientRules

Profile: HubOrganization
Parent: CdsOrganization
Id: hub-organization
Title: "Structure"
Description: "Organization of the cercle de soins guide, and the territory of a dispositif d'appui à la coordination."
* extension contains HubExtTerritoire named territoire 0..*
* obeys hub-org-1

Profile: HubEncounter
Parent: FRCoreEncounter
Id: hub-encounter
Title: "Venue"
Description: "A stay or a visit, as admissions and discharges are announced."
* identifier 1..*
* identifier.type 1..1
* identifier.system 1..1
* identifier.value 1..1
* class.system 1..1
* class.code 1..1
* insert AboutAPerson(subject)
* period 1..1
* serviceProvider 1..1
* obeys hub-enc-1 and hub-enc-2

Profile: HubGoal
Parent: Goal
Id: hub-goal
Title: "Objectif"
Description: "One objective of a plan, in the person's words."
* insert Keyed
* description.text 1..1
* insert AboutAPerson(subject)
* target.due[x] only date
* addresses only Reference(Condition or Observation)
* obeys hub-go-1

Profile: HubObservation
Parent: Observation
Id: hub-observation
Title: "Observation"
Description: "A measure or an evaluation: GIR, weight, pressure."
* category 1..*
* insert AboutAPerson(subject)
* effective[x] 1..1
* obeys hub-ob-1

Profile: HubProvenance
Parent: Provenance
Id: hub-provenance
Title: "Origine"
Description: "Who wrote what, for which structure, from which source or version."
* activity 1..1
* agent.onBehalfOf only Reference(Organization)
* entity.role from HubVsOrigine (required)
* obeys hub-prov-1
