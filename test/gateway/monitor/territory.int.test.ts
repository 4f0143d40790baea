import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { findDecisions, eventsOfDocument } from '../../../gateway/ledger/deliveries/deliveries-asked.ts'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { findEvents, recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { findFlows, readFlow } from '../../../gateway/ledger/flows/flows.ts'
import { findLanes, readLane } from '../../../gateway/ledger/lanes/lane-list.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { openIntent } from '../../../gateway/ledger/intents.ts'
import { readLineage, writeLineage } from '../../../gateway/ledger/flows/lineage.ts'
import { findRepairs, recordRepair } from '../../../gateway/ledger/watch/repairs.ts'
import { reportOn } from '../../../gateway/monitor/report.ts'
import { requirePerson, territoryOfPersons } from '../../../gateway/monitor/territory.ts'
import type { HubConfig } from '../../../gateway/config.ts'
import { message, useLedger } from '../ledger/support.ts'

// Two territories in one ledger: whoever is bound to the one finds nothing of the other, whatever he asks for.

const TRACEPARENT = '00-00000000000000000000000000000001-0000000000000001-01'
const OURS = '54395'
const THEIRS = '35238'
const { db } = await useLedger()

interface Sent {
  id: string
  sender: string
  laneKey: string
  patient: string
  documentId: string
}
const sent = new Map<string, Sent>()
const of = (territory: string): Sent => {
  const found = sent.get(territory)
  if (found === undefined) throw new Error(`nothing sent in ${territory}`)
  return found
}

const event = (cause: string, { patient, documentId }: Pick<Sent, 'patient' | 'documentId'>) => ({
  cause,
  type: 'document.depose',
  n: 1,
  person: `p-${patient}`,
  patient,
  resources: [`DocumentReference/${createHash('sha256').update(documentId).digest('hex').slice(0, 20)}/_history/1`],
  changes: ['create'],
  detail: { documentId },
  channels: [],
  traceparent: TRACEPARENT,
  at: new Date(),
})

const acceptor = createAcceptor(db)
for (const territory of [OURS, THEIRS]) {
  const one = { sender: `ch-${territory}`, laneKey: `in:${territory}`, patient: `Patient/${randomUUID()}`, documentId: `urn:oid:1.2.250.9.${territory}` }
  const { id } = await acceptor.accept({ ...message({ sender: one.sender, laneKey: one.laneKey }), territory })
  sent.set(territory, { ...one, id })
  await writeLineage(db, id, { mapper: 'm', version: 1, lineage: [], unread: [], findings: [], mappedAt: new Date() })
  await db.query("update lane set state = 'parked' where key = $1", [one.laneKey])
  await db.tx(tx => recordEvent(tx, event(id, one)))
}

describe('whoever is bound to a territory', () => {
  it('lists its flows alone, also when he asks for the other’s by name, sender or territory', async () => {
    const listed = async (filter: object): Promise<string[]> => (await findFlows(db, { ...filter, within: OURS }, { limit: 10 })).items.map(({ id }) => id)
    expect(await listed({})).toEqual([of(OURS).id])
    expect(await listed({ territory: THEIRS })).toEqual([])
    expect(await listed({ sender: of(THEIRS).sender })).toEqual([])
  })

  it('knows no flow and no lineage of the other by its id', async () => {
    const seen = async (id: string): Promise<boolean[]> => [(await readFlow(db, id, OURS)) !== undefined, (await readLineage(db, id, OURS)) !== undefined]
    expect([await seen(of(OURS).id), await seen(of(THEIRS).id)]).toEqual([
      [true, true],
      [false, false],
    ])
  })

  it('sees events, documents and persons of its own', async () => {
    expect((await findEvents(db, { limit: 10, territory: OURS })).items.map(({ cause }) => cause)).toEqual([of(OURS).id])
    expect(await eventsOfDocument(db, { ids: [of(THEIRS).documentId], territory: OURS })).toEqual([])
    expect(await eventsOfDocument(db, { ids: [of(OURS).documentId], territory: OURS })).toHaveLength(1)
    expect(await findDecisions(db, { person: of(THEIRS).patient, territory: OURS, limit: 10 })).toEqual([])
    await requirePerson(db, of(OURS).patient, OURS)
    await expect(requirePerson(db, of(THEIRS).patient, OURS)).rejects.toMatchObject({ code: 'fhir.path_unknown' })
  })

  it('sees lanes in which something of it waits, and may name no other', async () => {
    const lanes = await findLanes(db, { state: 'parked', kind: undefined, after: undefined, limit: 10, territory: OURS })
    expect(lanes.items.map(({ key, depth, entryId }) => ({ key, depth, entryId }))).toEqual([{ key: of(OURS).laneKey, depth: 1, entryId: of(OURS).id }])
    expect(await readLane(db, of(OURS).laneKey, OURS)).toBeDefined()
    expect(await readLane(db, of(THEIRS).laneKey, OURS)).toBeUndefined()
  })

  it('reads no report on a sender of the other, configured or not', async () => {
    const partner = { id: 'silent', territory: THEIRS, mshApplication: 'A', mshFacility: 'B' }
    const config = { partners: [partner] } as unknown as HubConfig
    expect(await reportOn({ config, db, territory: OURS }, of(OURS).sender, 'fr')).toMatchObject({ messages: 1 })
    for (const sender of [of(THEIRS).sender, 'silent'])
      await expect(reportOn({ config, db, territory: OURS }, sender, 'fr')).rejects.toMatchObject({ code: 'fhir.path_unknown' })
  })

  it('a write at the FHIR door is of the territory of its client’s structure; one of none is shown to him who is not bound', async () => {
    const written = async (territory: string | undefined): Promise<string> => {
      const id = newMessageId()
      await openIntent(db, { id, client: 'c', territory, sha256: Buffer.from('x'), locks: [], identifiers: [], traceparent: TRACEPARENT })
      await db.tx(tx => recordEvent(tx, event(id, { patient: `Patient/${id}`, documentId: id })))
      return id
    }
    const [ours, nobodys] = [await written(OURS), await written(undefined)]
    const bound = (await findEvents(db, { limit: 50, territory: OURS })).items.map(({ cause }) => cause)
    const free = (await findEvents(db, { limit: 50 })).items.map(({ cause }) => cause)
    expect([bound.includes(ours), bound.includes(nobodys), free.includes(ours), free.includes(nobodys)]).toEqual([true, false, true, true])
  })
})

describe('the record of repairs', () => {
  it('says who, when, why and what, newest first, is bound by territory, and cannot be changed', async () => {
    const viewer = { name: 'user:op', role: 'operator' }
    const repair = { viewer, action: 'lane.resume', object: of(OURS).laneKey, reason: 'le destinataire répond à nouveau', outcome: 'done' }
    await db.tx(tx => recordRepair(tx, { ...repair, territory: OURS }))
    await db.tx(tx => recordRepair(tx, { ...repair, object: of(THEIRS).laneKey, territory: THEIRS }))
    const { items } = await findRepairs(db, { limit: 10 })
    expect(items.map(({ object }) => object)).toEqual([of(THEIRS).laneKey, of(OURS).laneKey])
    expect(items[1]).toMatchObject({ name: 'user:op', role: 'operator', action: 'lane.resume', reason: repair.reason, at: expect.any(Date) })
    expect((await findRepairs(db, { limit: 10, territory: OURS })).items).toHaveLength(1)
    await expect(db.query("update repair set reason = 'other'")).rejects.toThrow()
    const audited = await db.query<{ detail: string }>("select detail from audit where action = 'monitor.lane.resume'")
    expect(audited.rows.map(row => (JSON.parse(row.detail) as { reason: string }).reason)).toEqual([repair.reason, repair.reason])
  })

  it('what undoes its effect undoes its record', async () => {
    const before = (await findRepairs(db, { limit: 100 })).items.length
    const repair = { viewer: { name: 'user:op', role: 'operator' }, action: 'lane.resume', object: 'x', reason: 'r', outcome: 'done' }
    await expect(
      db.tx(async tx => {
        await recordRepair(tx, repair)
        throw new Error('the effect failed')
      }),
    ).rejects.toThrow('the effect failed')
    expect((await findRepairs(db, { limit: 100 })).items).toHaveLength(before)
  })

  it('a person’s territory is that of what happened to him, and of none where it is in two', async () => {
    expect(await territoryOfPersons(db, [of(OURS).patient])).toBe(OURS)
    expect(await territoryOfPersons(db, [of(OURS).patient, of(THEIRS).patient])).toBeUndefined()
  })
})
