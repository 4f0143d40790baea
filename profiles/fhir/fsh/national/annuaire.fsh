// Annuaire Santé 1.1.0 (fhir-fr.md 1.5, 1.7, 2.7).

Invariant: as-prat-1
Description: "a professional has an RPPS number or a national identifier"
Severity: #error
Expression: "identifier.exists((system='https://rpps.esante.gouv.fr' or system='urn:oid:1.2.250.1.71.4.2.1') and value.exists())"

Profile: AsPractitioner
Parent: FRCorePractitioner
Id: as-practitioner
Title: "AS Practitioner"
Description: "A professional of the national directory."
* insert AnsProfile(annuaire, as-practitioner, 1.1.0)
* identifier 1..*
* name 1..*
* name.family 1..1
* obeys as-prat-1

Profile: AsPractitionerRole
Parent: FRCorePractitionerRole
Id: as-practitionerrole
Title: "AS PractitionerRole"
Description: "A situation d'exercice of the national directory."
* insert AnsProfile(annuaire, as-practitionerrole, 1.1.0)
* practitioner 1..1
* organization 1..1
* code 1..*
* code from AsVsFonction (extensible)

Extension: AsExtMailboxMssMetadata
Id: as-ext-mailbox-mss-metadata
Title: "AS metadata of a mailbox"
Description: "Kind of an MSSanté mailbox, who answers for it, whether it is listed."
Context: ContactPoint
* insert AnsProfile(annuaire, as-ext-mailbox-mss-metadata, 1.1.0)
* extension contains type 0..1 and listeRouge 0..1 and description 0..1 and responsible 0..*
* extension[type].value[x] 1..1
* extension[type].value[x] only Coding or CodeableConcept
* extension[listeRouge].value[x] 1..1
* extension[listeRouge].value[x] only boolean
* extension[description].value[x] 1..1
* extension[description].value[x] only string
* extension[responsible].value[x] 1..1
* extension[responsible].value[x] only string or Reference

ValueSet: AsVsFonction
Id: as-vs-fonction
Title: "AS professions and functions"
Description: "JDV_J106 and JDV_J108 as far as their tables are at hand."
* insert Stub(https://interop.esante.gouv.fr/ig/fhir/annuaire/ValueSet/as-vs-fonction, 1.1.0)
* include codes from system $g15
* include codes from system TRE_R94_ProfessionSocial
* include codes from system TRE_R95_UsagerTitre
* include codes from system TRE_R291_AutreProfession
* include codes from system TRE_R21_Fonction
* include codes from system TRE_R96_AutreFonctionSanitaire
* include codes from system $r85

ValueSet: AsVsTypeStructure
Id: as-vs-type-structure
Title: "AS categories of structures"
Description: "Open codes of TRE_R66."
* insert Stub(https://interop.esante.gouv.fr/ig/fhir/annuaire/ValueSet/as-vs-type-structure, 1.1.0)
* include codes from system $r66
