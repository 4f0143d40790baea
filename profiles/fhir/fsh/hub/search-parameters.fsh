// Search parameters of the hub (fhir-fr.md 2, 5.4).

RuleSet: SearchRules(code, base, type)
* name = "{code}"
* status = #active
* code = #{code}
* base = #{base}
* type = #{type}

RuleSet: HubSearch(code, base, type)
* url = "https://hub.e-parcours.example/fhir/SearchParameter/{code}"
* version = "1.0.0"
* insert SearchRules({code}, {base}, {type})

Instance: author
InstanceOf: SearchParameter
Usage: #definition
* insert HubSearch(author, CarePlan, reference)
* expression = "CarePlan.author"
* description = "The référent of a plan."
* target[0] = #PractitionerRole
* target[1] = #Organization

Instance: prochaine-reevaluation
InstanceOf: SearchParameter
Usage: #definition
* insert HubSearch(prochaine-reevaluation, CarePlan, date)
* expression = "CarePlan.extension('https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-prochaine-reevaluation').value"
* description = "When a plan is to be looked at again."

Instance: version-plan
InstanceOf: SearchParameter
Usage: #definition
* insert HubSearch(version-plan, CarePlan, number)
* expression = "CarePlan.extension('https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-version-plan').value"
* description = "The version of a plan."

Instance: echeance
InstanceOf: SearchParameter
Usage: #definition
* insert HubSearch(echeance, Task, date)
* expression = "Task.restriction.period.end"
* description = "The deadline of a task."

Instance: territoire
InstanceOf: SearchParameter
Usage: #definition
* insert HubSearch(territoire, Task, token)
* expression = "extension('https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-territoire').value"
* description = "The commune or département a structure serves or a task is about."
* base[1] = #Organization

Instance: message-id
InstanceOf: SearchParameter
Usage: #definition
* insert HubSearch(message-id, Communication, token)
* expression = "Communication.extension('https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-mss-message-id').value"
* description = "The Message-ID of a mail."
