// Invariants of the hub (fhir-fr.md 2). One that is about one element stands on that element, so that a finding points at it.

Invariant: hub-cp-1
Description: "an active plan names a référent and holds at least one activity"
Severity: #error
Expression: "status='active' implies (author.exists() and activity.exists())"

Invariant: hub-cp-2
Description: "a completed plan has an end date"
Severity: #error
Expression: "status='completed' implies period.end.exists()"

Invariant: hub-cp-3
Description: "every activity reads in plain words"
Severity: #error
Expression: "description.exists() or code.text.exists() or code.coding.display.exists()"

Invariant: hub-cp-4
Description: "a plan is never hidden from the person"
Severity: #error
Expression: "security.where(code='INVISIBLE_PATIENT').empty()"

Invariant: hub-cp-5
Description: "an objective not carried out says why"
Severity: #error
Expression: "(status='cancelled' or status='stopped') implies statusReason.exists()"

Invariant: hub-cp-6
Description: "an active plan has a goal, and each action says who and when"
Severity: #warning
Expression: "status='active' implies (goal.exists() and activity.detail.all(performer.exists() and scheduled.exists()))"

Invariant: hub-cp-7
Description: "a revoked plan says why"
Severity: #error
Expression: "status='revoked' implies note.exists()"

Invariant: hub-cp-8
Description: "an activity is either described or referred to"
Severity: #error
Expression: "detail.exists() xor reference.exists()"

Invariant: hub-ct-1
Description: "one current médecin traitant at most"
Severity: #error
Expression: "participant.where(period.end.empty() and role.coding.where(code='PCP').exists()).count() <= 1"

Invariant: hub-ct-2
Description: "an active circle has a current member"
Severity: #error
Expression: "status='active' implies participant.where(period.end.empty()).exists()"

Invariant: hub-ct-3
Description: "an inactive circle has an end date"
Severity: #error
Expression: "status='inactive' implies period.end.exists()"

Invariant: hub-ct-4
Description: "one current coordonnateur at most"
Severity: #error
Expression: "participant.where(period.end.empty() and role.coding.where(code='330').exists()).count() <= 1"

Invariant: hub-sr-1
Description: "a vital emergency goes to the SAMU, not here"
Severity: #error
Expression: "$this != 'stat'"

Invariant: hub-sr-2
Description: "each reason is readable"
Severity: #error
Expression: "text.exists() or coding.display.exists()"

Invariant: hub-sr-3
Description: "a withdrawn request says why"
Severity: #error
Expression: "status='revoked' implies note.exists()"

Invariant: hub-sr-4
Description: "one consent at most is the agreement of the person"
Severity: #error
Expression: "supportingInfo.where(type='Consent' or reference.matches('^(.*/)?Consent/[^/]+(/_history/[^/]+)?$')).count() <= 1"

Invariant: hub-task-1
Description: "rejected, cancelled, failed or on-hold says why"
Severity: #error
Expression: "(status='rejected' or status='cancelled' or status='failed' or status='on-hold') implies statusReason.exists()"

Invariant: hub-task-2
Description: "past `requested`, the business status is known"
Severity: #error
Expression: "(status='draft' or status='requested' or status='entered-in-error') or businessStatus.exists()"

Invariant: hub-task-3
Description: "completed tells what came out"
Severity: #error
Expression: "status='completed' implies output.exists()"

Invariant: hub-task-4
Description: "completed carries one decision"
Severity: #error
Expression: "status='completed' implies output.where(type.coding.exists(code='decision')).count() = 1"

Invariant: hub-task-5
Description: "answer due within 48 h"
Severity: #error
Expression: "restriction.period.end.exists() and restriction.period.end <= authoredOn + 48 hours"

Invariant: hub-co-1
Description: "an opposition denies"
Severity: #error
Expression: "category.coding.where(code='opposition').exists() implies provision.type='deny'"

Invariant: hub-co-2
Description: "a withdrawn consent keeps its end date"
Severity: #error
Expression: "status='inactive' implies provision.period.end.exists()"

Invariant: hub-co-3
Description: "information, accord and partage permit"
Severity: #error
Expression: "category.coding.where(code='information' or code='accord' or code='partage').exists() implies provision.type='permit'"

Invariant: hub-co-4
Description: "a consent to share outside the team names who"
Severity: #error
Expression: "category.coding.where(code='partage').exists() implies provision.actor.exists()"

Invariant: hub-com-1
Description: "every MSSanté address belongs to the mssante.fr space"
Severity: #error
Expression: "extension('https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-mss-address').value.all($this.matches('^[^@ ]+@([a-z0-9-]+[.])*mssante[.]fr$'))"

Invariant: hub-com-2
Description: "a `not-done` says why"
Severity: #error
Expression: "status='not-done' implies statusReason.exists()"

Invariant: hub-pat-1
Description: "an INS typed identifier with official use needs VALI or QUAL"
Severity: #error
Expression: "identifier.where(use='official' and type.coding.exists(code.startsWith('INS-'))).exists() implies extension('https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability').extension('identityStatus').value.where(code='VALI' or code='QUAL').exists()"

Invariant: hub-pat-2
Description: "a local number has its system"
Severity: #error
Expression: "type.coding.exists(code='PI') implies system.exists()"

Invariant: hub-pat-3
Description: "an identifier at least has its system and its value"
Severity: #error
Expression: "identifier.exists() implies identifier.where(system.exists() and value.exists()).exists()"

Invariant: hub-org-1
Description: "a dispositif d'appui à la coordination says its territory"
Severity: #error
Expression: "type.coding.exists(code='606') implies extension('https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-territoire').exists()"

Invariant: hub-enc-1
Description: "a finished stay has an end"
Severity: #error
Expression: "status='finished' implies period.end.exists()"

Invariant: hub-enc-2
Description: "a stay with an end is finished or cancelled"
Severity: #error
Expression: "period.end.exists() implies (status='finished' or status='cancelled')"

Invariant: hub-go-1
Description: "a completed goal says what was achieved"
Severity: #error
Expression: "lifecycleStatus='completed' implies achievementStatus.exists()"

Invariant: hub-ob-1
Description: "a value, or the reason why there is none"
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists() or (component.exists() and component.all(value.exists() or dataAbsentReason.exists()))"

Invariant: hub-prov-1
Description: "one agent at least is author, enterer or assembler"
Severity: #error
Expression: "agent.exists(type.coding.exists(code='author' or code='enterer' or code='assembler'))"
