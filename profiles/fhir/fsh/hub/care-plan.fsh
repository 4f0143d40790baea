// CarePlan (fhir-fr.md 2.1): PPCS and PPS differ by their category only.

RuleSet: PlanRules(kind)
* extension contains HubExtProchaineReevaluation named prochaineReevaluation 0..1 and HubExtVersionPlan named versionPlan 0..1
* insert Keyed
* status from HubVsStatutDemande (required)
* intent = #plan
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains plan 1..1 and dimension 0..*
* category[plan] = {kind}
* category[plan] from HubVsPlanType (required)
* category[dimension] from HubVsDimension (required)
* title 1..1
* insert AboutAPerson(subject)
* period 1..1
* period.start 1..1
* created 1..1
* author only Reference(PractitionerRole or Organization)
* careTeam 1..*
* careTeam only Reference(CdsIheCareteam)
* addresses only Reference(Condition)
* supportingInfo only Reference(Consent or QuestionnaireResponse or DocumentReference or Observation)
* goal only Reference(Goal)
* activity obeys hub-cp-8
* activity.reference only Reference(Task or ServiceRequest)
* activity.detail obeys hub-cp-3 and hub-cp-5
* meta obeys hub-cp-4
* obeys hub-cp-1 and hub-cp-2 and hub-cp-6 and hub-cp-7

Profile: HubCareplanPpcs
Parent: CarePlan
Id: hub-careplan-ppcs
Title: "Plan personnalisé de coordination en santé"
Description: "The shared care plan of a complex situation."
* insert PlanRules($hub-cs#PPCS)

Profile: HubCareplanPps
Parent: CarePlan
Id: hub-careplan-pps
Title: "Plan personnalisé de santé"
Description: "The shared care plan."
* insert PlanRules($hub-cs#PPS)
