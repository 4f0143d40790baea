// Task (fhir-fr.md 2.4): four profiles, one workflow each.

RuleSet: TaskRules(kind, intent)
* extension contains HubExtTerritoire named territoire 0..1
* insert Keyed
* statusReason from HubVsMotifStatut (required)
* businessStatus from HubVsStatutMetier (required)
* intent = {intent}
* code 1..1
* code = {kind}
* for 1..1
* for only Reference(FRCorePatient)
* authoredOn 1..1
* lastModified 1..1
* obeys hub-task-1

RuleSet: SlicedByType(element)
* {element} ^slicing.discriminator.type = #pattern
* {element} ^slicing.discriminator.path = "type"
* {element} ^slicing.rules = #open

RuleSet: Motif
* input 1..*
* insert SlicedByType(input)
* input contains motif 1..*
* input[motif].type = $hub-cs#motif
* input[motif].value[x] only CodeableConcept

Profile: HubTaskDemandeAppui
Parent: Task
Id: hub-task-demande-appui
Title: "Suivi d'une demande d'appui"
Description: "What becomes of a demande d'appui, at the dispositif d'appui à la coordination."
* insert TaskRules($hub-cs#DEM-APPUI, #order)
* focus 1..1
* focus only Reference(HubServicerequestDemandeAppui)
* requester 1..1
* owner 1..1
* owner only Reference(Organization)
* insert Motif
* input contains accord 1..1 and evaluation 0..* and piece-jointe 0..* and mt 0..1
* input[accord].type = $hub-cs#accord
* input[accord].value[x] only Reference(Consent)
* input[evaluation].type = $hub-cs#evaluation
* input[evaluation].value[x] only Reference(QuestionnaireResponse or Observation)
* input[piece-jointe].type = $hub-cs#piece-jointe
* input[piece-jointe].value[x] only Reference(DocumentReference)
* input[mt].type = $hub-cs#mt
* input[mt].value[x] only Reference(PractitionerRole)
* insert SlicedByType(output)
* output contains ppcs 0..* and orientation 0..* and reponse 0..*
* output[ppcs].type = $hub-cs#ppcs
* output[ppcs].value[x] only Reference(CarePlan)
* output[orientation].type = $hub-cs#orientation
* output[reponse].type = $hub-cs#reponse
* obeys hub-task-2 and hub-task-3

Profile: HubTaskValidationMt
Parent: Task
Id: hub-task-validation-mt
Title: "Validation par le médecin traitant"
Description: "The médecin traitant is asked whether a demande d'appui of somebody else may start."
* insert TaskRules($hub-cs#VALIDATION-MT, #order)
* partOf 1..1
* partOf only Reference(HubTaskDemandeAppui)
* focus 1..1
* focus only Reference(ServiceRequest)
* requester 1..1
* requester only Reference(Organization or PractitionerRole)
* owner 1..1
* owner only Reference(PractitionerRole)
* insert Motif
* insert SlicedByType(output)
* output contains decision 0..*
* output[decision].type = $hub-cs#decision
* output[decision].value[x] only CodeableConcept
* output[decision].valueCodeableConcept from HubVsDecisionMt (required)
* obeys hub-task-4

Profile: HubTaskSnp
Parent: Task
Id: hub-task-snp
Title: "Suivi d'une demande de soins non programmés"
Description: "What becomes of a request for unscheduled care, within 48 hours."
* insert TaskRules($hub-cs#SNP, #order)
* focus 1..1
* focus only Reference(HubServicerequestSnp)
* requester 1..1
* owner 1..1
* owner only Reference(Organization or PractitionerRole)
* insert Motif
* insert SlicedByType(output)
* output contains creneau 0..* and orientation 0..*
* output[creneau].type = $hub-cs#creneau
* output[creneau].value[x] only Period
* output[orientation].type = $hub-cs#orientation
* obeys hub-task-2 and hub-task-5

Profile: HubTaskActionPpcs
Parent: Task
Id: hub-task-action-ppcs
Title: "Action d'un plan"
Description: "One action of a plan, followed on its own."
* insert TaskRules($hub-cs#ACTION, #plan)
* basedOn 1..1
* basedOn only Reference(HubCareplanPpcs)
* owner only Reference(PractitionerRole or Organization or RelatedPerson or Patient)
