/*
  What a stranger may ask in order to learn of a person: `{name}` stands for the person's own, or for one that does not exist.
*/

/** GET, and where it is a search by POST `_search` too. */
export const READS: string[] = [
  'Patient/{patient}',
  'Patient/{patient}?_summary=true',
  'Patient/{patient}/_history',
  'Patient/{patient}/_history/1',
  'Patient/{patient}/_history/99',
  'Patient/{patient}/$everything',
  'Patient/{patient}/$everything?_type=Task&_since=2020-01-01&_count=1',
  'CarePlan/{plan}',
  'CarePlan/{plan}/_history/1',
  'CarePlan/{plan}/_history?_since=2020-01-01',
  'CarePlan/{plan}/$diff',
  'CarePlan/{plan}/$diff?from=1&to=1',
  'CarePlan/{plan}/$diff?from=8&to=9',
  'CareTeam/{team}',
  'CareTeam/{team}/_history',
  'Consent/{consent}',
  'Consent/{consent}/_history/1',
  'Goal/{goal}',
  'Observation/{measure}',
  'Encounter/{stay}',
  'DocumentReference/{letter}',
  'DocumentReference/{letter}/_history',
  'RelatedPerson/{relative}',
]

export const SEARCHES: string[] = [
  'Patient?_id={patient}',
  'Patient?_id={patient},{other}',
  'Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|{ins}',
  'Patient?identifier={ins}',
  'Patient?_id={patient}&_total=accurate',
  'Patient?_id={patient}&_summary=count',
  'Patient?_id={patient}&_elements=id',
  'Patient?_id={patient}&_sort=-_lastUpdated',
  'Patient?_id={patient}&_lastUpdated=gt2020-01-01',
  'Patient?_id={patient}&birthdate=1979-03-28',
  'Patient?_id={patient}&family=EXEMPLE',
  'Patient?_id={patient}&family:exact=EXEMPLE',
  'Patient?_id={patient}&gender:not=male',
  'Patient?_id={patient}&address:missing=false',
  'Patient?_id={patient}&_filter=family eq EXEMPLE',
  'Patient?_id={patient}&_content=EXEMPLE',
  'Patient?_id={patient}&_text=EXEMPLE',
  'Patient?_list={team}',
  'Patient?_id:not={patient}&identifier=urn:oid:1.2.250.1.213.1.4.10|{ins}',
  'Patient?link=Patient/{patient}',
  'Patient?_has:CarePlan:patient:_id={plan}',
  'Patient?_has:Consent:patient:_id={consent}&_summary=count',
  'CarePlan?patient=Patient/{patient}',
  'CarePlan?patient={patient}',
  'CarePlan?subject=Patient/{patient}',
  'CarePlan?subject:Patient={patient}',
  'CarePlan?patient={patient}&_count=0',
  'CarePlan?patient={patient}&status=active&_total=accurate',
  'CarePlan?patient={patient}&_include=CarePlan:subject',
  'CarePlan?patient={patient}&_include=CarePlan:care-team&_include=CareTeam:participant',
  'CarePlan?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|{ins}',
  'CarePlan?subject:Patient.family=EXEMPLE&_id={plan}',
  'CarePlan?patient:identifier=urn:oid:1.2.250.1.213.1.4.10|{ins}',
  'CarePlan?identifier=urn:oid:1.2.250.1.999.1|{planNumber}',
  'CarePlan?_id={plan}',
  'CarePlan?care-team=CareTeam/{team}',
  'CarePlan?replaces=CarePlan/{plan}',
  'CarePlan?patient={visible}&_id={plan}',
  'CarePlan?patient={visible},{patient}',
  'CarePlan?patient={visible}&subject=Patient/{patient}',
  'CarePlan?patient={visible}&care-team=CareTeam/{team}',
  'CarePlan?patient={visible}&care-team.patient=Patient/{patient}',
  'CarePlan?patient={visible}&goal=Goal/{goal}',
  'CareTeam?patient={patient}',
  'CareTeam?patient={patient}&_include=CareTeam:participant&_revinclude=CarePlan:care-team',
  'CareTeam?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|{ins}',
  'CareTeam?participant:RelatedPerson=RelatedPerson/{relative}',
  'CareTeam?participant=RelatedPerson/{relative}&_summary=count',
  'Consent?patient={patient}',
  'Consent?patient={patient}&status=active&_summary=count',
  'Consent?consentor=Patient/{patient}',
  'Consent?patient={visible}&_id={consent}',
  'Observation?patient={patient}&_total=accurate',
  'Observation?patient={patient}&code=http://loinc.org|29463-7&_sort=date',
  'Observation?subject=Patient/{patient}&_elements=id',
  'Goal?patient={patient}',
  'Encounter?patient={patient}',
  'DocumentReference?patient={patient}&status=current',
  'DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|{ins}&status=current',
  'DocumentReference?identifier={document}',
  'DocumentReference?patient={patient}&_include=DocumentReference:subject',
  'DocumentReference?patient={patient}&security-label:not=MASQUE_PS',
  'RelatedPerson?patient={patient}',
  'Task?patient={patient}&_include=Task:focus',
  'Task?focus=ServiceRequest/{plan}',
  'Task?based-on=CarePlan/{plan}',
  'ServiceRequest?patient={patient}&_revinclude=Task:focus',
  'Communication?patient={patient}',
  'Communication?subject=Patient/{patient}',
  'Communication?part-of=Communication/{plan}',
  'Provenance?target=CarePlan/{plan}',
  'Provenance?target=CarePlan/{plan}/_history/1',
  'Provenance?patient={patient}',
  'QuestionnaireResponse?patient={patient}',
  'PractitionerRole?_has:CareTeam:participant:patient={patient}',
  'Organization?_has:CarePlan:author:patient={patient}&_summary=count',
  'CarePlan?patient={visible}&_has:Task:based-on:patient={patient}',
  'CareTeam?patient={visible}&_include=CareTeam:participant&_include:iterate=RelatedPerson:patient',
  'CarePlan?patient={visible}&_revinclude=Provenance:target&_revinclude:iterate=Task:focus',
  'CarePlan?patient={visible}&_include=*',
  'Provenance?target=Patient/{patient}',
  'Subscription?criteria:contains={patient}',
  'AuditEvent?date=ge2020-01-01&entity=Patient/{patient}',
  'AuditEvent?date=ge2020-01-01&patient={patient}',
  'AuditEvent?date=ge2020-01-01&patient.identifier=urn:oid:1.2.250.1.213.1.4.10|{ins}',
]

export interface Write {
  name: string
  method: 'POST' | 'PUT' | 'PATCH'
  path: string
  headers?: Record<string, string>
  /** Its `{…}` are filled like those of the path. */
  body: unknown
}

const HUB_PROFILE = 'https://hub.e-parcours.example/fhir/StructureDefinition/'
const PATCH = { 'content-type': 'application/json-patch+json' }
const measure = {
  resourceType: 'Observation',
  meta: { profile: [`${HUB_PROFILE}hub-observation`] },
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  subject: { reference: 'Patient/{visible}' },
  effectiveDateTime: '2026-05-30',
  valueQuantity: { value: 71.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
}
const unseen = { ...measure, subject: { reference: 'Patient/{patient}' } }
const goal = {
  resourceType: 'Goal',
  meta: { profile: [`${HUB_PROFILE}hub-goal`] },
  lifecycleStatus: 'active',
  description: { text: 'Rester chez soi' },
  subject: { reference: 'Patient/{visible}' },
}
const message = {
  resourceType: 'Communication',
  meta: { profile: [`${HUB_PROFILE}hub-communication-cercle`] },
  status: 'completed',
  category: [{ coding: [{ system: 'https://hub.e-parcours.example/fhir/CodeSystem/hub-cs', code: 'MESSAGE' }] }],
  subject: { reference: 'Patient/{visible}' },
  sent: '2026-06-01T09:10:00+02:00',
  sender: { reference: '{structure}' },
  recipient: [{ reference: '{structure}' }],
  payload: [{ contentString: 'Point de coordination jeudi.' }],
}
const bundle = (type: string, ...entry: object[]): object => ({ resourceType: 'Bundle', type, entry })
const post = (resource: { resourceType: string }, more: object = {}): object => ({
  fullUrl: 'urn:uuid:5a0e5f4e-31c6-4c5f-a1fb-5b3a0a0c2f01',
  resource,
  request: { method: 'POST', url: resource.resourceType, ...more },
})
const subscription = (criteria: string, filter?: string): object => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'Suivi',
  criteria,
  ...(filter === undefined
    ? {}
    : {
        _criteria: { extension: [{ url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria', valueString: filter }] },
      }),
  channel: { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/never', payload: 'application/fhir+json' },
})

export const WRITES: Write[] = [
  { name: 'PUT of an unseen plan', method: 'PUT', path: 'CarePlan/{plan}', headers: { 'if-match': 'W/"1"' }, body: { resourceType: 'CarePlan', id: '{plan}' } },
  {
    name: 'PUT with a version that is not',
    method: 'PUT',
    path: 'CarePlan/{plan}',
    headers: { 'if-match': 'W/"99"' },
    body: { resourceType: 'CarePlan', id: '{plan}' },
  },
  { name: 'PUT of an unseen measure', method: 'PUT', path: 'Observation/{measure}', body: { ...measure, id: '{measure}' } },
  {
    name: 'PUT of an unseen measure, no version',
    method: 'PUT',
    path: 'Observation/{measure}',
    headers: { 'if-match': 'W/"7"' },
    body: { ...unseen, id: '{measure}' },
  },
  {
    name: 'PUT of an unseen person',
    method: 'PUT',
    path: 'Patient/{patient}',
    headers: { 'if-match': 'W/"1"' },
    body: { resourceType: 'Patient', id: '{patient}' },
  },
  {
    name: 'JSON Patch with a true test',
    method: 'PATCH',
    path: 'Task/{task}',
    headers: { ...PATCH, 'if-match': 'W/"1"' },
    body: [{ op: 'test', path: '/status', value: 'requested' }],
  },
  {
    name: 'JSON Patch with a false test',
    method: 'PATCH',
    path: 'Task/{task}',
    headers: { ...PATCH, 'if-match': 'W/"1"' },
    body: [{ op: 'test', path: '/status', value: 'failed' }],
  },
  {
    name: 'JSON Patch on a path that is not',
    method: 'PATCH',
    path: 'Task/{task}',
    headers: { ...PATCH, 'if-match': 'W/"9"' },
    body: [{ op: 'replace', path: '/nothing/9', value: 1 }],
  },
  {
    name: 'PUT under a condition that an unseen measure meets',
    method: 'PUT',
    path: 'Observation?_id={measure}',
    headers: { 'if-match': 'W/"1"' },
    body: measure,
  },
  {
    name: 'If-None-Exist that an unseen measure meets',
    method: 'POST',
    path: 'Observation',
    headers: { 'if-none-exist': 'patient={patient}&_id={measure}' },
    body: measure,
  },
  {
    name: 'PATCH under a condition that an unseen letter meets',
    method: 'PATCH',
    path: 'DocumentReference?identifier={document}',
    headers: PATCH,
    body: [{ op: 'replace', path: '/status', value: 'superseded' }],
  },
  { name: 'a goal that addresses an unseen one', method: 'POST', path: 'Goal', body: { ...goal, addresses: [{ reference: 'Observation/{measure}' }] } },
  {
    name: 'a measure of an unseen person, inside of another',
    method: 'POST',
    path: 'Observation',
    body: { ...measure, contained: [{ ...unseen, id: 'inside' }], hasMember: [{ reference: '#inside' }] },
  },
  { name: 'a measure of an unseen person', method: 'POST', path: 'Observation', body: unseen },
  {
    name: 'a measure that refers to an unseen one',
    method: 'POST',
    path: 'Observation',
    body: { ...measure, derivedFrom: [{ reference: 'Observation/{measure}' }] },
  },
  {
    name: 'a measure with a contained person of another',
    method: 'POST',
    path: 'Observation',
    body: { ...measure, contained: [unseenRelative()], performer: [{ reference: '#kin' }] },
  },
  { name: 'a message about an unseen plan', method: 'POST', path: 'Communication', body: { ...message, about: [{ reference: 'CarePlan/{plan}' }] } },
  {
    name: 'a message answering an unseen one',
    method: 'POST',
    path: 'Communication',
    body: { ...message, inResponseTo: [{ reference: 'Communication/{plan}' }] },
  },
  {
    name: 'a message to an unseen relative',
    method: 'POST',
    path: 'Communication',
    body: { ...message, recipient: [{ reference: 'RelatedPerson/{relative}' }] },
  },
  {
    name: 'a logical reference to an unseen person',
    method: 'POST',
    path: 'Observation',
    body: { ...measure, subject: { reference: 'Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|{ins}' } },
  },
  {
    name: '$validate of a conditional reference, with its profile',
    method: 'POST',
    path: '$validate',
    body: {
      resourceType: 'Parameters',
      parameter: [
        { name: 'profile', valueUri: `${HUB_PROFILE}hub-observation` },
        { name: 'resource', resource: { ...measure, derivedFrom: [{ reference: 'Observation?patient={patient}' }] } },
      ],
    },
  },
  { name: '$validate of a reference', method: 'POST', path: 'Observation/$validate', body: unseen },
  {
    name: '$validate of an update',
    method: 'POST',
    path: '$validate',
    body: {
      resourceType: 'Parameters',
      parameter: [
        { name: 'mode', valueCode: 'update' },
        { name: 'resource', resource: { ...measure, id: '{measure}' } },
      ],
    },
  },
  { name: 'a transaction with a measure of an unseen person', method: 'POST', path: '', body: bundle('transaction', post(unseen)) },
  {
    name: 'a transaction that updates an unseen plan',
    method: 'POST',
    path: '',
    body: bundle('transaction', {
      fullUrl: 'CarePlan/{plan}',
      resource: { resourceType: 'CarePlan', id: '{plan}' },
      request: { method: 'PUT', url: 'CarePlan/{plan}', ifMatch: 'W/"1"' },
    }),
  },
  { name: 'a batch with a measure of an unseen person', method: 'POST', path: '', body: bundle('batch', post(unseen)) },
  {
    name: 'a batch that reads',
    method: 'POST',
    path: '',
    body: bundle(
      'batch',
      { request: { method: 'GET', url: 'Patient/{patient}' } },
      { request: { method: 'GET', url: 'CarePlan?patient={patient}' } },
      { request: { method: 'GET', url: 'Patient/{patient}/$everything' } },
    ),
  },
  {
    name: 'a batch with a condition that an unseen measure meets',
    method: 'POST',
    path: '',
    body: bundle('batch', post(measure, { ifNoneExist: 'patient={patient}' }), {
      resource: { ...measure, id: '{measure}' },
      request: { method: 'PUT', url: 'Observation/{measure}', ifMatch: 'W/"1"' },
    }),
  },
  {
    name: 'X-Provenance of an unseen relative, for another structure',
    method: 'POST',
    path: 'Observation',
    headers: { 'x-provenance': JSON.stringify(provenanceOf()).replace('"who":{"reference":"{structure}"}', '"who":{"reference":"RelatedPerson/{relative}"}') },
    body: measure,
  },
  { name: 'a Provenance about an unseen plan', method: 'POST', path: 'Provenance', body: provenanceOf('CarePlan/{plan}') },
  {
    name: 'X-Provenance with an unseen source',
    method: 'POST',
    path: 'Observation',
    headers: { 'x-provenance': JSON.stringify({ ...provenanceOf(), entity: [{ role: 'source', what: { reference: 'CarePlan/{plan}' } }] }) },
    body: measure,
  },
  {
    name: 'X-Provenance with an unseen target',
    method: 'POST',
    path: 'Observation',
    headers: { 'x-provenance': JSON.stringify(provenanceOf('CarePlan/{plan}')) },
    body: measure,
  },
  {
    name: 'a subscription to an unseen person, by topic',
    method: 'POST',
    path: 'Subscription',
    body: subscription('https://hub.e-parcours.example/fhir/SubscriptionTopic/pps.publie', 'CarePlan?patient=Patient/{patient}'),
  },
  { name: 'a subscription to an unseen person, by criteria', method: 'POST', path: 'Subscription', body: subscription('CarePlan?patient=Patient/{patient}') },
  { name: 'a subscription to an unseen plan', method: 'POST', path: 'Subscription', body: subscription('Task?based-on=CarePlan/{plan}') },
]

function unseenRelative(): object {
  return { resourceType: 'RelatedPerson', id: 'kin', patient: { reference: 'Patient/{patient}' } }
}

export function provenanceOf(target?: string): { resourceType: string } & Record<string, unknown> {
  return {
    resourceType: 'Provenance',
    ...(target === undefined ? {} : { target: [{ reference: target }] }),
    recorded: '2026-06-05T08:00:00+02:00',
    activity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'CREATE' }] },
    agent: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] },
        who: { reference: '{structure}' },
        onBehalfOf: { reference: '{structure}' },
      },
    ],
  }
}
