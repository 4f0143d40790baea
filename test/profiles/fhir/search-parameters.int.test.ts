import { randomUUID } from 'node:crypto'
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { readSandbox } from '../../support/sandbox.ts'
import { add, extension, HUB, SYSTEM, to } from './faults/fault.ts'
import { example } from './instances.ts'

// Each search parameter of the packages answers: it finds the resource by its value, and not by another.

const FR = 'https://hl7.fr/ig/fhir/core/StructureDefinition/'
const PDSM = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/'
const run = randomUUID().slice(0, 8)
const id = (name: string): string => `sp-${name}-${run}`
const commune = (code: string) => extension('hub-ext-territoire', { valueCoding: { system: SYSTEM.commune, code } })
const archived = { url: `${PDSM}pdsm-ext-is-archived`, valueBoolean: true }
const day = '2026-05-10'

const structure = to(`Organization/${id('dac')}`)
const person = to(`Patient/${id('p')}`)
const resources: FhirResource[] = [
  { resourceType: 'Organization', id: id('dac'), name: 'DAC Exemple', extension: [commune('54395')] },
  {
    resourceType: 'Patient',
    id: id('p'),
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
        valueAddress: { city: 'Reims', extension: [{ url: `${FR}fr-core-address-insee-code`, valueCoding: { code: '51454' } }] },
      },
    ],
  },
  { resourceType: 'PractitionerRole', id: id('r') },
  {
    resourceType: 'CareTeam',
    id: id('ct'),
    subject: person,
    period: { start: day, end: '2026-06-10' },
    managingOrganization: [structure],
    participant: [{ period: { start: '2026-05-11', end: '2026-05-12' } }],
  },
  {
    resourceType: 'CarePlan',
    id: id('cp'),
    status: 'draft',
    intent: 'plan',
    subject: person,
    author: to(`PractitionerRole/${id('r')}`),
    extension: [extension('hub-ext-prochaine-reevaluation', { valueDate: '2026-12-01' }), extension('hub-ext-version-plan', { valuePositiveInt: 3 })],
  },
  {
    resourceType: 'Task',
    id: id('t'),
    status: 'requested',
    intent: 'order',
    for: person,
    extension: [commune('35238')],
    restriction: { period: { end: '2026-06-04T09:10:00+02:00' } },
  },
  {
    resourceType: 'Communication',
    id: id('c'),
    status: 'completed',
    extension: [extension('hub-ext-mss-message-id', { valueString: `m-${run}@exemple.mssante.fr` })],
  },
  { ...example('nde-eventdeclaration', [add('/id', id('cr'))]), meta: {} } as FhirResource,
  {
    resourceType: 'AuditEvent',
    id: id('ae'),
    type: { code: 'rest' },
    recorded: `${day}T08:00:00Z`,
    period: { start: day },
    agent: [{ requestor: true }],
    source: { observer: structure },
  },
  {
    resourceType: 'DocumentReference',
    id: id('d'),
    status: 'current',
    extension: [archived],
    content: [{ attachment: { title: 'x' } }],
    context: { period: { start: day, end: '2026-05-11' } },
  },
  {
    resourceType: 'List',
    id: id('l'),
    status: 'current',
    mode: 'working',
    extension: [archived, { url: 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg', valueReference: structure }],
  },
]

const store = process.env['HUB_TEST_HAPI'] ?? readSandbox().hapi
const bundle = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map(resource => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}` } })),
}
const answer = await fetch(store, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(bundle) })
expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])

/** Asked of one resource: of all there are, others may fill the page. */
async function finds(type: string, name: string, query: string): Promise<string[]> {
  const [parameter = '', value = ''] = query.split('=')
  const answer = await fetch(`${store}/${type}?_id=${id(name)}&${parameter}=${encodeURIComponent(value)}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as Bundle).entry?.map(({ resource }) => resource?.id ?? '') ?? []
}

describe('a search parameter of the packages', () => {
  it.each([
    ['CarePlan', 'cp', `author=PractitionerRole/${id('r')}`, `author=PractitionerRole/${id('other')}`],
    ['CarePlan', 'cp', 'prochaine-reevaluation=lt2026-12-02', 'prochaine-reevaluation=lt2026-12-01'],
    ['CarePlan', 'cp', 'version-plan=3', 'version-plan=4'],
    ['Task', 't', 'echeance=le2026-06-04T09:10:00+02:00', 'echeance=lt2026-06-04T09:00:00+02:00'],
    ['Task', 't', 'territoire=35238', 'territoire=54395'],
    ['Organization', 'dac', 'territoire=54395', 'territoire=35238'],
    ['Organization', 'dac', `territoire=${SYSTEM.commune}|54395`, `territoire=${HUB}|54395`],
    ['Communication', 'c', `message-id=m-${run}@exemple.mssante.fr`, `message-id=m-other-${run}@exemple.mssante.fr`],
    ['CareTeam', 'ct', `start=${day}`, 'start=gt2026-05-10'],
    ['CareTeam', 'ct', 'end=2026-06-10', 'end=lt2026-06-10'],
    ['CareTeam', 'ct', 'participant-start=2026-05-11', 'participant-start=2026-05-12'],
    ['CareTeam', 'ct', 'participant-end=2026-05-12', 'participant-end=2026-05-11'],
    ['CareTeam', 'ct', `managingOrganization=Organization/${id('dac')}`, `managingOrganization=Organization/${id('other')}`],
    ['Patient', 'p', 'birthplace=reims', 'birthplace=nancy'],
    ['CommunicationRequest', 'cr', 'event-type=SOR', 'event-type=ADM'],
    ['AuditEvent', 'ae', `period-start=${day}`, 'period-start=lt2026-05-10'],
    ['DocumentReference', 'd', `period-start=${day}`, 'period-start=gt2026-05-10'],
    ['DocumentReference', 'd', 'period-end=2026-05-11', 'period-end=2026-05-10'],
    ['DocumentReference', 'd', 'isArchived=true', 'isArchived=false'],
    ['List', 'l', 'isArchived=true', 'isArchived=false'],
    ['List', 'l', `authorOrg=Organization/${id('dac')}`, `authorOrg=Organization/${id('other')}`],
  ])('%s %s is found by %s, not by %s', async (type, name, right, wrong) => {
    expect(await finds(type, name, right)).toEqual([id(name)])
    expect(await finds(type, name, wrong)).toEqual([])
  })

  it('answers :missing', async () => {
    expect(await finds('CarePlan', 'cp', 'prochaine-reevaluation:missing=true')).toEqual([])
    expect(await finds('CarePlan', 'cp', 'prochaine-reevaluation:missing=false')).toEqual([id('cp')])
  })
})
