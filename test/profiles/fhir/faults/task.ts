/*
  Faults of Task (fhir-fr.md 2.4).
*/
import { ANY, add, concept, extension, type Fault, faultsOf, hub, HUB, KEYED, type Row, SYSTEM, swap, to, without } from './fault.ts'

const commune = { system: SYSTEM.commune, code: '54395' }

const rows = (intent: string): Row[] => [
  ...ANY,
  ...KEYED,
  ['extension:territoire max', 'extension', 'structure', add('/extension/-', extension('hub-ext-territoire', { valueCoding: commune }))],
  ['hub-ext-territoire value[x] type', 'extension[0]', 'structure', swap('/extension/0', extension('hub-ext-territoire', { valueString: '54395' }))],
  ['hub-ext-territoire value[x] min', 'extension[0].value', 'required', swap('/extension/0', { url: `${HUB}StructureDefinition/hub-ext-territoire` })],
  ['hub-ext-territoire value[x].system min', 'extension[0].value.system', 'required', without('/extension/0/valueCoding/system')],
  ['hub-ext-territoire value[x].code min', 'extension[0].value.code', 'required', without('/extension/0/valueCoding/code')],
  ['status is mandatory', 'status', 'required', without('/status')],
  ['status is one of a task', 'status', 'code-invalid', swap('/status', 'active')],
  ['statusReason binding', 'statusReason', 'code-invalid', add('/statusReason', concept(SYSTEM.reason, 'fatigue'))],
  ['statusReason binding (a text alone)', 'statusReason', 'code-invalid', add('/statusReason', { text: 'Ne souhaite pas' })],
  ['businessStatus binding', 'businessStatus', 'code-invalid', add('/businessStatus', concept(SYSTEM.status, 'presque'))],
  ['intent value', 'intent', 'value', swap('/intent', intent === 'order' ? 'plan' : 'order')],
  ['code min', 'code', 'required', without('/code')],
  ['code value', 'code', 'value', swap('/code', hub('IDENTITE'))],
  ['for min', 'for', 'required', without('/for')],
  ['for type', 'for', 'structure', swap('/for', to('Group/g-1'))],
  ['authoredOn min', 'authoredOn', 'required', without('/authoredOn')],
  ['lastModified min', 'lastModified', 'required', without('/lastModified')],
  ['lastModified is not before authoredOn', '', 'invariant', swap('/lastModified', '2026-06-01T00:00:00+02:00')],
]

const MOTIF: Row[] = [
  ['input:motif min', 'input', 'required', swap('/input/0/type', hub('reponse'))],
  ['input:motif.type value', 'input', 'required', swap('/input/0/type', concept('https://exemple.fr/types', 'motif'))],
  ['input:motif.value[x] type', 'input[0].value', 'structure', without('/input/0/valueCodeableConcept'), add('/input/0/valueString', 'isolement')],
  ['an input has a value', 'input[0].value', 'required', without('/input/0/valueCodeableConcept')],
]

/** A task on hold without a reason is left to this row: the other rows keep the status of the example. */
const REASON: Row = ['hub-task-1', '', 'invariant', swap('/status', 'on-hold')]

const slice = (list: string, index: number, [code, wrong]: [string, string]): Row => [
  `${list}:${code}.value[x] type`,
  `${list}[${index}].value`,
  'structure',
  swap(`/${list}/${index}/valueReference`, to(`${wrong}/x-1`)),
]

export const TASK: Record<string, Fault[]> = {
  'hub-task-demande-appui': faultsOf('Task', [
    ...rows('order'),
    ...MOTIF,
    ['focus min', 'focus', 'required', without('/focus')],
    ['focus type', 'focus', 'structure', swap('/focus', to('CarePlan/ppcs-1'))],
    ['requester min', 'requester', 'required', without('/requester')],
    ['owner min', 'owner', 'required', without('/owner')],
    ['owner type', 'owner', 'structure', swap('/owner', to('PractitionerRole/coord-1'))],
    ['input min', 'input', 'required', without('/input')],
    ['input:accord min', 'input', 'required', without('/input/1')],
    ['input:accord max', 'input', 'structure', add('/input/-', { type: hub('accord'), valueReference: to('Consent/co-3') })],
    ['input:accord.type value', 'input', 'required', swap('/input/1/type', hub('consentement'))],
    ['input:accord.value[x] is a reference', 'input[1].value', 'structure', without('/input/1/valueReference'), add('/input/1/valueBoolean', true)],
    slice('input', 1, ['accord', 'DocumentReference']),
    slice('input', 2, ['evaluation', 'Condition']),
    slice('input', 3, ['piece-jointe', 'Binary']),
    slice('input', 4, ['mt', 'Practitioner']),
    ['input:mt max', 'input', 'structure', add('/input/-', { type: hub('mt'), valueReference: to('PractitionerRole/mt-2') })],
    slice('output', 0, ['ppcs', 'ServiceRequest']),
    REASON,
    ['hub-task-2', '', 'invariant', without('/businessStatus')],
    ['hub-task-3', '', 'invariant', swap('/status', 'completed'), without('/output')],
  ]),
  'hub-task-validation-mt': faultsOf('Task', [
    ...rows('order'),
    ...MOTIF,
    ['partOf min', 'partOf', 'required', without('/partOf')],
    ['partOf max', 'partOf', 'structure', add('/partOf/-', to('Task/t-2'))],
    ['partOf type', 'partOf[0]', 'structure', swap('/partOf/0', to('ServiceRequest/sr-1'))],
    ['focus min', 'focus', 'required', without('/focus')],
    ['focus type', 'focus', 'structure', swap('/focus', to('Task/t-1'))],
    ['requester min', 'requester', 'required', without('/requester')],
    ['requester type', 'requester', 'structure', swap('/requester', to('Patient/p1'))],
    ['owner min', 'owner', 'required', without('/owner')],
    ['owner type', 'owner', 'structure', swap('/owner', to('Organization/cab-1'))],
    ['input min', 'input', 'required', without('/input')],
    ['output:decision.value[x] type', 'output[0].value', 'structure', without('/output/0/valueCodeableConcept'), add('/output/0/valueString', 'oui')],
    ['output:decision.value[x] binding', 'output[0].value', 'code-invalid', swap('/output/0/valueCodeableConcept', concept(SYSTEM.status, 'suivi'))],
    REASON,
    ['hub-task-4', '', 'invariant', without('/output')],
    ['hub-task-4 (two decisions)', '', 'invariant', add('/output/-', { type: hub('decision'), valueCodeableConcept: concept(SYSTEM.status, 'mt-refuse') })],
  ]),
  'hub-task-snp': faultsOf('Task', [
    ...rows('order'),
    ...MOTIF,
    ['focus min', 'focus', 'required', without('/focus')],
    ['focus type', 'focus', 'structure', swap('/focus', to('Task/t-1'))],
    ['requester min', 'requester', 'required', without('/requester')],
    ['owner min', 'owner', 'required', without('/owner')],
    ['owner type', 'owner', 'structure', swap('/owner', to('RelatedPerson/rp-1'))],
    ['input min', 'input', 'required', without('/input')],
    ['output:creneau.value[x] type', 'output[0].value', 'structure', without('/output/0/valuePeriod'), add('/output/0/valueDateTime', '2026-06-03')],
    REASON,
    ['hub-task-2', '', 'invariant', without('/businessStatus')],
    ['hub-task-5', '', 'invariant', swap('/restriction/period/end', '2026-06-04T09:11:00+02:00')],
    ['hub-task-5 (no deadline)', '', 'invariant', without('/restriction')],
  ]),
  'hub-task-action-ppcs': faultsOf('Task', [
    ...rows('plan').filter(([rule]) => rule !== 'statusReason binding'),
    ['statusReason binding', 'statusReason', 'code-invalid', swap('/statusReason', concept(SYSTEM.reason, 'fatigue'))],
    ['basedOn min', 'basedOn', 'required', without('/basedOn')],
    ['basedOn max', 'basedOn', 'structure', add('/basedOn/-', to('CarePlan/ppcs-2'))],
    ['basedOn type', 'basedOn[0]', 'structure', swap('/basedOn/0', to('ServiceRequest/sr-1'))],
    ['owner type', 'owner', 'structure', swap('/owner', to('Practitioner/mt'))],
    ['hub-task-1', '', 'invariant', without('/statusReason')],
  ]),
}
