// Professions and functions: published French tables, labels unchanged. A closed code is accepted and not emitted.

CodeSystem: TRE_G15_ProfessionSante
Id: TRE-G15-ProfessionSante
Title: "Health professions"
Description: "Codes of JDV_J106, with those that left it since 2023 as deprecated: a fragment; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante, 20260330120000, #fragment)
* #10 "Médecin"
* #21 "Pharmacien"
* #26 "Audioprothésiste"
* #28 "Opticien-Lunetier"
* #31 "Assistant dentaire"
* #32 "Physicien médical"
* #40 "Chirurgien-Dentiste"
* #50 "Sage-Femme"
* #60 "Infirmier"
* #70 "Masseur-Kinésithérapeute"
* #80 "Pédicure-Podologue"
* #81 "Orthoprothésiste"
* #82 "Podo-Orthésiste"
* #83 "Orthopédiste-Orthésiste"
* #84 "Oculariste"
* #85 "Epithésiste"
* #86 "Technicien de laboratoire médical"
* #91 "Orthophoniste"
* #92 "Orthoptiste"
* #94 "Ergothérapeute"
* #95 "Diététicien"
* #96 "Psychomotricien"
* #98 "Manipulateur ERM"
* #35 "Aide-soignant"
* #35 ^property.code = #status
* #35 ^property.valueCode = #deprecated
* #36 "Ambulancier"
* #36 ^property.code = #status
* #36 ^property.valueCode = #deprecated
* #37 "Auxiliaire de puériculture"
* #37 ^property.code = #status
* #37 ^property.valueCode = #deprecated
* #38 "Préparateur en pharmacie hospitalière"
* #38 ^property.code = #status
* #38 ^property.valueCode = #deprecated
* #39 "Préparateur en pharmacie (officine)"
* #39 ^property.code = #status
* #39 ^property.valueCode = #deprecated
* #69 "Infirmier psychiatrique"
* #69 ^property.code = #status
* #69 ^property.valueCode = #deprecated

CodeSystem: TRE_R94_ProfessionSocial
Id: TRE-R94-ProfessionSocial
Title: "Social professions"
Description: "Codes of JDV_J106, with those that left it since 2023 as deprecated: a fragment; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R94-ProfessionSocial/FHIR/TRE-R94-ProfessionSocial, 20260330120000, #fragment)
* #41 "Assistant de service social"
* #42 "Auxiliaire de vie sociale"
* #42 ^property.code = #status
* #42 ^property.valueCode = #deprecated
* #43 "Technicien de l'intervention sociale et familiale"
* #43 ^property.code = #status
* #43 ^property.valueCode = #deprecated
* #44 "Conseiller en économie sociale et familiale"
* #44 ^property.code = #status
* #44 ^property.valueCode = #deprecated
* #45 "Médiateur familial"
* #45 ^property.code = #status
* #45 ^property.valueCode = #deprecated
* #46 "Assistant familial"
* #46 ^property.code = #status
* #46 ^property.valueCode = #deprecated
* #47 "Aide médico-psychologique (AMP)"
* #47 ^property.code = #status
* #47 ^property.valueCode = #deprecated
* #48 "Moniteur éducateur"
* #48 ^property.code = #status
* #48 ^property.valueCode = #deprecated
* #49 "Educateur de jeunes enfants"
* #49 ^property.code = #status
* #49 ^property.valueCode = #deprecated
* #51 "Educateur spécialisé"
* #51 ^property.code = #status
* #51 ^property.valueCode = #deprecated
* #52 "Educateur technique spécialisé"
* #52 ^property.code = #status
* #52 ^property.valueCode = #deprecated
* #53 "Accompagnant éducatif et social"
* #53 ^property.code = #status
* #53 ^property.valueCode = #deprecated

CodeSystem: TRE_R95_UsagerTitre
Id: TRE-R95-UsagerTitre
Title: "Users of a title"
Description: "Codes of JDV_J106, with those that left it since 2023 as deprecated: a fragment; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R95-UsagerTitre/FHIR/TRE-R95-UsagerTitre, 20260330120000, #fragment)
* #71 "Ostéopathe"
* #72 "Psychothérapeute"
* #73 "Chiropracteur"
* #93 "Psychologue"
* #97 "Conseiller en génétique"
* #97 ^property.code = #status
* #97 ^property.valueCode = #deprecated

CodeSystem: TRE_R291_AutreProfession
Id: TRE-R291-AutreProfession
Title: "Other professions"
Description: "Codes of JDV_J106, with those that left it since 2023 as deprecated: a fragment; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R291-AutreProfession/FHIR/TRE-R291-AutreProfession, 20260330120000, #fragment)
* #99 "Acteur participant au système de santé caractérisé par rôle"

CodeSystem: TRE_R21_Fonction
Id: TRE-R21-Fonction
Title: "Functions"
Description: "Codes of JDV_J108: a fragment; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R21-Fonction/FHIR/TRE-R21-Fonction, 20260505120000, #fragment)
* #FON-01 "Titulaire de cabinet"
* #FON-02 "Associé dans une société d'exercice (SEL ou SCP)"
* #FON-03 "Titulaire d'officine"
* #FON-04 "Remplaçant du titulaire d'officine"
* #FON-05 "Adjoint"
* #FON-07 "Gérant après incapacité ou décès"
* #FON-09 "Responsable d'établissement"
* #FON-15 "Directeur de laboratoire"
* #FON-16 "Directeur-adjoint de laboratoire"
* #FON-17 "Collaborateur"
* #FON-18 "Assistant"
* #FON-19 "Praticien Conseil"
* #FON-21 "Médecin scolaire"
* #FON-22 "Remplaçant, intérimaire, intermittent"
* #FON-23 "Gérant"
* #FON-24 "Médecin de santé publique"
* #FON-29 "Médecin du travail"
* #FON-32 "Régulateur libéral"
* #FON-33 "Salarié en poste fixe"
* #FON-36 "Délégué"
* #FON-37 "Gérant de PUI"
* #FON-39 "Exercice en PMI"
* #FON-40 "Biologiste responsable"
* #FON-41 "Biologiste médical"
* #FON-42 "Assistant collaborateur"
* #FON-43 "Cadre de santé"
* #FON-45 "Directeur des soins"
* #FON-46 "Enseignant salarié"
* #FON-47 "Etudiant remplaçant, adjoint"
* #FON-48 "Interne"
* #FON-49 "Pharmacien responsable BPDO"
* #FON-50 "Pharmacien adjoint BPDO"
* #FON-51 "Remplacement partiel"
* #FON-52 "Etudiant militaire"
* #FON-54 "Permanence des soins ambulatoires hors cabinet"
* #FON-55 "Participation libérale aux missions de service public d'un ES"
* #FON-56 "Intervention libérale dans le cadre d'un GCS"
* #FON-57 "Docteur junior"
* #FON-58 "Activité en piscine ou bassin"
* #FON-59 "Gérant d'antenne"
* #FON-60 "Pharmacien remplaçant BPDO"
* #FON-61 "Prestataire de Services"
* #FON-62 "Consultations de solidarité territoriale"
* #FON-63 "Coordonnateur en EHPAD"
* #FON-AU "Fonction non définie"

CodeSystem: TRE_R96_AutreFonctionSanitaire
Id: TRE-R96-AutreFonctionSanitaire
Title: "Other health functions"
Description: "Codes of JDV_J108: a fragment; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R96-AutreFonctionSanitaire/FHIR/TRE-R96-AutreFonctionSanitaire, 20260505120000, #fragment)
* #407 "Tatoueur"
* #408 "Perceur corporel"
* #409 "Maquilleur permanent"
