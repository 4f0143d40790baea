// National resources under their official canonicals: the constraints the hub relies on, no more. The published packages replace them (profiles/README.md).

RuleSet: Stub(canonical, version)
* ^url = "{canonical}"
* ^version = "{version}"
* ^status = #draft
* ^experimental = true
* ^publisher = "e-parcours hub, in place of the official package"

RuleSet: FrProfile(id)
* insert Stub(https://hl7.fr/ig/fhir/core/StructureDefinition/{id}, 2.1.0)

RuleSet: FrValueSet(id)
* insert Stub(https://hl7.fr/ig/fhir/core/ValueSet/{id}, 2.1.0)

RuleSet: AnsProfile(guide, id, version)
* insert Stub(https://interop.esante.gouv.fr/ig/fhir/{guide}/StructureDefinition/{id}, {version})

RuleSet: NationalTable(canonical, version, content)
* insert Stub({canonical}, {version})
* ^caseSensitive = true
* ^content = {content}
