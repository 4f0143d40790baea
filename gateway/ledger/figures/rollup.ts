/*
  Makes the roll-ups: minutes from the rows of the ledger, quarter hours from minutes, hours from those, days from hours. What is written of a stretch of time replaces what was written before,
  in the transaction that moves `rollup_until` or takes the marks of changed rows: killed at any line, the next pass gives the same numbers.

  A minute is counted when no transaction can change its rows unmarked any more: the trigger marks rows that are 90 s old, and whatever began before a row was that old has ended.
*/
import type { Db, Tx } from '../db.ts'
import { TERMS_OF_CHANGED_DELIVERIES, TERMS_OF_CHANGED_MESSAGES, TERMS_OF_DELIVERIES, TERMS_OF_MESSAGES } from '../flows/flow-terms.ts'
import { ADD_ALL, ADD_UP, COUNT_ROWS } from './rollup-facts.ts'

export const MINUTE = 60
/** A point of a day. */
export const QUARTER = 900
export const HOUR = 3600
export const DAY = 86_400
/** Thirty days: so that a year is a few rows of each partner. */
export const MONTH = 30 * DAY

/** The partner and kind of these are also added together (ALL): the points of a day, a week, a year are read from few rows. */
const ADDED_TOGETHER: readonly number[] = [QUARTER, HOUR, DAY]
/** Minutes and quarters are kept so long; older stretches have hours and days. */
export const MINUTES_KEPT_DAYS = 35
/** Stretch of one transaction while catching up. */
const STRETCH_MS = 6 * HOUR * 1000
const MARKS_AT_ONCE = 5000

export interface Stretch {
  from: Date
  to: Date
}

/** One pass, under a lease: a second one would only wait. Out: is there more to do at once? */
export async function rollUp(db: Db): Promise<boolean> {
  const [hasAdvanced, hasMended] = [await db.tx(advance), await db.tx(mend)]
  return hasAdvanced || hasMended
}

/** Rolls up the minutes that are over, at most one stretch. Out: is there more? */
async function advance(tx: Tx): Promise<boolean> {
  const from = await lockUntil(tx)
  const ripe = await ripeUntil(tx)
  const to = new Date(Math.min(ripe.getTime(), floor(from, HOUR).getTime() + STRETCH_MS))
  if (to.getTime() === from.getTime()) return false
  // Before it where a clock that ran ahead was set right: what comes is counted again.
  if (to > from) await rollUpStretch(tx, { from, to })
  await tx.query('update rollup_until set until = $1', [to])
  return to < ripe
}

/** All that is made of a stretch, of minutes, quarters, hours and days that begin in it, and the terms of its flows. */
export async function rollUpStretch(tx: Tx, { from, to }: Stretch): Promise<void> {
  if (to <= keptFrom(new Date())) await count(tx, { from: floor(from, HOUR), to }, { step: HOUR })
  else await countMinutes(tx, { from, to })
  await count(tx, { from: floor(from, DAY), to: floor(to, DAY) }, { step: DAY, of: HOUR })
  await count(tx, { from: floor(from, MONTH), to: floor(to, MONTH) }, { step: MONTH, of: DAY })
  await tx.query(TERMS_OF_MESSAGES, [from, to])
  await tx.query(TERMS_OF_DELIVERIES, [from, to])
}

/** Counts again what has changed since. Out: is there more? */
async function mend(tx: Tx): Promise<boolean> {
  const until = await lockUntil(tx)
  const { rows } = await tx.query<Mark>(
    'delete from rollup_stale where ctid = any(array(select ctid from rollup_stale limit $1)) returning direction, id, at',
    [MARKS_AT_ONCE],
  )
  const late = rows.filter(row => row.at < until)
  if (late.length === 0) return false
  const idsOf = (direction: Mark['direction']): string[] => late.filter(row => row.direction === direction).map(row => row.id)
  await tx.query(TERMS_OF_CHANGED_MESSAGES, [idsOf('in')])
  await tx.query(TERMS_OF_CHANGED_DELIVERIES, [idsOf('out')])
  const kept = keptFrom(new Date())
  for (const from of starts(late, MINUTE)) if (from >= kept) await count(tx, stretchOf(from, MINUTE), { step: MINUTE })
  for (const from of starts(late, QUARTER))
    if (from >= kept && from < floor(until, QUARTER)) await count(tx, stretchOf(from, QUARTER), { step: QUARTER, of: MINUTE })
  for (const from of starts(late, HOUR)) {
    if (from >= floor(until, HOUR)) continue
    if (from >= kept) await count(tx, stretchOf(from, HOUR), { step: HOUR, of: QUARTER })
    else await count(tx, stretchOf(from, HOUR), { step: HOUR })
  }
  for (const from of starts(late, DAY)) if (from < floor(until, DAY)) await count(tx, stretchOf(from, DAY), { step: DAY, of: HOUR })
  for (const from of starts(late, MONTH)) if (from < floor(until, MONTH)) await count(tx, stretchOf(from, MONTH), { step: MONTH, of: DAY })
  return rows.length === MARKS_AT_ONCE
}

interface Mark {
  direction: 'in' | 'out'
  id: string
  at: Date
}

/** Whoever rolls up holds this row; everything is counted after it is ours. */
async function lockUntil(tx: Tx): Promise<Date> {
  const { rows } = await tx.query<{ until: Date }>('select until from rollup_until for update')
  return rows[0]?.until ?? new Date(0)
}

/** Transactions of the hub last seconds; one that began before a row was 90 s old may have changed it without a mark. */
async function ripeUntil(tx: Tx): Promise<Date> {
  const { rows } = await tx.query<{ ripe: Date }>(
    `select date_trunc('minute', least(clock_timestamp(), (select min(xact_start) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and application_name = 'hub')) - interval '91 s') as ripe`,
  )
  return rows[0]?.ripe ?? new Date(0)
}

/** What there is of a stretch, made anew: of finer steps, or of the rows themselves. */
async function count(tx: Tx, { from, to }: Stretch, { step, of }: { step: number; of?: number }): Promise<void> {
  if (to <= from) return
  for (const table of ['rollup', 'rollup_latency']) await tx.query(`delete from ${table} where step = $1 and at >= $2 and at < $3`, [step, from, to])
  if (of === undefined) await tx.query(COUNT_ROWS, [from, to, step])
  else await tx.query(ADD_UP, [from, to, step, of])
  if (ADDED_TOGETHER.includes(step)) await tx.query(ADD_ALL, [from, to, step])
}

/** An hour that is over is counted again from the rows: a message that was long on its way is in it. */
async function countMinutes(tx: Tx, { from, to }: Stretch): Promise<void> {
  const [begun, over] = [floor(from, HOUR), floor(to, HOUR)]
  if (over > begun) {
    await count(tx, { from: begun, to: over }, { step: MINUTE })
    await count(tx, { from: begun, to: over }, { step: QUARTER, of: MINUTE })
    await count(tx, { from: begun, to: over }, { step: HOUR, of: QUARTER })
  }
  const rest = over > begun ? over : from
  await count(tx, { from: rest, to }, { step: MINUTE })
  await count(tx, { from: floor(rest, QUARTER), to: floor(to, QUARTER) }, { step: QUARTER, of: MINUTE })
}

export async function dropOldMinutes(db: Db): Promise<void> {
  const kept = keptFrom(new Date())
  for (const table of ['rollup', 'rollup_latency']) await db.query(`delete from ${table} where step = any($1) and at < $2`, [[MINUTE, QUARTER], kept])
}

export const floor = (at: Date, step: number): Date => new Date(Math.floor(at.getTime() / (step * 1000)) * step * 1000)

/** From here on there are minutes and quarters. */
export const keptFrom = (now: Date): Date => new Date(floor(now, DAY).getTime() - MINUTES_KEPT_DAYS * DAY * 1000)

const stretchOf = (from: Date, step: number): Stretch => ({ from, to: new Date(from.getTime() + step * 1000) })

function starts(rows: readonly { at: Date }[], step: number): Date[] {
  return [...new Set(rows.map(row => floor(row.at, step).getTime()))].map(time => new Date(time))
}
