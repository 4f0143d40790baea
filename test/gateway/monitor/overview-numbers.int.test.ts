/*
  The numbers of the overview on a real PostgreSQL: each equals an independent count of the rows, in every range, also while messages arrive and rows change.
*/
import { beforeAll, describe, expect, test } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { rollUp } from '../../../gateway/ledger/figures/rollup.ts'
import { type FlowsTold, stepOf, tellFlows } from '../../../gateway/monitor/overview.ts'
import { message, one, useLedger } from '../ledger/support.ts'

const { db } = await useLedger()

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const ago = (ms: number): Date => new Date(Date.now() - ms)
const RANGES = [15 * MINUTE_MS, 3 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS, 30 * 24 * HOUR_MS, 390 * 24 * HOUR_MS]

/** Spread so that some are younger than any roll-up, some on the edges of hours and days. */
const AGES = [1, 5000, 40_000, 100_000, 4 * MINUTE_MS, 59 * MINUTE_MS, 61 * MINUTE_MS, 5 * HOUR_MS, 23 * HOUR_MS, 25 * HOUR_MS, 26 * 24 * HOUR_MS]

async function received(age: number, n: number): Promise<void> {
  const receivedAt = ago(age)
  const id = newMessageId(receivedAt)
  const refused = n % 4 === 0 ? { refusedWith: [{ code: 'hl7v2.table_value' as const, path: 'OBX-11' }] } : {}
  const territory = n % 3 === 0 ? {} : { territory: n % 3 === 1 ? '54395' : '35238' }
  await createAcceptor(db).accept(
    message({ id, receivedAt, sender: `ch-${n % 2}`, format: n % 5 === 0 ? 'hl7v2-movement' : 'hl7v2', ...territory, ...refused }),
  )
  if (n % 4 !== 0) await delivered(id, receivedAt, n)
}

async function delivered(cause: string, at: Date, n: number): Promise<void> {
  const event = newMessageId(at)
  await db.query(
    `insert into event (id, cause, type, n, person, sequence, patient, resources, changes, detail, traceparent, at, territory)
     values ($1::uuid, $2::uuid, 'document.depose', 1, $1::uuid::text, 1, 'Patient/p', '{}', '{}', '{}', '', $3, (select territory from message where id = $2::uuid))`,
    [event, cause, at],
  )
  const status = n % 7 === 0 ? 'failed' : n % 5 === 0 ? 'none' : 'delivered'
  await db.query(
    `insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, planned_at, settled_at)
     values ($1::uuid, $2::uuid, 'mssante', 'dr.' || $3::text || '@medecin.mssante.fr', $1::uuid::text, 'create', 'complet', 'r', $1::uuid::text, 'l', $4, $5, $5::timestamptz + interval '2 s')`,
    [newMessageId(at), event, String(n), status, at],
  )
}

const COUNT = `
select (select count(*)::int from message where received_at >= $1 and received_at < $2 and ($3::text is null or territory = $3)) as "in",
  (select count(*)::int from delivery d join event e on e.id = d.event_id where planned_at >= $1 and planned_at < $2 and status <> 'none' and ($3::text is null or e.territory = $3)) as out,
  (select count(*)::int from message where received_at >= $1 and received_at < $2 and status in ('refused', 'parked') and ($3::text is null or territory = $3))
    + (select count(*)::int from delivery d join event e on e.id = d.event_id where planned_at >= $1 and planned_at < $2 and status in ('failed', 'parked')
        and ($3::text is null or e.territory = $3)) as failures`

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

async function expectCounted(range: number, territory?: string): Promise<FlowsTold> {
  const [from, to] = [ago(range), new Date()]
  const told = await tellFlows(db, { from, to, step: stepOf(range), territory })
  const { in: came, out, failures } = told.totals
  const counted = await one(db, COUNT, [from, to, territory ?? null])
  expect({ in: came, out, failures }, `${range}`).toEqual(counted)
  expect([sum(told.series.in), sum(told.series.out), sum(told.series.failures)]).toEqual([came, out, failures])
  expect(sum(told.partners.map(row => row.flows))).toBe(came + out)
  expect(sum(told.kinds.map(row => row.failures))).toBe(failures)
  return told
}

async function rolledUp(): Promise<void> {
  while (await rollUp(db));
}

describe('the overview', () => {
  beforeAll(async () => {
    for (const [n, age] of AGES.entries()) for (let times = 0; times < 3; times += 1) await received(age, n * 3 + times)
    await db.query("update rollup_until set until = date_trunc('day', clock_timestamp() - interval '40 days')")
  })

  test.each(RANGES)('counts what the rows count before any roll-up, %i ms back', async range => {
    await expectCounted(range)
  })

  test.each(RANGES)('counts what the rows count from roll-ups, %i ms back, in each territory', async range => {
    await rolledUp()
    for (const territory of [undefined, '54395', '35238', 'elsewhere']) await expectCounted(range, territory)
  })

  test('stays right while messages arrive, change and are rolled up', async () => {
    await db.query("update rollup_until set until = date_trunc('minute', clock_timestamp() - interval '3 hours')")
    let isArriving = true
    const arriving = (async () => {
      for (let n = 0; n < 200; n += 1) await received(n % 3 === 0 ? 1 : 30_000 + n * 100, n)
    })().finally(() => {
      isArriving = false
    })
    while (isArriving) {
      await rollUp(db)
      const window = { from: ago(90 * MINUTE_MS), to: ago(-MINUTE_MS), step: 60 }
      const counted = () => one<{ in: number; out: number }>(db, COUNT, [window.from, window.to, null])
      const before = await counted()
      const { totals } = await tellFlows(db, window)
      const after = await counted()
      expect(totals.in).toBeGreaterThanOrEqual(before.in)
      expect(totals.in).toBeLessThanOrEqual(after.in)
      expect(totals.out).toBeGreaterThanOrEqual(before.out)
      expect(totals.out).toBeLessThanOrEqual(after.out)
    }
    await arriving
    await rolledUp()
    for (const range of RANGES) await expectCounted(range)
  })

  test('shows a status that changes long after', async () => {
    const before = await expectCounted(24 * HOUR_MS)
    await db.query("update message set status = 'parked' where status = 'received' and received_at < clock_timestamp() - interval '20 hours'")
    await rolledUp()
    const after = await expectCounted(24 * HOUR_MS)
    expect(after.totals.failures).toBeGreaterThan(before.totals.failures)
  })

  test('names partners and kinds with their share, a mailbox only by its domain', async () => {
    const { partners, kinds, totals } = await expectCounted(30 * 24 * HOUR_MS)
    expect(partners.map(row => row.partner).sort()).toEqual(['ch-0', 'ch-1', 'medecin.mssante.fr'])
    expect(kinds.map(row => row.kind).sort()).toEqual(['document', 'mssante', 'stay'])
    expect(totals.latency.delivered.p50).toBeGreaterThan(1.5)
    expect(totals.latency.delivered.p99).toBeLessThanOrEqual(3)
  })

  test('of one partner, kind or direction counts that alone', async () => {
    const window = { from: ago(24 * HOUR_MS), to: new Date(), step: 900 }
    const all = await tellFlows(db, window)
    const out = await tellFlows(db, { ...window, direction: 'out' })
    const mine = await tellFlows(db, { ...window, partner: 'ch-1', kind: 'document' })
    expect(out.totals).toMatchObject({ in: 0, out: all.totals.out })
    const counted = await one<{ n: number }>(
      db,
      "select count(*)::int as n from message where sender = 'ch-1' and format = 'hl7v2' and received_at >= $1 and received_at < $2",
      [window.from, window.to],
    )
    expect(mine.totals.in).toBe(counted.n)
  })
})
