// Identities (FR Core): published French tables, labels unchanged. A closed code is accepted and not emitted.

CodeSystem: FRCoreCs_v2_0203
Id: fr-core-cs-v2-0203
Title: "French identifier types"
Description: "Read 2026-11; Interop'Santé, FR Core."
* insert NationalTable(https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203, 2.1.0, #complete)
* #ADELI "N° ADELI"
* #RPPS "N° RPPS"
* #RPPSRG "N° RPPS Rang"
* #IDNPS "Identifiant National de Professionnel de Santé"
* #NNFRA "National Person Identifier where the FRA is the ISO table 3166 3-character (alphabetic) country code"
* #NDP "Identifiant du patient au Dossier Pharmaceutique"
* #INS-C "Identifiant National de Santé Calculé"
* #INS-NIA "NIR temporaire"
* #INS-NIR "NIR définitif"
* #INS-NIR-TEST "NIR TEST"
* #INS-NIR-DEMO "NIR DEMO"
* #FINEJ "FINESS d'entité juridique"
* #FINEG "FINESS d'entité géographique"
* #SIREN "Identification de l'organisation au SIREN"
* #SIRET "Identification de l'organisation au SIRET"
* #IDNST "Identification nationale de structure définie par l’ANS dans le CI_SIS"
* #INTRN "Identifiant interne"
* #EXTRN "Identifiant externe"

CodeSystem: FRCoreCs_v2_0445
Id: fr-core-cs-v2-0445
Title: "Reliability of an identity"
Description: "Read 2026-11; Interop'Santé, FR Core."
* insert NationalTable(https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445, 2.2.0, #complete)
* #VIDE "Identité non encore qualifiée"
* #PROV "Identité provisoire"
* #VALI "Identité validée"
* #DOUB "Doublon"
* #DESA "Identité désactivée"
* #DPOT "Doublon potentiel"
* #DOUA "Doublon avéré"
* #COLP "Collision potentielle"
* #COLV "Collision avérée"
* #FILI "Filiation"
* #CACH "Identité cachée"
* #ANOM "Anonyme"
* #IDVER "Identité vérifiée par le patient"
* #RECD "Identité reçue d'un autre domaine"
* #IDRA "Identité rapprochée dans un autre domaine"
* #USUR "Identité usurpée"
* #HOMD "Homonyme détecté"
* #INVA "Identité invalidée"
* #HOMA "Homonyme avéré (attribut d'identité homonyme)"
* #FICT "Identité fictive (attribut d'identité fictive)"
* #DOUT "Identité douteuse (attribut d'identité douteuse)"
* #RECUP "Identité récupérée"
* #QUAL "Identité qualifiée"

CodeSystem: FRCoreCs_identity_status
Id: fr-core-cs-identity-status
Title: "Status of an identity"
Description: "Read 2026-11; Interop'Santé, FR Core."
* insert NationalTable(https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status, 3.0.0-ballot, #complete)
* #PROV "Identité provisoire"
* #VALI "Identité validée"
* #RECUP "Identité récupérée"
* #QUAL "Identité qualifiée"

CodeSystem: FRCoreCs_method_collection
Id: fr-core-cs-method-collection
Title: "How an identity was collected"
Description: "Read 2026-11; Interop'Santé, FR Core."
* insert NationalTable(https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-method-collection, 2.1.0, #complete)
* #SM "Saisie manuelle"
* #CV "Carte Vitale"
* #INSI "Téléservice INSi"
* #CB "Code à barre"
* #RFID "Puce RFID"
* #AV "Application carte Vitale"

CodeSystem: FRCoreCs_mode_validation_identity
Id: fr-core-cs-mode-validation-identity
Title: "How an identity was proved"
Description: "Read 2026-11; Interop'Santé, FR Core."
* insert NationalTable(https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-mode-validation-identity, 2.1.0, #complete)
* #CN "Carte nationale d'identité"
* #PA "Passeport"
* #CS "Carte de séjour"
* #eCN "e-carte d'identité"
* #IN "Identité Numérique La Poste"
* #AV "Application Carte Vitale"
* #LECV "Livret de famille, accompagné de la carte Vitale avec photographie"
* #AN "Extrait d'acte de naissance"
* #LEP "Livret de famille des parents"
* #CC "Carnet de circulation"
* #ANCV "Extrait d'acte de naissance, accompagné de la carte Vitale avec photographie"
