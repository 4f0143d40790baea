// Rules that several profiles share.

// Where a hub profile asks for an identifier, system and value are both present (fhir-fr.md 2.0 d).
RuleSet: Keyed
* identifier 1..*
* identifier.system 1..1
* identifier.value 1..1

RuleSet: AboutAPerson(element)
* {element} 1..1
* {element} only Reference(FRCorePatient or FRCorePatientIns)
