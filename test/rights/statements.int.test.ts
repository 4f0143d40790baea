import type { Bundle, DocumentReference, FhirResource, Observation, Provenance } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Letter, letterOf, ownPersons } from '../support/letters.ts'
import { INS_TEST, qualifiedPatient } from '../support/persons.ts'
import { completeFlow, exchange, getJson, readSandbox, token } from '../support/sandbox.ts'
import { circle, consent } from '../support/support-requests.ts'
import { refusals, Vendor } from '../support/vendor.ts'
import { type Caller, callerOf, EMERGENCY } from './callers.ts'

// What the statements of a document become is seen by whom the document is shown, by nobody else: at every way of asking, also when it is hidden later.

/** A doctor of the sandbox, who breaks the glass: he sees the record, but for what is hidden from professionals. */
const DOCTOR = { user: '810000000017', role: '10', structure: '1540990033', ...EMERGENCY }

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('the statements of a document', () => {
  const run = Date.now().toString(36)
  const person = ownPersons()
  let citizen: Caller
  let doctor: Caller
  let open: FhirResource[]
  let invisible: FhirResource[]
  let masked: FhirResource[]

  async function deposited(name: string, flags: Parameters<typeof letterOf>[0]['flags'] = {}): Promise<{ letter: Letter; resources: FhirResource[] }> {
    const controlId = `ST-${name}-${run}`
    const letter = letterOf({ controlId, person, to: [`st.${name}.${run}@test.mssante.fr`], flags: { DESTMSSANTEPS: 'Y', ...flags } })
    expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, controlId)
    return { letter, resources: await madeOf(letter) }
  }

  /** Asked of the store, which knows no rights: the targets of the one Provenance. */
  async function madeOf({ documentId }: Letter): Promise<FhirResource[]> {
    const identifier = encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${documentId}`)
    const document = first(await getJson<Bundle<DocumentReference>>(`${sandbox.hapi}/DocumentReference?identifier=${identifier}`))
    const provenances = await getJson<Bundle<Provenance>>(`${sandbox.hapi}/Provenance?target=DocumentReference/${document.id}`)
    const targets = first(provenances).target.flatMap(({ reference }) => reference ?? [])
    const others = targets.filter(reference => !reference.startsWith('Binary/'))
    return Promise.all([...new Set(others)].map(reference => getJson<FhirResource>(`${sandbox.hapi}/${reference}`)))
  }

  const first = <R extends FhirResource>({ entry = [] }: Bundle<R>): R => {
    const resource = entry[0]?.resource
    if (resource === undefined) throw new Error('nothing found')
    return resource
  }
  const statementsOf = (resources: readonly FhirResource[]): FhirResource[] =>
    resources.filter(({ resourceType, meta }) => resourceType !== 'Medication' && meta?.tag?.some(({ system }) => system?.endsWith('source-document')))
  const nameOf = ({ resourceType, id }: FhirResource): string => `${resourceType}/${id}`
  const found = async (caller: Caller, query: string): Promise<string[]> =>
    ((await caller.ask('GET', query)).body?.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [nameOf(resource as FhirResource)]))

  beforeAll(async () => {
    const { letter, resources } = await deposited('open')
    open = resources
    invisible = (await deposited('invisible', { INVISIBLE_PATIENT: 'Y' })).resources
    masked = (await deposited('masked', { MASQUE_PS: 'Y' })).resources
    citizen = await callerOf(sandbox, 'citizen-portal', { person: letter.ins })
    doctor = await callerOf(sandbox, 'gp-portal', DOCTOR)
  })

  it('are seen by whom the document is shown', async () => {
    expect(statementsOf(open).length).toBeGreaterThan(5)
    for (const one of statementsOf(open)) {
      expect([nameOf(one), (await citizen.ask('GET', nameOf(one))).status]).toEqual([nameOf(one), 200])
      expect([nameOf(one), (await doctor.ask('GET', nameOf(one))).status]).toEqual([nameOf(one), 200])
    }
  })

  it.each([
    ['the person, of a document invisible to him', () => ({ caller: citizen, resources: invisible })],
    ['a professional who breaks the glass, of a document hidden from professionals', () => ({ caller: doctor, resources: masked })],
  ])('are not there for %s: read, version, history, search, count', async (_, given) => {
    const { caller, resources } = given()
    const nothing = await caller.ask('GET', `Observation/${crypto.randomUUID()}`)
    for (const one of statementsOf(resources)) {
      const { status, body } = await caller.ask('GET', nameOf(one))
      expect([nameOf(one), status]).toEqual([nameOf(one), 404])
      expect(body?.issue?.[0]?.code).toBe(nothing.body?.issue?.[0]?.code)
      expect([nameOf(one), (await caller.ask('GET', `${nameOf(one)}/_history/1`)).status]).toEqual([nameOf(one), 404])
      // Read with what refers to it, never searched.
      if (one.resourceType === 'Device') continue
      const search = await caller.ask('GET', `${one.resourceType}?_id=${one.id}`)
      expect([nameOf(one), search.status, search.body?.entry?.length ?? 0, search.body?.total]).toEqual([nameOf(one), 200, 0, 0])
    }
  })

  it('stay out of what else brings them along: the whole record, what is included, the Composition', async () => {
    const hidden = new Set(statementsOf(invisible).map(nameOf))
    const patient = (open.find(one => one.resourceType === 'DocumentReference') as DocumentReference).subject?.reference ?? ''
    const everything = await found(citizen, `${patient}/$everything?_count=200`)
    expect(everything.filter(one => hidden.has(one))).toEqual([])
    expect(everything).toEqual(expect.arrayContaining([nameOf(statementsOf(open)[0] as FhirResource)]))
    const plans = await found(citizen, `CarePlan?patient=${patient}&_revinclude=Provenance:target`)
    expect(plans.filter(one => hidden.has(one))).toEqual([])
    const compositions = await found(citizen, `Composition?patient=${patient}`)
    expect(compositions.filter(one => hidden.has(one))).toEqual([])
  })

  it('are hidden with a document that is hidden later', async () => {
    const { resources } = await deposited('later')
    const document = resources.find(one => one.resourceType === 'DocumentReference') as DocumentReference
    const [statement] = statementsOf(resources).filter(one => one.resourceType === 'Observation')
    expect((await citizen.ask('GET', nameOf(statement as FhirResource))).status).toBe(200)
    const hiding = { ...document, securityLabel: [...(document.securityLabel ?? []), { coding: [{ code: 'INVISIBLE_PATIENT' }] }] }
    const put = await fetch(`${sandbox.hapi}/${nameOf(document)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(hiding),
    })
    expect(put.status).toBe(200)
    expect((await citizen.ask('GET', nameOf(statement as FhirResource))).status).toBe(404)
  })

  it('keep the tag of their document when somebody of the circle writes them', async () => {
    const dac = await Vendor.of(sandbox, 'dac')
    const { ins } = letterOf({ controlId: 'none', person })
    const patient = `Patient/${(await dac.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    await dac.create(circle(patient, dac.structure, [{ member: dac.structure }]))
    const [statement] = statementsOf(open).filter(one => one.resourceType === 'Observation')
    const shown = await dac.read<Observation>(nameOf(statement as FhirResource))
    const { tag: _, ...meta } = shown.meta ?? {}
    expect(refusals(await dac.put({ ...shown, meta }))).toEqual(['422 business-rule at Observation.meta.tag'])
    expect((await dac.read<Observation>(nameOf(shown))).meta?.versionId).toBe(shown.meta?.versionId)
  })
})
