// Consent (fhir-fr.md 2.5): information, agreement, sharing, opposition, and the choices about the national record.

Profile: HubConsent
Parent: Consent
Id: hub-consent
Title: "Consentement ou opposition"
Description: "What a person was told, agreed to or refuses, about whom and since when."
* insert Keyed
* scope = $consentscope#patient-privacy
* category 2..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains loinc 1..1 and nature 1..1
* category[loinc] = $loinc#59284-0
* category[nature] from HubVsConsentNature (required)
* insert AboutAPerson(patient)
* dateTime 1..1
* performer 1..*
* performer only Reference(Patient or RelatedPerson)
* organization 1..*
* source[x] only Reference(DocumentReference)
* policyRule 1..1
* policyRule from HubVsRegle (required)
* provision 1..1
* provision.type 1..1
* provision.period 1..1
* provision.period.start 1..1
* provision.actor.reference only Reference(Organization or PractitionerRole or RelatedPerson or CareTeam)
* provision.purpose 1..*
* provision.purpose from $v3-act-reason (required)
* obeys hub-co-1 and hub-co-2 and hub-co-3 and hub-co-4
