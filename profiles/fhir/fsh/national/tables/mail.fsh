// Messaging, channels, events: published French tables, labels unchanged. A closed code is accepted and not emitted.

CodeSystem: TRE_R256_TypeMessagerie
Id: TRE-R256-TypeMessagerie
Title: "Kinds of messaging"
Description: "Whole table of version 20230718; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R256-TypeMessagerie/FHIR/TRE-R256-TypeMessagerie, 20230718, #complete)
* #MSSANTE "MSSANTE"
* #APICRYPT "APICRYPT"
* #OSM "OSM"
* #AutreMessagerie "Messagerie électronique rassemblant des acteurs légitimes à l'utiliser"

CodeSystem: TRE_R257_TypeBAL
Id: TRE-R257-TypeBAL
Title: "Kinds of mailbox"
Description: "Whole table of version 20231215120000; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R257-TypeBAL/FHIR/TRE-R257-TypeBAL, 20231215120000, #complete)
* #PER "Boîte aux lettres personnelle"
* #ORG "Boîte aux lettres organisationnelle"
* #APP "Boîte aux lettres applicative"
* #CAB "Boîte aux lettres cabinet"

CodeSystem: TRE_R200_CanalCommunication
Id: TRE-R200-CanalCommunication
Title: "Channels of communication"
Description: "Whole table of version 20231215; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R200-CanalCommunication/FHIR/TRE-R200-CanalCommunication, 20231215, #complete)
* #1 "Téléphone mobile"
* #2 "Téléphone fixe"
* #3 "Courrier électronique"
* #4 "Uniform Resource Location"
* #5 "Transfert de fichiers"
* #6 "Télécopie"
* #7 "Réseau radio numérique ANTARES"
* #8 "Téléphone d'alerte"
* #9 "Mail d'alerte"

CodeSystem: TRE_R254_TypeEvenement
Id: TRE-R254-TypeEvenement
Title: "Events that can be notified"
Description: "The codes of JDV_J46 of 2022-06-24: a fragment; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement, 20220624120000, #fragment)
* #ADM "Admission d'un patient dans un établissement de santé"
* #AUT "Autorisation de paiement de la facture des dispositifs médicaux"
* #CDM "Commande de dispositifs médicaux"
* #DEM "Demande de dispositifs médicaux à la pharmacie de l'établissement de santé"
* #DEL "Délivrance des dispositifs médicaux au service en charge de la pose chez le patient"
* #DOC "Dépôt de document pour un patient"
* #ECH "Echec de pose du dispositif médical"
* #ESD "Entrée de stock des dispositifs médicaux au sein de l'établissement de santé"
* #NCO "Dispositif médical non-conforme, présentant un risque inacceptable pour la santé et la sécurité"
* #NOT "Création d'une note pour un patient dans le cahier de liaison"
* #PER "Dispositif médical périmé"
* #POS "Pose du dispositif médical"
* #REA "Demande de réassort en dispositifs médicaux"
* #REC "Réception valide du dispositif médical par l'établissement de santé"
* #REP "Réponse de la pharmacie de l'établissement de santé au service responsable de la demande"
* #SDM "Suppression de la demande de dispositif médicaux"
* #SOR "Sortie d'un patient de l'établissement de santé"
* #SSD "Sortie de stock des dispositifs médicaux"
* #TRA "Transport des dispositifs médicaux"

ValueSet: JdvJ46
Id: JDV-J46-TypeEvenementNotification-CISIS
Title: "Events that can be notified"
Description: "JDV_J46; Agence du numérique en santé."
* insert Stub(https://mos.esante.gouv.fr/NOS/JDV_J46-TypeEvenementNotification-CISIS/FHIR/JDV-J46-TypeEvenementNotification-CISIS, 20220624120000)
* $r254#ADM
* $r254#AUT
* $r254#CDM
* $r254#DEM
* $r254#DEL
* $r254#DOC
* $r254#ECH
* $r254#ESD
* $r254#NCO
* $r254#NOT
* $r254#PER
* $r254#POS
* $r254#REA
* $r254#REC
* $r254#REP
* $r254#SDM
* $r254#SOR
* $r254#SSD
* $r254#TRA
