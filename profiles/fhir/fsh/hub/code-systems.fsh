// Code systems of the hub: complete, case-sensitive (fhir-fr.md 2.0).

RuleSet: WholeTable
* ^caseSensitive = true
* ^experimental = false
* ^content = #complete

CodeSystem: HubCs
Id: hub-cs
Title: "Kinds of the hub"
Description: "Kinds of plan, request, consent, message, and of what a task carries."
* insert WholeTable
* #PPCS "Plan personnalisé de coordination en santé"
* #PPS "Plan personnalisé de santé"
* #DEM-APPUI "Demande d'appui"
* #SNP "Soins non programmés"
* #ACCES-MT "Recherche d'un médecin traitant"
* #VALIDATION-MT "Validation par le médecin traitant"
* #ACTION "Action du plan"
* #IDENTITE "Identité à vérifier"
* #medical "Dimension médicale"
* #psychologique "Dimension psychologique"
* #sociale "Dimension sociale"
* #environnementale "Dimension environnementale"
* #motif "Motif"
* #accord "Accord"
* #mt "Médecin traitant"
* #evaluation "Évaluation"
* #piece-jointe "Pièce jointe"
* #decision "Décision"
* #ppcs "Plan établi"
* #orientation "Orientation"
* #reponse "Réponse"
* #creneau "Créneau"
* #information "Personne informée"
* #partage "Partage hors de l'équipe de soins"
* #opposition "Opposition"
* #dmp-alimentation "Alimentation du dossier médical partagé"
* #dmp-consultation "Consultation du dossier médical partagé"
* #ALERTE "Alerte"
* #MESSAGE "Message"
* #INFO-MT "Information du médecin traitant"
* #INFO-PERSONNE "Information de la personne"

CodeSystem: HubCsAppui
Id: hub-cs-appui
Title: "Kinds of support"
Description: "Kinds of support a demande d'appui may ask for (CSP L6327-2)."
* insert WholeTable
* #info-orientation "Information et orientation"
* #evaluation "Évaluation de la situation"
* #concertation "Concertation des professionnels"
* #planification "Planification de la prise en charge"
* #sortie-hospitalisation "Sortie d'hospitalisation"
* #admission "Admission en établissement"
* #coordination-complexe "Coordination d'une situation complexe"

CodeSystem: HubCsStatutMetier
Id: hub-cs-statut-metier
Title: "Business statuses"
Description: "Where a request of the hub stands, beside its status."
* insert WholeTable
* #attente-mt "En attente de l'avis du médecin traitant"
* #mt-valide "Validée par le médecin traitant"
* #mt-refuse "Refusée par le médecin traitant"
* #mt-sans-reponse "Médecin traitant sans réponse"
* #sans-mt "Sans médecin traitant"
* #evaluation "Évaluation en cours"
* #orientation "Orientation"
* #ppcs-en-cours "Plan en cours d'élaboration"
* #suivi "Suivi"
* #cloture "Clôturée"
* #a-orienter "À orienter"
* #creneau-propose "Créneau proposé"
* #creneau-pris "Créneau pris"
* #hors-delai "Hors délai"

CodeSystem: HubCsMotifStatut
Id: hub-cs-motif-statut
Title: "Reasons of a status"
Description: "Why a request was rejected, cancelled, held or has failed."
* insert WholeTable
* #hors-territoire "Hors du territoire"
* #hors-perimetre "Hors du périmètre"
* #doublon "Demande en double"
* #refus-personne "Refus de la personne"
* #refus-mt "Refus du médecin traitant"
* #opposition "Opposition de la personne"
* #injoignable "Injoignable"
* #pris-en-charge-ailleurs "Prise en charge par ailleurs"
* #deces "Décès"
* #urgence-vitale "Urgence vitale"
* #autre "Autre motif"

CodeSystem: HubCsNiveauAcces
Id: hub-cs-niveau-acces
Title: "Levels of access"
Description: "How much of a person's record a member of the circle sees (fhir-fr.md 4.4)."
* insert WholeTable
* #complet "Complet"
* #restreint "Restreint"
* #minimal "Minimal"
* #aucun "Aucun"

CodeSystem: HubCsRythme
Id: hub-cs-rythme
Title: "How often a member is told"
Description: "When the mails to a member of a circle leave."
* insert WholeTable
* #immediat "Immédiatement"
* #quotidien "Une fois par jour"

CodeSystem: HubCsRegle
Id: hub-cs-regle
Title: "Rules of consent"
Description: "The legal frame a consent was given in."
* insert WholeTable
* #equipe-soins "Équipe de soins"
* #hors-equipe "Hors de l'équipe de soins"
* #dac "Dispositif d'appui à la coordination"
* #dmp "Dossier médical partagé"

CodeSystem: HubCsEvenement
Id: hub-cs-evenement
Title: "Events of the hub"
Description: "Topics of the events the hub announces (fhir-fr.md 5.1)."
* insert WholeTable
* #encounter.adm "Admission"
* #encounter.sor "Sortie"
* #encounter.mut "Mutation"
* #document.depose "Document déposé"
* #pps.publie "Plan publié"
* #cercle.modifie "Cercle de soins modifié"
* #appui.statut "Demande d'appui : changement d'état"
* #snp.statut "Soins non programmés : changement d'état"
* #consent.modifie "Consentement modifié"
* #identite.conflit "Conflit d'identité"
* #identite.fusion "Deux identités rapprochées"
* #identite.scission "Deux identités séparées"

CodeSystem: HubCsIdentite
Id: hub-cs-identite
Title: "Reliability of an identity"
Description: "Tags of a Patient: its RNIV status, and whether it stands apart (fhir-fr.md 1.2, 1.4)."
* insert WholeTable
* #provisoire "Identité provisoire"
* #recuperee "Identité récupérée"
* #validee "Identité validée"
* #qualifiee "Identité qualifiée"
* #conflit "Identité en conflit"
* #quarantaine "Identité en quarantaine"

CodeSystem: HubCsIndicateur
Id: hub-cs-indicateur
Title: "Indicators of a territory"
Description: "What a MeasureReport of a territory tells (fhir-fr.md 4.6), and by what it is broken down."
* insert WholeTable
* #demandes-recues "Demandes d’appui reçues"
* #demandes-acceptees "Demandes d’appui acceptées"
* #demandes-rejetees "Demandes d’appui rejetées"
* #delai-acceptation "Délai médian entre demande et acceptation"
* #mt-informes "Médecins traitants informés"
* #mt-decisions "Décisions de médecins traitants"
* #delai-decision-mt "Délai médian de décision du médecin traitant"
* #pps-actifs "PPS actifs"
* #pps-a-reevaluer "PPS à réévaluer"
* #pps-reevalues "PPS réévalués"
* #snp-echues "Soins non programmés : demandes arrivées à 48 h ou répondues"
* #snp-repondues-48h "Soins non programmés : répondues en 48 h"
* #taux-snp-48h "Soins non programmés : taux de réponse en 48 h"
* #sorties "Sorties d’hospitalisation"
* #sorties-annoncees "Sorties annoncées au cercle de soins"
* #taux-sorties-annoncees "Taux de sorties annoncées au cercle"
* #alertes-delivrees "Alertes délivrées"
* #alertes-lues "Alertes lues"
* #taux-alertes-lues "Taux d’alertes lues"
* #cercles-avec-mt "Cercles de soins avec médecin traitant"
* #oppositions "Oppositions recueillies"
* #structure "Type de structure"
* #support "Type d’appui"

CodeSystem: HubCsTypeStructure
Id: hub-cs-type-structure
Title: "Kinds of structure"
Description: "Who asked, wrote, collected or received, as the indicators of a territory tell it."
* insert WholeTable
* #etablissement-sante "Établissements de santé"
* #ville "Soins de ville"
* #dac "DAC"
* #cpts "CPTS"
* #social "Social et médico-social"
* #entourage "Entourage"
* #personne "La personne elle-même"
* #autre "Non précisé"
