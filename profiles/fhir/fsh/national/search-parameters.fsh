// National search parameters (fhir-fr.md 5.4). The ids of cds and NdE are the published ones; those of PDSm and TdE stand for theirs.

RuleSet: NationalSearch(guide, id, version, code, base, type)
* url = "https://interop.esante.gouv.fr/ig/fhir/{guide}/SearchParameter/{id}"
* version = "{version}"
* experimental = true
* insert SearchRules({code}, {base}, {type})

Instance: cds-careteam-start
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(cds, cds-careteam-start, 2.0.1, start, CareTeam, date)
* expression = "CareTeam.period.start"
* description = "When a circle began."

Instance: cds-careteam-end
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(cds, cds-careteam-end, 2.0.1, end, CareTeam, date)
* expression = "CareTeam.period.end"
* description = "When a circle ended."

Instance: cds-careteam-participant-start
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(cds, cds-careteam-participant-start, 2.0.1, participant-start, CareTeam, date)
* expression = "CareTeam.participant.period.start"
* description = "When a member joined a circle."

Instance: cds-careteam-participant-end
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(cds, cds-careteam-participant-end, 2.0.1, participant-end, CareTeam, date)
* expression = "CareTeam.participant.period.end"
* description = "When a member left a circle."

Instance: cds-careteam-managing-organization
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(cds, cds-careteam-managing-organization, 2.0.1, managingOrganization, CareTeam, reference)
* expression = "CareTeam.managingOrganization"
* description = "The structure that answers for a circle."
* target = #Organization

Instance: cds-patient-birthplace
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(cds, cds-patient-birthplace, 2.0.1, birthplace, Patient, string)
* expression = "Patient.extension('http://hl7.org/fhir/StructureDefinition/patient-birthPlace').value"
* description = "Where a person was born."

Instance: NdE-CommunicationRequest-EventType
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(nde, NdE-CommunicationRequest-EventType, 3.0.0, event-type, CommunicationRequest, token)
* expression = "CommunicationRequest.extension('https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-type').value"
* description = "Kind of event."

Instance: tde-auditevent-period-start
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(tde, tde-auditevent-period-start, 2.0.0, period-start, AuditEvent, date)
* expression = "AuditEvent.period.start"
* description = "When a traced act began."

Instance: pdsm-period-start
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(pdsm, pdsm-period-start, 3.1.1, period-start, DocumentReference, date)
* expression = "DocumentReference.context.period.start"
* description = "When a documented act began."

Instance: pdsm-period-end
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(pdsm, pdsm-period-end, 3.1.1, period-end, DocumentReference, date)
* expression = "DocumentReference.context.period.end"
* description = "When a documented act ended."

Instance: pdsm-isArchived
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(pdsm, pdsm-isArchived, 3.1.1, isArchived, DocumentReference, token)
* expression = "extension('https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived').value"
* description = "Archived, or active."
* base[1] = #List

Instance: pdsm-authorOrg
InstanceOf: SearchParameter
Usage: #definition
* insert NationalSearch(pdsm, pdsm-authorOrg, 3.1.1, authorOrg, List, reference)
* expression = "List.extension('https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg').value"
* description = "The structure of the author of a submission set."
* target = #Organization
