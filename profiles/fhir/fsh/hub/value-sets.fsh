// Value sets of the hub (fhir-fr.md 2.0).

ValueSet: HubVsPlanType
Id: hub-vs-plan-type
Title: "Kinds of plan"
Description: "PPCS and PPS."
* ^experimental = false
* $hub-cs#PPCS
* $hub-cs#PPS

ValueSet: HubVsDimension
Id: hub-vs-dimension
Title: "Dimensions of a plan"
Description: "The four dimensions of the synthesis."
* ^experimental = false
* $hub-cs#medical
* $hub-cs#psychologique
* $hub-cs#sociale
* $hub-cs#environnementale

ValueSet: HubVsConsentNature
Id: hub-vs-consent-nature
Title: "Natures of a consent"
Description: "The six natures."
* ^experimental = false
* $hub-cs#information
* $hub-cs#accord
* $hub-cs#partage
* $hub-cs#opposition
* $hub-cs#dmp-alimentation
* $hub-cs#dmp-consultation

ValueSet: HubVsCategorieCommunication
Id: hub-vs-categorie-communication
Title: "Categories of a communication"
Description: "Alert, message, information of the médecin traitant, of the person."
* ^experimental = false
* $hub-cs#ALERTE
* $hub-cs#MESSAGE
* $hub-cs#INFO-MT
* $hub-cs#INFO-PERSONNE

ValueSet: HubVsDecisionMt
Id: hub-vs-decision-mt
Title: "Decisions of the médecin traitant"
Description: "What the output of a validation may say."
* ^experimental = false
* $statut-metier#mt-valide
* $statut-metier#mt-refuse

ValueSet: HubVsTypeAppui
Id: hub-vs-type-appui
Title: "Kinds of support"
Description: "The whole of hub-cs-appui."
* ^experimental = false
* include codes from system HubCsAppui

ValueSet: HubVsStatutMetier
Id: hub-vs-statut-metier
Title: "Business statuses"
Description: "The whole of hub-cs-statut-metier."
* ^experimental = false
* include codes from system HubCsStatutMetier

ValueSet: HubVsMotifStatut
Id: hub-vs-motif-statut
Title: "Reasons of a status"
Description: "The whole of hub-cs-motif-statut; `autre` goes with a text."
* ^experimental = false
* include codes from system HubCsMotifStatut

ValueSet: HubVsNiveauAcces
Id: hub-vs-niveau-acces
Title: "Levels of access"
Description: "The whole of hub-cs-niveau-acces."
* ^experimental = false
* include codes from system HubCsNiveauAcces

ValueSet: HubVsEvenement
Id: hub-vs-evenement
Title: "Events"
Description: "The whole of hub-cs-evenement."
* ^experimental = false
* include codes from system HubCsEvenement

ValueSet: HubVsRythme
Id: hub-vs-rythme
Title: "How often a member is told"
Description: "The whole of hub-cs-rythme."
* ^experimental = false
* include codes from system HubCsRythme

ValueSet: HubVsRegle
Id: hub-vs-regle
Title: "Rules of consent"
Description: "The whole of hub-cs-regle."
* ^experimental = false
* include codes from system HubCsRegle

ValueSet: HubVsRoleCercle
Id: hub-vs-role-cercle
Title: "Roles in a circle"
Description: "The roles of the cercle de soins guide, the coordinator and the member of the care team."
* ^experimental = false
* include codes from valueset CareteamRolesVs
* $r85#330
* $r85#353

ValueSet: HubVsStatutDemande
Id: hub-vs-statut-demande
Title: "Statuses of a plan or a request"
Description: "Request status without `unknown`."
* ^experimental = false
* $request-status#draft
* $request-status#active
* $request-status#on-hold
* $request-status#revoked
* $request-status#completed
* $request-status#entered-in-error

ValueSet: HubVsStatutEnvoi
Id: hub-vs-statut-envoi
Title: "Statuses of a mail"
Description: "What a mail of secure health messaging goes through."
* ^experimental = false
* $event-status#preparation
* $event-status#in-progress
* $event-status#completed
* $event-status#not-done
* $event-status#stopped
* $event-status#entered-in-error

ValueSet: HubVsOrigine
Id: hub-vs-origine
Title: "Roles of an origin"
Description: "What a Provenance may refer to: a source, or the version before."
* ^experimental = false
* $entity-role#source
* $entity-role#revision
