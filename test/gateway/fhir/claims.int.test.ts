import { randomUUID } from 'node:crypto'
import type { Bundle, CapabilityStatement, FhirResource, OperationOutcome } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowOf, servedTypes } from '../../../gateway/fhir/types.ts'
import { createHapiStore } from '../../../gateway/store/hapi.ts'
import { HUB } from '../../../profiles/canonicals.ts'
import { tre } from '../../../profiles/oids.ts'
import type { ParameterKind } from '../../../profiles/tables/search-parameters.ts'
import { hapiAddress } from '../../support/doors.ts'
import { openReadDoor, type ReadDoor } from '../../support/read-door.ts'

// What the capability statement claims, asked of the real store: every parameter, every inclusion, on resources that are there to be found.

const run = randomUUID()
const id = (name: string): string => `${name}-${run.slice(0, 8)}`
const ref = (type: string, name: string) => ({ reference: `${type}/${id(name)}` })
const hubExtension = (name: string, value: object) => ({ url: `${HUB}StructureDefinition/${name}`, ...value })
const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const hub = (code: string) => coded(`${HUB}CodeSystem/hub-cs`, code)
const period = { start: '2026-06-01', end: '2026-06-30' }
const identified = (name: string) => [{ system: 'urn:oid:1.2.250.1.999.1', value: id(name) }]

const resources: FhirResource[] = [
  {
    resourceType: 'Patient',
    id: id('p'),
    identifier: identified('p'),
    name: [{ family: 'EXEMPLE' }],
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: { city: 'Nancy' } }],
  },
  {
    resourceType: 'Organization',
    id: id('dac'),
    identifier: identified('dac'),
    name: 'DAC Exemple',
    extension: [hubExtension('hub-ext-territoire', { valueCoding: { system: tre('R13-CommuneOM'), code: '54395' } })],
  },
  { resourceType: 'Practitioner', id: id('mt'), identifier: identified('mt'), name: [{ family: 'MEDECIN' }] },
  { resourceType: 'PractitionerRole', id: id('role'), practitioner: ref('Practitioner', 'mt'), organization: ref('Organization', 'dac') },
  { resourceType: 'RelatedPerson', id: id('kin'), patient: ref('Patient', 'p'), name: [{ family: 'AIDANT' }] },
  {
    resourceType: 'CareTeam',
    id: id('ct'),
    status: 'active',
    subject: ref('Patient', 'p'),
    period,
    managingOrganization: [ref('Organization', 'dac')],
    participant: [{ member: ref('PractitionerRole', 'role'), period }, { member: ref('Organization', 'dac') }, { member: ref('RelatedPerson', 'kin') }],
  },
  { resourceType: 'Goal', id: id('g'), lifecycleStatus: 'active', description: { text: 'x' }, subject: ref('Patient', 'p') },
  {
    resourceType: 'CarePlan',
    id: id('cp'),
    status: 'active',
    intent: 'plan',
    subject: ref('Patient', 'p'),
    author: ref('PractitionerRole', 'role'),
    careTeam: [ref('CareTeam', 'ct')],
    goal: [ref('Goal', 'g')],
    extension: [hubExtension('hub-ext-prochaine-reevaluation', { valueDate: '2026-12-01' }), hubExtension('hub-ext-version-plan', { valuePositiveInt: 7 })],
  },
  { resourceType: 'ServiceRequest', id: id('sr'), status: 'active', intent: 'order', subject: ref('Patient', 'p'), requester: ref('PractitionerRole', 'role') },
  {
    resourceType: 'Task',
    id: id('t'),
    status: 'requested',
    intent: 'order',
    code: hub('SNP'),
    for: ref('Patient', 'p'),
    focus: ref('ServiceRequest', 'sr'),
    owner: ref('Organization', 'dac'),
    basedOn: [ref('CarePlan', 'cp')],
    restriction: { period: { end: '2026-06-04T10:00:00+02:00' } },
    extension: [hubExtension('hub-ext-territoire', { valueCoding: { system: tre('R13-CommuneOM'), code: '54395' } })],
  },
  {
    resourceType: 'Communication',
    id: id('com'),
    status: 'completed',
    subject: ref('Patient', 'p'),
    extension: [hubExtension('hub-ext-mss-message-id', { valueString: `<${id('m')}@exemple.mssante.fr>` })],
  },
  { resourceType: 'Communication', id: id('child'), status: 'completed', subject: ref('Patient', 'p'), partOf: [ref('Communication', 'com')] },
  {
    resourceType: 'CommunicationRequest',
    id: id('cr'),
    status: 'active',
    subject: ref('Patient', 'p'),
    extension: [
      {
        url: 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-type',
        valueCodeableConcept: coded(tre('R254-TypeEvenement'), 'SOR'),
      },
    ],
  },
  { resourceType: 'Provenance', id: id('pv'), target: [ref('CarePlan', 'cp')], recorded: '2026-06-05T08:00:00Z', agent: [{ who: ref('Organization', 'dac') }] },
]

/** A value of each kind that no resource has. */
const SAMPLES: Record<ParameterKind, string> = {
  token: 'nothing',
  reference: 'Patient/nobody',
  date: 'lt1800',
  string: 'nobody',
  number: '4711',
  uri: 'urn:nothing',
}

describe.skipIf(hapiAddress === undefined)('what the capability statement claims, on the real store', () => {
  const store = createHapiStore({ url: hapiAddress ?? '', timeoutMs: 60_000 })
  let door: ReadDoor
  let statement: CapabilityStatement

  beforeAll(async () => {
    door = await openReadDoor(store, servedTypes.map(type => `system/${type}.rs`).join(' '))
    statement = (await (await door.ask('/metadata')).json()) as CapabilityStatement
    const entry = resources.map(resource => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }))
    await store.transaction(Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })))
  }, 240_000)
  afterAll(async () => {
    door.close()
    await store.close()
  })

  async function found(query: string): Promise<string[]> {
    const response = await door.ask(`/${query}`)
    const bundle = (await response.json()) as Bundle
    if (response.status !== 200) throw new Error(`${query}: ${response.status} ${JSON.stringify(bundle)}`)
    return bundle.entry?.map(entry => `${entry.resource?.resourceType}/${entry.resource?.id}`.replace(`-${run.slice(0, 8)}`, '')).sort() ?? []
  }

  it.each(servedTypes.filter(type => type !== 'Binary' && rowOf(type).home === 'store'))(
    '%s: every claimed parameter answers, also with :missing, and sorts',
    async type => {
      const claimed = statement.rest?.[0]?.resource?.find(one => one.type === type)?.searchParam ?? []
      const refused: string[] = []
      for (const { name, type: kind } of claimed) {
        const queries = [
          `${name}=${SAMPLES[kind as ParameterKind]}`,
          ...(name.startsWith('_') ? [] : [`${name}:missing=true&_count=1`, `_sort=${name}&_count=1`]),
        ]
        for (const query of queries) {
          // Bound to a resource, since a search that names nothing is refused.
          const response = await door.ask(`/${type}?_id=${id('p')}&${query}`)
          if (response.status !== 200) refused.push(`${query}: ${response.status}`)
          else if (query.endsWith(SAMPLES[kind as ParameterKind])) expect([query, ((await response.json()) as Bundle).total]).toEqual([query, 0])
        }
      }
      expect(refused).toEqual([])
    },
  )

  const patient = `patient=Patient/${id('p')}`
  it.each([
    [`CarePlan?author=PractitionerRole/${id('role')}`, ['CarePlan/cp']],
    [`CarePlan?${patient}&prochaine-reevaluation=ge2026-11&prochaine-reevaluation=le2026-12-01`, ['CarePlan/cp']],
    [`CarePlan?${patient}&version-plan=gt6`, ['CarePlan/cp']],
    [`CarePlan?${patient}&version-plan=lt7`, []],
    [`Task?${patient}&echeance=lt2026-06-04T12:00:00%2B02:00`, ['Task/t']],
    [`Task?${patient}&echeance=lt2026-06-04T09:00:00%2B02:00`, []],
    [`Task?${patient}&code=SNP&status=requested&territoire=54395`, ['Task/t']],
    [`Organization?identifier=${id('dac')}&territoire=54395`, ['Organization/dac']],
    [`Communication?message-id=${encodeURIComponent(`<${id('m')}@exemple.mssante.fr>`)}`, ['Communication/com']],
    [`CommunicationRequest?${patient}&event-type=SOR`, ['CommunicationRequest/cr']],
    [`CareTeam?${patient}&start=2026-06-01&end=2026-06-30&participant-start=ge2026-06&participant-end=lt2026-07`, ['CareTeam/ct']],
    [`CareTeam?${patient}&start=ap2026-06-01&end=le2026-06`, ['CareTeam/ct']],
    [`CareTeam?managingOrganization=Organization/${id('dac')}`, ['CareTeam/ct']],
    [`Patient?_id=${id('p')}&birthplace=Nancy`, ['Patient/p']],
    [`Patient?_id=${id('p')}&birthplace=Metz`, []],
    [`Provenance?target=CarePlan/${id('cp')}`, ['Provenance/pv']],
  ])('%s finds %j', async (query, expected) => expect(await found(query)).toEqual(expected))

  it.each([
    [`CareTeam?participant:PractitionerRole.practitioner.identifier=${id('mt')}`, ['CareTeam/ct']],
    [`CareTeam?participant:Organization.identifier=${id('dac')}`, ['CareTeam/ct']],
    [`CareTeam?${patient}&participant:RelatedPerson.name=aidant`, ['CareTeam/ct']],
    [`CareTeam?patient.identifier=urn:oid:1.2.250.1.999.1|${id('p')}`, ['CareTeam/ct']],
    [`CarePlan?subject:Patient.identifier=${id('p')}`, ['CarePlan/cp']],
    [`PractitionerRole?practitioner.identifier=${id('mt')}&organization.identifier=${id('dac')}`, ['PractitionerRole/role']],
    [`Provenance?patient.identifier=${id('p')}`, []],
    [`Consent?patient.identifier=${id('p')}`, []],
    [`RelatedPerson?patient.identifier=${id('p')}`, ['RelatedPerson/kin']],
  ])('the chain %s finds %j', async (query, expected) => expect(await found(query)).toEqual(expected))

  it.each([
    [
      `CarePlan?_id=${id('cp')}&_include=CarePlan:care-team&_include=CarePlan:goal&_include=CarePlan:subject`,
      ['CarePlan/cp', 'CareTeam/ct', 'Goal/g', 'Patient/p'],
    ],
    [`CareTeam?_id=${id('ct')}&_include=CareTeam:participant`, ['CareTeam/ct', 'Organization/dac', 'PractitionerRole/role', 'RelatedPerson/kin']],
    [
      `CareTeam?_id=${id('ct')}&_include=CareTeam:participant:PractitionerRole&_include:iterate=PractitionerRole:practitioner&_include:iterate=PractitionerRole:organization`,
      ['CareTeam/ct', 'Organization/dac', 'Practitioner/mt', 'PractitionerRole/role'],
    ],
    [`PractitionerRole?_id=${id('role')}&_include=PractitionerRole:practitioner`, ['Practitioner/mt', 'PractitionerRole/role']],
    [`Task?_id=${id('t')}&_include=Task:focus&_include=Task:owner`, ['Organization/dac', 'ServiceRequest/sr', 'Task/t']],
    [
      `ServiceRequest?_id=${id('sr')}&_include=ServiceRequest:requester&_include:iterate=PractitionerRole:practitioner&_revinclude=Task:focus`,
      ['Practitioner/mt', 'PractitionerRole/role', 'ServiceRequest/sr', 'Task/t'],
    ],
    [`CarePlan?_id=${id('cp')}&_revinclude=Task:based-on&_revinclude=Provenance:target`, ['CarePlan/cp', 'Provenance/pv', 'Task/t']],
    [`Communication?_id=${id('com')}&_revinclude=Communication:part-of`, ['Communication/child', 'Communication/com']],
    [`CareTeam?_id=${id('ct')}&_revinclude=CarePlan:care-team`, ['CarePlan/cp', 'CareTeam/ct']],
  ])('%s brings along %j', async (query, expected) => expect(await found(query)).toEqual(expected))

  it.each([
    [`Task?${patient}&status:not=completed`, ['Task/t']],
    [`Task?${patient}&status:not=requested`, []],
    [`Task?${patient}&business-status:missing=true`, ['Task/t']],
    [`Task?${patient}&business-status:missing=false`, []],
    [`Task?${patient}&owner:missing=false`, ['Task/t']],
    [`CarePlan?${patient}&replaces:missing=true`, ['CarePlan/cp']],
    [`CarePlan?${patient}&version-plan:missing=false`, ['CarePlan/cp']],
    [`CarePlan?${patient}&status:in=http://hl7.org/fhir/ValueSet/request-status`, ['CarePlan/cp']],
    [`CarePlan?${patient}&subject:Patient=${id('p')}`, ['CarePlan/cp']],
    [`Patient?_id=${id('p')}&family:exact=EXEMPLE`, ['Patient/p']],
    [`Patient?_id=${id('p')}&family:exact=exemple`, []],
    [`Patient?_id=${id('p')}&name:contains=empl`, ['Patient/p']],
    [`Patient?_id=${id('p')}&family=E_EMPLE`, []],
    [`Patient?_id=${id('p')}&name:contains=_MPL`, []],
    [`CarePlan?${patient}&_lastUpdated=gt${new Date().toISOString().slice(0, 7)}`, []],
    [`CarePlan?${patient}&_lastUpdated=sa${new Date().getUTCFullYear()}`, []],
    [`CarePlan?${patient}&_lastUpdated=gt2020&_sort=-_lastUpdated&_elements=status&_total=accurate`, ['CarePlan/cp']],
  ])('%s finds %j', async (query, expected) => expect(await found(query)).toEqual(expected))

  it('$everything holds what is about the person, page by page, and a type alone where one is asked', async () => {
    const all = await found(`Patient/${id('p')}/$everything?_count=200`)
    expect(all).toEqual(expect.arrayContaining(['Patient/p', 'CarePlan/cp', 'CareTeam/ct', 'Task/t', 'Goal/g', 'Communication/com', 'RelatedPerson/kin']))
    const pages = async (query: string): Promise<string[]> => {
      const seen: string[] = []
      let address: string | undefined = `/Patient/${id('p')}/$everything?${query}`
      while (address !== undefined) {
        const page = (await (await door.ask(address)).json()) as Bundle
        seen.push(...(page.entry ?? []).map(entry => `${entry.resource?.resourceType}/${entry.resource?.id}`.replace(`-${run.slice(0, 8)}`, '')))
        address = page.link?.find(link => link.relation === 'next')?.url
      }
      return seen.sort()
    }
    expect(await pages('_count=3')).toEqual(all)
    expect(await pages('_type=Task,Goal&_count=1')).toEqual(['Goal/g', 'Task/t'])
    expect(await found(`Patient/${id('p')}/$everything?_type=Task,Goal`)).toEqual(['Goal/g', 'Task/t'])
    expect(await found(`Patient/${id('p')}/$everything?_since=2200-01-01`)).toEqual([])
    expect((await door.ask('/Patient/nobody/$everything')).status).toBe(404)
  })

  it('a person named with and without the type, which the store cannot tell apart, is refused as what was asked', async () => {
    const response = await door.ask(`/CarePlan?patient=Patient/${id('p')},${id('p')}`)
    expect([response.status, ((await response.json()) as OperationOutcome).issue[0]?.code]).toEqual([400, 'invalid'])
  })

  it('a page link whose search the store has forgotten is expired', async () => {
    const response = await door.ask(door.pageTo(`?_getpages=${randomUUID()}&_getpagesoffset=20&_count=20&_bundletype=searchset`))
    expect([response.status, ((await response.json()) as OperationOutcome).issue[0]?.diagnostics]).toEqual([410, expect.stringContaining('fhir.page_expired')])
  })
})
