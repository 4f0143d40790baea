import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { transactionOf } from '../../../../gateway/fhir/write/plan.ts'
import { type RecoverParts, recoverIntents } from '../../../../gateway/fhir/write/recover.ts'
import { findEvents } from '../../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../../gateway/ledger/ids.ts'
import { keepPlan, openIntent } from '../../../../gateway/ledger/intents.ts'
import { createLog } from '../../../../gateway/log.ts'
import { createMetrics } from '../../../../gateway/metrics.ts'
import { createHapiStore } from '../../../../gateway/store/hapi.ts'
import { useLedger } from '../../ledger/support.ts'
import type { Plan } from '../../../../gateway/fhir/write/planned.ts'

// What a hub that died left in the ledger, decided by another one on a real store.

const TRACEPARENT = '00-00000000000000000000000000000001-0000000000000001-01'
const { db } = await useLedger()
const store = createHapiStore({ url: process.env['HUB_TEST_HAPI'] ?? '' })
afterAll(() => store.close())
const parts: RecoverParts = {
  db,
  store,
  metrics: createMetrics(),
  log: createLog({ level: 'silent' }),
  keys: { pseudonym: value => `p-${value}`, reference: value => value },
}

/** An intent whose plan was kept so long ago, or none at all. */
async function begun({ plannedSecondsAgo }: { plannedSecondsAgo?: number } = {}): Promise<{ id: string; patient: string; plan: Plan }> {
  const id = newMessageId()
  const patient = `Patient/${randomUUID()}`
  const own = { client: 'c', key: id, sha256: Buffer.from('x'), locks: [patient], identifiers: [], traceparent: TRACEPARENT }
  expect((await openIntent(db, { id, ...own })).state).toBe('opened')
  const plan = planOf(id, patient)
  if (plannedSecondsAgo !== undefined) await keepPlan(db, id, JSON.stringify(plan))
  await db.query("update intent set at = at - interval '1 hour', planned_at = planned_at - $2::int * interval '1 s' where id = $1", [
    id,
    plannedSecondsAgo ?? 0,
  ])
  return { id, patient, plan }
}

function planOf(id: string, patient: string): Plan {
  const person = { resourceType: 'Patient', id: patient.slice('Patient/'.length) }
  const provenance = {
    resourceType: 'Provenance',
    id,
    target: [{ reference: `${patient}/_history/1` }],
    recorded: '2026-06-01T10:00:00Z',
    agent: [{ who: { display: 'x' } }],
  }
  return {
    entries: [
      { type: 'Patient', id: person.id, version: 1, text: JSON.stringify(person), persons: [patient] },
      { type: 'Provenance', id, version: 1, text: JSON.stringify(provenance), persons: [] },
    ],
    answers: [{ entry: 0 }],
    events: [{ type: 'consent.modifie', patient, about: patient, changes: ['x'] }],
    identifiers: [],
    warnings: [],
  }
}

const stateOf = async (id: string): Promise<string | undefined> =>
  (await db.query<{ state: string }>('select state from intent where id = $1', [id])).rows[0]?.state
const locksOf = async (patient: string): Promise<number> => (await db.query('select from intent_lock where key = $1', [patient])).rowCount
const eventsOf = async (patient: string): Promise<string[][]> => (await findEvents(db, { resource: patient, limit: 9 })).items.map(event => event.resources)

describe('a write whose process died', () => {
  it('after the store took it is settled with its event, once', async () => {
    const { id, patient, plan } = await begun({ plannedSecondsAgo: 5 })
    await parts.store.transaction(transactionOf(plan, id))
    await recoverIntents(parts)
    await recoverIntents(parts)
    expect([await stateOf(id), await locksOf(patient)]).toEqual(['settled', 0])
    expect(await eventsOf(patient)).toEqual([[`${patient}/_history/1`, `Provenance/${id}/_history/1`]])
  })

  it('before the store took it is given up, and then the store cannot do it any more', async () => {
    const { id, patient, plan } = await begun({ plannedSecondsAgo: 60 })
    await recoverIntents(parts)
    expect([await stateOf(id), await locksOf(patient), await eventsOf(patient)]).toEqual(['abandoned', 0, []])
    await expect(parts.store.transaction(transactionOf(plan, id))).rejects.toThrowError(/store.conflict/)
    expect(await parts.store.read('Provenance', id)).toBeUndefined()
  })

  it('a moment ago is left to whoever may still be at it', async () => {
    const { id, patient } = await begun({ plannedSecondsAgo: 5 })
    await recoverIntents(parts)
    expect([await stateOf(id), await locksOf(patient)]).toEqual(['open', 1])
  })

  it('before it had a plan is given up without asking the store', async () => {
    const { id, patient } = await begun()
    await recoverIntents(parts)
    expect([await stateOf(id), await locksOf(patient)]).toEqual(['abandoned', 0])
  })
})
