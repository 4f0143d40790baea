// Traçabilité d'évènements 2.0.0, Transfert du dossier usager 2.x (fhir-fr.md 2.1, 2.7).

Profile: TdeAuditevent
Parent: AuditEvent
Id: tde-auditevent
Title: "TDE AuditEvent"
Description: "One trace: two parties at most."
* insert AnsProfile(tde, tde-auditevent, 2.0.0)
* subtype 0..1
* period 1..1
* period.start 1..1
* agent 1..2
* agent.who 1..1

Invariant: tddui-qr-1
Description: "the number of an evaluation is 3 + FINESS / n"
Severity: #error
Expression: "matches('^3[0-9AB]{9}/.+$')"

Invariant: tddui-qr-2
Description: "an AGGIR evaluation is answered by a GIR"
Severity: #error
Expression: "(questionnaire.startsWith('https://interop.esante.gouv.fr/ig/fhir/tddui/Questionnaire/tddui-questionnaire-aggir-pa-ssiad') and (status='completed' or status='amended')) implies item.where(linkId='resultat-eval').answer.value.where(code.matches('^MED-3(39|40|41|42|43|44)$')).exists()"

Profile: TdduiQuestionnaireResponse
Parent: QuestionnaireResponse
Id: tddui-questionnaire-response
Title: "TDDUI evaluation"
Description: "A multidimensional evaluation."
* insert AnsProfile(tddui, tddui-questionnaire-response, 2.1.0)
* identifier 1..1
* identifier.system 1..1
* identifier.system = "https://identifiant-medicosocial-evaluation.esante.gouv.fr"
* identifier.value 1..1
* identifier.value obeys tddui-qr-1
* questionnaire 1..1
* subject 1..1
* subject only Reference(FRCorePatient or FRCorePatientIns)
* item 1..*
* obeys tddui-qr-2

Profile: TdduiCareplanProjetPersonnalise
Parent: CarePlan
Id: tddui-careplan-projet-personnalise
Title: "TDDUI projet personnalisé"
Description: "The plan of a social or medico-social structure: accepted as it is, read only."
* insert AnsProfile(tddui, tddui-careplan-projet-personnalise, 2.1.0)
* subject only Reference(Patient)
