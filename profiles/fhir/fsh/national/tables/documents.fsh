// Documents and evaluations: published French tables, labels unchanged. A closed code is accepted and not emitted.

CodeSystem: TRE_R234_TypeNote
Id: TRE-R234-TypeNote
Title: "Types of note"
Description: "All of the table, as JDV_J23 gives it; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote, 20231215120000, #complete)
* #DEM-AVIS "Demande d'avis"
* #GEN "Note générale"
* #INST "Instruction"
* #INTERV "Note d'intervention"
* #OBS "Note d'observation"

CodeSystem: TRE_A07_StatutVisibiliteDocument
Id: TRE-A07-StatutVisibiliteDocument
Title: "Visibility of a document"
Description: "All of the table, as JDV_J110 gives it; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument, 20231215, #complete)
* #INVISIBLE_PATIENT "Non visible par le patient"
* #INVISIBLE_REPRESENTANTS_LEGAUX "Non visible par les représentants légaux du patient"
* #MASQUE_PS "Masqué aux professionnels de santé"
* #MASQUE_PSOCIAL "Masqué aux professionnels du domaine social"
* #MASQUE_PT "Masqué aux personnes tierces"

CodeSystem: TRE_A07_StatusVisibiliteDocument
Id: TRE-A07-StatusVisibiliteDocument
Title: "Visibility of a document, as PDSm writes its name"
Description: "The same codes under the spelling of PDSm; Agence du numérique en santé."
* insert NationalTable(https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument, 20231215, #complete)
* #INVISIBLE_PATIENT "Non visible par le patient"
* #INVISIBLE_REPRESENTANTS_LEGAUX "Non visible par les représentants légaux du patient"
* #MASQUE_PS "Masqué aux professionnels de santé"
* #MASQUE_PSOCIAL "Masqué aux professionnels du domaine social"
* #MASQUE_PT "Masqué aux personnes tierces"

CodeSystem: TerminologieCisis
Id: terminologie-cisis
Title: "CI-SIS terms"
Description: "GIR-1 to GIR-6 and the AGGIR evaluation: a fragment; Agence du numérique en santé."
* insert NationalTable(https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis, 2010-01-01, #fragment)
* #MED-339 "GIR-1"
* #MED-340 "GIR-2"
* #MED-341 "GIR-3"
* #MED-342 "GIR-4"
* #MED-343 "GIR-5"
* #MED-344 "GIR-6"
* #MED-1293 "Evaluation AGGIR PA SSIAD"

ValueSet: JdvJ23
Id: JDV-J23-TypeNoteCahierLiaison-CISIS
Title: "Types of note"
Description: "JDV_J23; Agence du numérique en santé."
* insert Stub(https://mos.esante.gouv.fr/NOS/JDV_J23-TypeNoteCahierLiaison-CISIS/FHIR/JDV-J23-TypeNoteCahierLiaison-CISIS, 1.1.0)
* include codes from system TRE_R234_TypeNote

ValueSet: JdvJ110
Id: JDV-J110-StatutVisibiliteDocument-CISIS
Title: "Visibility of a document"
Description: "JDV_J110, in both spellings of its code system; Agence du numérique en santé."
* insert Stub(https://mos.esante.gouv.fr/NOS/JDV_J110-StatutVisibiliteDocument-CISIS/FHIR/JDV-J110-StatutVisibiliteDocument-CISIS, 1.1.0)
* include codes from system TRE_A07_StatutVisibiliteDocument
* include codes from system TRE_A07_StatusVisibiliteDocument

ValueSet: JdvJ07
Id: JDV-J07-XdsTypeCode-CISIS
Title: "Types of document"
Description: "JDV_J07; Agence du numérique en santé."
* insert Stub(https://mos.esante.gouv.fr/NOS/JDV_J07-XdsTypeCode-CISIS/FHIR/JDV-J07-XdsTypeCode-CISIS, 2024-09-27)
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#ATTEST-ASS-COMPL
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#ATTEST-RESID
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#ATTEST-HEBGT
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#ATTEST-DROITS-AM
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#AUTORIS-SOINS
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#BIL_AUTO
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#CERT_DECL
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DISP_AUT
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#EXPPAT_1
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#EXPPAT_2
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#EXPPAT_3
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#IMG-KOS
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PROT_ALD
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#REMB
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#SYNTH
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT01
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT02
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT03
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT04
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT05
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT06
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT07
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT08
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#DOCPAT09
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PIECE-IDENTITE
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PRESC-AAT
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PRESC-BIO
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PRESC-KINE
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PRESC-INF
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PRESC-PEDI
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PRESC-ORTHOPHO
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#PRESC-ORTHOPTIE
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#FEUILLE-DE-STYLE
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#FICHE-CONTACTS
* https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire#EXPORT_DUI
* http://loinc.org#11369-6
* http://loinc.org#11488-4
* http://loinc.org#11490-0
* http://loinc.org#34112-3
* http://loinc.org#11502-2
* http://loinc.org#11505-5
* http://loinc.org#11506-3
* http://loinc.org#15507-7
* http://loinc.org#15508-5
* http://loinc.org#18776-5
* http://loinc.org#18748-4
* http://loinc.org#18761-7
* http://loinc.org#28617-9
* http://loinc.org#28653-4
* http://loinc.org#29274-8
* http://loinc.org#34120-6
* http://loinc.org#34133-9
* http://loinc.org#34749-2
* http://loinc.org#34794-8
* http://loinc.org#34842-5
* http://loinc.org#34874-8
* http://loinc.org#34875-5
* http://loinc.org#47420-5
* http://loinc.org#51851-4
* http://loinc.org#51969-4
* http://loinc.org#52040-3
* http://loinc.org#55115-0
* http://loinc.org#56445-0
* http://loinc.org#56446-8
* http://loinc.org#57828-6
* http://loinc.org#57832-8
* http://loinc.org#57833-6
* http://loinc.org#59283-2
* http://loinc.org#59284-0
* http://loinc.org#60280-5
* http://loinc.org#60568-3
* http://loinc.org#60591-5
* http://loinc.org#60593-1
* http://loinc.org#61357-0
* http://loinc.org#67851-6
* http://loinc.org#68599-0
* http://loinc.org#68817-6
* http://loinc.org#70004-7
* http://loinc.org#78341-5
* http://loinc.org#74207-2
* http://loinc.org#74465-6
* http://loinc.org#75468-9
* http://loinc.org#75482-0
* http://loinc.org#75492-9
* http://loinc.org#75496-0
* http://loinc.org#77436-4
* http://loinc.org#77604-7
* http://loinc.org#78513-9
* http://loinc.org#78601-2
* http://loinc.org#80565-5
* http://loinc.org#80771-9
* http://loinc.org#80788-3
* http://loinc.org#80820-4
* http://loinc.org#83836-7
* http://loinc.org#83869-8
* http://loinc.org#83901-9
* http://loinc.org#83981-1
* http://loinc.org#85208-7
* http://loinc.org#86531-1
* http://loinc.org#87273-9
* http://loinc.org#88348-8
* http://loinc.org#89601-9
* http://loinc.org#93024-8
* http://loinc.org#96349-6
* http://loinc.org#96874-3
* http://loinc.org#96173-0
* http://loinc.org#57055-6
* http://loinc.org#57057-2
* http://loinc.org#57075-4
* http://loinc.org#89235-6
* http://loinc.org#78489-2
* http://loinc.org#89233-1
* http://loinc.org#101881-1
