// CareTeam (fhir-fr.md 2.2): the cercle de soins of the national guide, and what the hub adds.

Profile: HubCareteam
Parent: CdsIheCareteam
Id: hub-careteam
Title: "Cercle de soins"
Description: "The circle around a person: who is in it, in which role, since when, at which level of access."
* identifier.system 1..1
* participant 1..*
* participant.extension contains HubExtNiveauAcces named niveauAcces 0..1
    and HubExtRythme named rythme 0..1
    and HubExtEvenementEcarte named evenementEcarte 0..*
* participant.role 1..*
* participant.role from HubVsRoleCercle (extensible)
* participant.period 1..1
* managingOrganization 1..*
* obeys hub-ct-1 and hub-ct-2 and hub-ct-3 and hub-ct-4
