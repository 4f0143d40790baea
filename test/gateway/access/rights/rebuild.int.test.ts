import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CareTeam, Consent, FhirResource, Patient } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rebuildAccess } from '../../../../gateway/access/rights/rebuild.ts'
import { loadAuthors, loadPersons, projectAccess, restrictAccess } from '../../../../gateway/ledger/rights/access.ts'
import { type Db, openLedger } from '../../../../gateway/ledger/db.ts'
import { createHapiStore } from '../../../../gateway/store/hapi.ts'
import { circleOf, entry, ROLE } from '../../../support/care.ts'
import { careHouse } from '../../../support/care-house.ts'
import { startPostgres } from '../../../support/postgres.ts'
import { localNumber } from '../../../support/persons.ts'
import { readSandbox } from '../../../support/sandbox.ts'
import { circle, consent, unscheduledTask } from '../../../support/support-requests.ts'
import { freshLedger, quiet } from '../../ledger/support.ts'

// The rows by which rights are decided, and those of work: as the running hub keeps them, and as they are made anew from its store; then what a write takes away before it is stored.

const dataDir = process.env['HUB_DATA_DIR'] ?? ''
const { ledger } = JSON.parse(readFileSync(join(dataDir, 'hub.json'), 'utf8')) as { ledger: { url: string } }
const kept = await openLedger({ url: ledger.url, max: 2, log: quiet })
const postgres = await startPostgres()
const fresh = (await freshLedger(postgres)).db
const store = createHapiStore({ url: process.env['HUB_TEST_HAPI'] ?? '', timeoutMs: 60_000 })
const house = await careHouse(readSandbox(dataDir))
const patient = await house.person()

afterAll(async () => {
  await Promise.all([kept.close(), fresh.close(), store.close()])
  await postgres.stop()
})

const rowsIn = async (db: Db): Promise<string[]> => {
  const person = (await loadPersons(db, [patient])).get(patient)
  return (person?.rows ?? []).map(row => JSON.stringify(row, Object.keys(flat(row)).sort())).sort()
}
const flat = (value: unknown): Record<string, true> =>
  typeof value !== 'object' || value === null
    ? {}
    : Object.assign({}, ...Object.entries(value).map(([key, inner]) => (Array.isArray(value) ? flat(inner) : { [key]: true, ...flat(inner) })))

const put = (...resources: FhirResource[]) => {
  const entry = resources.map(resource => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }))
  return store.transaction(Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })))
}

describe('made anew from the store', () => {
  const { dac, mt, nurse } = house
  /** Of whom nothing is written through the hub: what is made of it first is what writing makes. */
  const [person, structure] = [`Patient/${randomUUID()}`, `Organization/${randomUUID()}`]
  const named = <R extends FhirResource>(resource: R): R & { id: string } => ({ ...resource, id: randomUUID() })
  const request = `ServiceRequest/${randomUUID()}`
  const task = unscheduledTask({ patient: person, requester: structure, performer: structure, at: '2026-06-02T09:10:00+02:00' }, request)
  const work = [named(circleOf(person, structure, [entry(structure, ROLE.coordinator)])), named(consent(person, 'information', structure)), named(task)]
  const targets: FhirResource[] = [person, structure, request].map(reference => {
    const [resourceType = '', id = ''] = reference.split('/')
    const content = resourceType === 'ServiceRequest' ? { status: 'active', intent: 'order', subject: { reference: person } } : {}
    return { resourceType, id, ...content } as FhirResource
  })
  const workRows = async (): Promise<unknown[]> => {
    const access = await fresh.query('select source, n, patient, kind, party, detail from access where patient = $1 order by source, n', [person])
    const worklist = await fresh.query('select reference, patient, owner, requester, code, status, territory, authored, due from worklist where patient = $1', [
      person,
    ])
    return [access.rows, worklist.rows]
  }
  const [brought, written] = [randomUUID(), randomUUID()].map(id => ({ resourceType: 'Patient' as const, id, identifier: [localNumber(id)] })) as [
    Patient,
    Patient,
  ]
  const authors = () => loadAuthors(fresh, [`Patient/${brought.id}`, `Patient/${written.id}`])
  const proven = ({ id }: Patient): FhirResource =>
    ({
      resourceType: 'Provenance',
      id: randomUUID(),
      target: [{ reference: `Patient/${id}/_history/1` }],
      recorded: new Date().toISOString(),
      agent: [{ who: { reference: dac.structure }, onBehalfOf: { reference: dac.structure } }],
    }) as FhirResource
  let keptRows: string[]
  let made: unknown[]
  let informed: Consent & { id: string }
  let team: CareTeam & { id: string }

  // The whole store is read once for what the first three of these say.
  beforeAll(async () => {
    informed = await dac.create<Consent>(consent(patient, 'information', dac.structure))
    team = await dac.create<CareTeam>(circle(patient, dac.structure, [{ member: mt, role: 'PCP' }, { member: nurse }]))
    const left = { ...team, participant: team.participant?.map((one, at) => (at === 1 ? { ...one, period: { ...one.period, end: '2026-06-01' } } : one)) ?? [] }
    expect((await dac.put<CareTeam>(left)).status).toBe(200)
    const opposed = await dac.create<Consent>(consent(patient, 'opposition', dac.structure))
    const { provision } = opposed
    const withdrawn = await dac.put<Consent>({
      ...opposed,
      status: 'inactive',
      provision: { ...provision, period: { start: '2026-05-20', end: '2099-01-01' } },
    })
    expect(withdrawn.status).toBe(200)
    keptRows = await rowsIn(kept)
    await put(brought)
    await put(written, proven(written))
    await put({ ...written, active: true }, proven(brought))
    await put(...targets, ...work)
    await fresh.tx(tx => projectAccess(tx, [...targets, ...work]))
    made = await workRows()
    await fresh.query('delete from worklist')
    await fresh.query('delete from access')
    const gone = named({ ...task, for: { reference: person } })
    await fresh.tx(tx => projectAccess(tx, [gone]))
    await rebuildAccess({ db: fresh, store })
  })

  it('rights are those that the hub kept while it wrote', async () => {
    expect(keptRows.length).toBe(5)
    expect(await rowsIn(fresh)).toEqual(keptRows)
    const ours = [`Consent/${informed.id}`, `CareTeam/${team.id}`, patient]
    const [left, right] = await Promise.all([kept, fresh].map(db => loadAuthors(db, ours)))
    expect(right).toEqual(left)
    expect(left?.get(`CareTeam/${team.id}`)).toEqual([dac.structure])
  })

  it('rights and work have the rows that writing made, and none of what is gone', async () => {
    expect(made.map(one => (one as unknown[]).length)).toEqual([expect.any(Number), 1])
    expect(await workRows()).toEqual(made)
  })

  it('who only presented a person that a message had brought is no author of him', async () => {
    expect([...(await authors())]).toEqual([[`Patient/${written.id}`, [dac.structure]]])
  })

  it('on top of what is there they change nothing', async () => {
    const all = async () => [await rowsIn(fresh), await workRows(), [...(await authors())]]
    const before = await all()
    await rebuildAccess({ db: fresh, store })
    expect(await all()).toEqual(before)
  })
})

describe('what a write takes away', () => {
  const own = 'Patient/22222222-2222-4222-8222-222222222222'
  const rows = async () => (await loadPersons(fresh, [own])).get(own)?.rows ?? []
  const denial = { ...consent(own, 'opposition', 'Organization/o'), id: 'denial' } as FhirResource
  const team = { ...circle(own, 'Organization/o', [{ member: 'PractitionerRole/r' }]), id: 'own-team' } as CareTeam

  it('is taken before it is stored, and given back when it never is', async () => {
    await projectAccess(fresh, [team])
    const before = await rows()
    expect(await fresh.tx(tx => restrictAccess(tx, [denial]))).toBe(true)
    expect((await rows()).map(({ kind }) => kind)).toContain('consent')
    expect(await fresh.tx(tx => restrictAccess(tx, [{ ...team, status: 'suspended' }]))).toBe(true)
    expect((await rows()).some(({ kind, detail }) => kind === 'member' && detail.status === 'active')).toBe(false)
    await fresh.query("delete from access where source = 'Consent/denial'")
    await projectAccess(fresh, [team])
    expect(await rows()).toEqual(before)
  })

  it('is a mark that hides a document, before the card is stored; it goes once the card that is stored has none', async () => {
    const card = { resourceType: 'DocumentReference', id: 'card', status: 'current', content: [], subject: { reference: own } } as FhirResource
    const masked = { ...card, securityLabel: [{ coding: [{ code: 'MASQUE_PS' }, { code: 'N' }] }] } as FhirResource
    const marks = async () => (await rows()).flatMap(({ source, kind, detail }) => (kind === 'hidden' ? [[source, detail]] : []))
    expect(await fresh.tx(tx => restrictAccess(tx, [card]))).toBe(false)
    expect(await fresh.tx(tx => restrictAccess(tx, [masked]))).toBe(true)
    expect(await marks()).toEqual([['DocumentReference/card', { flags: ['MASQUE_PS'] }]])
    await projectAccess(fresh, [masked])
    expect(await fresh.tx(tx => restrictAccess(tx, [masked]))).toBe(false)
    expect(await fresh.tx(tx => restrictAccess(tx, [card]))).toBe(false)
    expect(await marks()).toHaveLength(1)
    await projectAccess(fresh, [card])
    expect(await marks()).toEqual([])
  })

  it('is nothing where it only adds', async () => {
    const more = { ...team, participant: [...(team.participant ?? []), { member: { reference: 'PractitionerRole/s' }, period: { start: '2026-05-10' } }] }
    expect(await fresh.tx(tx => restrictAccess(tx, [more]))).toBe(false)
    expect(await fresh.tx(tx => restrictAccess(tx, [{ ...consent(own, 'information', 'Organization/o'), id: 'i' } as FhirResource]))).toBe(false)
  })
})
