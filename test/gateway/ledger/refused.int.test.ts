import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CareEvent } from '../../../gateway/flows/care-flow.ts'
import { recoverIntents } from '../../../gateway/fhir/write/recover.ts'
import { createAuditor } from '../../../gateway/ledger/audit/audit.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { keepPlan, openIntent } from '../../../gateway/ledger/intents.ts'
import { createLog } from '../../../gateway/log.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { Store } from '../../../gateway/store/store.ts'
import { count, noise, one, useLedger } from './support.ts'
import type { Plan } from '../../../gateway/fhir/write/planned.ts'

// What PostgreSQL refuses for good holds nobody up for good.

const { db } = await useLedger()

const TRACEPARENT = '00-00000000000000000000000000000001-0000000000000001-01'
/** No index takes it. */
const tooLong = (): string => Buffer.from(noise(6000, randomUUID())).toString('base64')

/** A write that the store holds, whose process is dead. */
async function stored(changes: { identifiers?: Plan['identifiers']; event?: Partial<CareEvent> }): Promise<{ id: string; patient: string; circle: string }> {
  const [id, patient, circle] = [newMessageId(), `Patient/${randomUUID()}`, randomUUID()]
  const team = {
    resourceType: 'CareTeam',
    id: circle,
    status: 'active',
    subject: { reference: patient },
    participant: [{ member: { reference: 'Organization/o' } }],
  }
  const plan: Plan = {
    entries: [{ type: 'CareTeam', id: circle, version: 1, text: JSON.stringify(team), persons: [patient] }],
    answers: [{ entry: 0 }],
    events: [{ type: 'cercle.modifie', patient, about: `CareTeam/${circle}`, changes: ['x'], ...changes.event } as CareEvent],
    identifiers: changes.identifiers ?? [],
    warnings: [],
  }
  await openIntent(db, { id, client: 'c', key: id, sha256: Buffer.from('x'), locks: [patient], identifiers: [], traceparent: TRACEPARENT })
  await keepPlan(db, id, JSON.stringify(plan))
  await db.query("update intent set planned_at = planned_at - interval '1 hour' where id = $1", [id])
  return { id, patient, circle }
}

async function recover(): Promise<void> {
  const store = { read: async () => ({ resourceType: 'Provenance', meta: { lastUpdated: '2026-06-01T10:00:00Z' } }) } as unknown as Store
  const keys = { pseudonym: (value: string) => `p-${value}`, reference: (value: string) => value }
  await recoverIntents({ db, store, keys, metrics: createMetrics(), log: createLog({ level: 'silent' }) })
}

async function leftOf({ id, patient, circle }: { id: string; patient: string; circle: string }) {
  const { state } = await one<{ state: string }>(db, 'select state from intent where id = $1', [id])
  const locks = await count(db, 'intent_lock where intent = $1', [id])
  return {
    state,
    locks,
    rights: await count(db, 'access where source = $1', [`CareTeam/${circle}`]),
    events: await count(db, 'event where patient = $1', [patient]),
  }
}

describe('what PostgreSQL refuses for good', () => {
  it('of a settlement, its identifiers: the write is settled with its rights and its events, and its person is free', async () => {
    const write = await stored({ identifiers: [{ type: 'ServiceRequest', system: 'urn:x', value: tooLong(), id: randomUUID() }] })
    await recover()
    await recover()
    expect(await leftOf(write)).toEqual({ state: 'settled', locks: 0, rights: 1, events: 1 })
  })

  it('of a hundred writes that cannot be decided, holds back no other', async () => {
    onTestFinished(async () => void (await db.query("delete from intent where plan = 'no plan'")))
    for (let n = 0; n < 120; n += 1) {
      const { id } = await stored({})
      await db.query("update intent set plan = 'no plan' where id = $1", [id])
    }
    const write = await stored({})
    for (let look = 0; look < 20 && (await leftOf(write)).state !== 'settled'; look += 1) await recover()
    expect(await leftOf(write)).toMatchObject({ state: 'settled' })
  })

  it('of a settlement, what it tells: its rights hold and its person is free', async () => {
    const write = await stored({ event: { type: tooLong() as CareEvent['type'] } })
    await recover()
    expect(await leftOf(write)).toEqual({ state: 'settled', locks: 0, rights: 1, events: 0 })
  })

  it('of what an entry of the audit is about, is cut: nobody whose entry shares its commit is refused', async () => {
    const auditor = createAuditor(db, `refused-${randomUUID()}`)
    const about = (object: string): Promise<void> => auditor.record({ at: new Date(), actor: 'c', action: 'search', object, outcome: 'shown' })
    const half = `Task?${'x'.repeat(594)}👩`
    await Promise.all([about('Task?status'), about(`Task?${tooLong()}`), about('Task?a\0b'), about(half)])
    const { rows } = await db.query<{ object: string }>("select object from audit where actor = 'c' order by sequence")
    expect(rows.map(({ object }) => object.length)).toEqual([11, 600, 7, 599])
  })

  it('of a text, half a character or NUL, is left out of what an event keeps', async () => {
    const patient = `Patient/${randomUUID()}`
    const detail = { sentence: `cut here \ud83d, and \0 here 👩` }
    const about = { person: randomUUID(), patient, resources: [], changes: [], channels: [], traceparent: TRACEPARENT, at: new Date() }
    const { id } = await db.tx(tx => recordEvent(tx, { cause: newMessageId(), type: 'pps.publie', n: 1, detail, ...about }))
    expect(await one(db, 'select detail from event where id = $1', [id])).toEqual({ detail: { sentence: 'cut here , and  here 👩' } })
  })
})
