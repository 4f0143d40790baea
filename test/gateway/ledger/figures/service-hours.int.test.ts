import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { newMessageId } from '../../../../gateway/ledger/ids.ts'
import { countServiceHours, readServiceCounts, SERVICE_SECONDS } from '../../../../gateway/ledger/figures/service-hours.ts'
import { message, useLedger } from '../support.ts'

const { db } = await useLedger()

const HOUR = 3_600_000
const at60 = SERVICE_SECONDS.indexOf(60)

/** One message of a sender at that time, and one delivery of it. */
async function flow(sender: string, at: Date, delivery: { status: string; seconds?: number; recipient?: string; channel?: string }): Promise<void> {
  const acceptor = createAcceptor(db)
  const { id } = await acceptor.accept(message({ sender, territory: '54395', id: newMessageId(at), receivedAt: at }))
  const event = newMessageId(at)
  await db.query(
    `insert into event (id, cause, type, n, person, sequence, patient, resources, changes, detail, traceparent, at)
     values ($1, $2, 'document.depose', 1, $3, 1, $3, '{}', '{}', '{}', '', $4)`,
    [event, id, randomUUID(), at],
  )
  const { status, seconds, recipient = 'dr.un@medecin.mssante.fr', channel = 'mssante' } = delivery
  const settledAt = seconds === undefined ? null : new Date(at.getTime() + seconds * 1000)
  await db.query(
    `insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, planned_at, settled_at)
     values ($1, $2, $3, $4, $5, 'create', 'complet', 'r', $5, $5, $6, $7, $8)`,
    [newMessageId(at), event, channel, recipient, randomUUID(), status, at, settledAt],
  )
}

const of = async (sender: string, since: Date) => readServiceCounts(db, { since, sender })

describe('how long what a sender gives us takes to arrive', () => {
  const now = new Date()
  const hour = new Date(Math.floor(now.getTime() / HOUR) * HOUR - HOUR)

  it('counts what arrived in time, what came late, what failed and what is still on its way; what was stopped is no flow', async () => {
    for (const seconds of [1, 59, 60, 61, 4000]) await flow('ch-1', hour, { status: 'delivered', seconds })
    await flow('ch-1', hour, { status: 'failed', seconds: 2 })
    await flow('ch-1', hour, { status: 'waiting' })
    await flow('ch-1', hour, { status: 'stopped', seconds: 1 })
    await flow('ch-1', hour, { status: 'none', seconds: 1 })
    await countServiceHours(db, { now, since: hour })
    const [pair, ...others] = await of('ch-1', hour)
    expect(others).toEqual([])
    expect(pair).toMatchObject({ channel: 'mssante', recipient: '@medecin.mssante.fr', territory: '54395', flows: 7, failed: 1 })
    expect(pair?.within[at60]).toBe(3)
    expect(pair?.within.at(-1)).toBe(4)
  })

  it('counted twice, or by two at once, gives the same numbers', async () => {
    const before = await of('ch-1', hour)
    await Promise.all([countServiceHours(db, { now, since: hour }), countServiceHours(db, { now, since: hour })])
    expect(await of('ch-1', hour)).toEqual(before)
  })

  it('an hour whose verdicts are final is kept as it was counted, until everything is counted again', async () => {
    const old = new Date(hour.getTime() - 5 * HOUR)
    await flow('ch-2', old, { status: 'delivered', seconds: 5 })
    await countServiceHours(db, { now, since: old })
    await flow('ch-2', old, { status: 'delivered', seconds: 5 })
    await countServiceHours(db, { now, since: old })
    expect((await of('ch-2', old)).map(one => one.flows)).toEqual([1])
    await db.query('delete from service_counted')
    await countServiceHours(db, { now, since: old })
    expect((await of('ch-2', old)).map(one => one.flows)).toEqual([2])
  })

  it('an hour is counted when it comes, though others are final', async () => {
    const next = new Date(hour.getTime() + 50 * HOUR)
    await flow('ch-4', next, { status: 'delivered', seconds: 5 })
    await countServiceHours(db, { now: new Date(next.getTime() + HOUR), since: hour })
    await countServiceHours(db, { now: new Date(next.getTime() + HOUR), since: new Date(next.getTime() - HOUR) })
    expect((await of('ch-4', hour)).map(one => one.flows)).toEqual([1])
    await db.query('delete from service_counted')
  })

  it('an hour that a clock that ran ahead took for final is counted when it comes', async () => {
    await countServiceHours(db, { now: new Date(now.getTime() + 20 * HOUR), since: hour })
    await countServiceHours(db, { now, since: hour })
    await flow('ch-3', new Date(hour.getTime() + 10 * HOUR), { status: 'delivered', seconds: 5 })
    await countServiceHours(db, { now: new Date(now.getTime() + 20 * HOUR), since: hour })
    expect((await of('ch-3', hour)).map(one => one.flows)).toEqual([1])
  })

  it('is shown to a territory only for what it sends', async () => {
    expect(await readServiceCounts(db, { since: hour, sender: 'ch-1', territory: '35238' })).toEqual([])
  })
})
