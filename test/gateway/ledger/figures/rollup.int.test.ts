/*
  Roll-ups on a real PostgreSQL: their numbers are those of the rows, whatever came late, changed later, or was cut in its middle.
*/
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import type { Db, Tx } from '../../../../gateway/ledger/db.ts'
import { newMessageId } from '../../../../gateway/ledger/ids.ts'
import { DAY, floor, HOUR, MINUTE, QUARTER, rollUp } from '../../../../gateway/ledger/figures/rollup.ts'
import { countMessages } from '../../../../gateway/ledger/figures/rollup-read.ts'
import { message, one, useLedger } from '../support.ts'

const { db } = await useLedger()

const QUARTERS = new URL('../../../../gateway/ledger/migrations/0033_quarter-hours-and-troubled-flows.sql', import.meta.url)
const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000)

async function received(minutes: number, sender: string, refused = false): Promise<string> {
  const receivedAt = ago(minutes)
  const id = newMessageId(receivedAt)
  const rejection = refused ? { refusedWith: [{ code: 'hl7v2.table_value' as const, path: 'OBX[1]-11' }] } : {}
  await createAcceptor(db).accept(message({ id, receivedAt, sender, territory: '54395', documentType: '11488-4', ...rejection }))
  return id
}

async function rolledUp(ledger: Db = db): Promise<void> {
  while (await rollUp(ledger));
}

const COUNTED = `
select date_bin($1::int * interval '1 s', received_at, 'epoch') as at, sender as partner, status as outcome, count(*)::int as flows
from message where received_at < $2 group by 1, 2, 3 order by 1, 2, 3`
const ROLLED = `select at, partner, outcome, sum(flows)::int as flows from rollup where step = $1 and direction = 'in' and partner <> '*' group by 1, 2, 3 order by 1, 2, 3`
/** What the rows of all partners together say beside the sum of them, where the two differ. */
const MISTOLD = `
select step, at, territory, outcome, sum(flows) filter (where partner = '*') as told, sum(flows) filter (where partner <> '*') as summed
from rollup where step in (900, 3600, 86400) group by 1, 2, 3, 4
having sum(flows) filter (where partner = '*') is distinct from sum(flows) filter (where partner <> '*')`

async function expectTrue(): Promise<void> {
  const { until } = await one<{ until: Date }>(db, 'select until from rollup_until')
  for (const [unit, step] of [
    ['minute', MINUTE],
    ['quarter', QUARTER],
    ['hour', HOUR],
    ['day', DAY],
  ] as const) {
    const counted = await db.query(COUNTED, [step, floor(until, step)])
    const rolled = await db.query(ROLLED, [step])
    expect(rolled.rows, unit).toEqual(counted.rows)
  }
  expect((await db.query(MISTOLD)).rows).toEqual([])
}

describe('roll-ups', () => {
  test('minutes, hours and days are what a count of the rows gives', async () => {
    for (const minutes of [0, 1, 2, 3, 4, 59, 60, 61, 130, 1500, 2900]) await received(minutes, minutes % 2 === 0 ? 'ch-1' : 'ch-2', minutes % 3 === 0)
    await db.query("update rollup_until set until = date_trunc('hour', clock_timestamp() - interval '3 days')")
    await rolledUp()
    const { minutes } = await one<{ minutes: number }>(db, 'select count(*)::int as minutes from rollup where step = 60')
    expect(minutes).toBeGreaterThanOrEqual(7)
    await expectTrue()
  })

  test('a row that changes after its minute was rolled up is counted anew', async () => {
    const id = await received(100, 'ch-late')
    await db.query("update rollup_until set until = date_trunc('minute', clock_timestamp() - interval '2 hours')")
    await rolledUp()
    await db.query("update message set status = 'parked', code = 'hub.defect' where id = $1", [id])
    await rolledUp()
    const { outcome } = await one<{ outcome: string }>(db, "select outcome from rollup where step = 60 and partner = 'ch-late'")
    expect(outcome).toBe('parked')
    await expectTrue()
  })

  test('what arrived long after its time is in the hour that ends after it', async () => {
    // The last that is rolled up whole: its end is counted a minute and a half later.
    const hour = floor(ago(3), HOUR)
    await db.query('update rollup_until set until = $1', [new Date(hour.getTime() - 10 * 60_000)])
    const receivedAt = new Date(hour.getTime() - 30 * 60_000)
    await createAcceptor(db).accept(message({ id: newMessageId(receivedAt), receivedAt, sender: 'ch-slow' }))
    await rolledUp()
    await expectTrue()
  })

  test('a roll-up that is cut at any of its statements gives the same numbers when it goes on', async () => {
    const changed = await received(70, 'ch-cut')
    await received(65, 'ch-cut', true)
    await db.query("update rollup_until set until = date_trunc('hour', clock_timestamp() - interval '3 hours')")
    await db.query("update message set status = 'running' where id = $1", [changed])
    let cuts = 0
    for (let statement = 1; statement < 60; statement += 1) {
      const isCut = await rollUp(cutAt(db, statement)).then(
        () => false,
        () => true,
      )
      if (!isCut) break
      cuts += 1
    }
    expect(cuts).toBeGreaterThan(10)
    await rolledUp()
    await expectTrue()
  })

  test('what comes after a clock that ran ahead was set right is counted', async () => {
    await db.query("update rollup_until set until = clock_timestamp() + interval '1 year'")
    await rolledUp()
    await received(0, 'ch-ahead')
    const asked = { from: ago(60), to: ago(-1), senders: ['ch-ahead'], territories: [], kind: undefined, outcome: undefined }
    expect(await db.tx(tx => countMessages(tx, asked))).toBe(1)
    await expectTrue()
  })

  test('an upgrade makes the quarters from the minutes that are there', async () => {
    await rolledUp()
    const told = 'select step, at, direction, kind, partner, territory, stage, b0, b1, b23 from rollup_latency order by 1, 2, 3, 4, 5, 6, 7'
    const before = await db.query(told)
    for (const table of ['rollup', 'rollup_latency']) await db.query(`delete from ${table} where step = 900 or (step = 3600 and partner = '*')`)
    await db.query('drop index message_troubled, delivery_troubled, rollup_of_all, rollup_latency_of_all')
    await db.query(readFileSync(QUARTERS, 'utf8'))
    await expectTrue()
    expect((await db.query(told)).rows).toEqual(before.rows)
  })

  test('latencies stand in the interval they fell into', async () => {
    const receivedAt = ago(10)
    const id = newMessageId(receivedAt)
    await createAcceptor(db).accept(message({ id, receivedAt, sender: 'ch-latency' }))
    await db.query("update message set accepted_at = received_at + interval '40 ms', stored_at = received_at + interval '70 s' where id = $1", [id])
    await db.query("update rollup_until set until = date_trunc('minute', clock_timestamp() - interval '20 minutes')")
    await rolledUp()
    const { rows } = await db.query<{ stage: string; b4: number; b21: number }>(
      "select stage, b4, b21 from rollup_latency where step = 60 and partner = 'ch-latency' order by stage",
    )
    expect(rows).toEqual([
      { stage: 'acknowledged', b4: 1, b21: 0 },
      { stage: 'stored', b4: 0, b21: 1 },
    ])
  })
})

/** A ledger whose nth statement in a transaction never happens, as if the process had ended there. */
function cutAt(ledger: Db, nth: number): Db {
  let seen = 0
  return {
    ...ledger,
    tx: work =>
      ledger.tx(tx => {
        const query: Tx['query'] = (text, values, name) => {
          seen += 1
          if (seen >= nth) throw new Error('cut')
          return tx.query(text, values, name)
        }
        return work({ query })
      }),
  }
}
