/*
  Lanes that wait although nothing is wrong with what is in them: for a partner that is held, a certificate, a dependency that is away. They are woken once that is over.
*/
import { type BreakerState, placeOfDependency, refusalsBut } from '../../breaker.ts'
import type { Db } from '../db.ts'
import { laneChannel } from './lanes.ts'

/** Short enough for one statement, and for whoever is woken in vain. */
const PORTION = 500

/** Makes lanes that wait due at once, all of them. In: which, as a condition of SQL. Out: how many. */
export async function wakeResting(db: Db, condition: string): Promise<number> {
  let woken = 0
  for (;;) {
    const portion = await wakePortion(db, PORTION, condition)
    woken += portion
    if (portion < PORTION) return woken
  }
}

/**
 * Wakes some of those that were refused because a dependency was known to be away, and is back or was never met as away here; the others next time.
 * Of those whose dependency may be back a few look: nobody else may ask.
 */
export async function wakeRefused(db: Db, states: Readonly<Record<string, BreakerState>>): Promise<void> {
  const away = Object.keys(states).filter(dependency => states[dependency] !== 'closed')
  const maybe = away.filter(dependency => states[dependency] === 'half-open')
  const condition = "code = any($1) and path like 'dependencies.%' and path <> all($2)"
  await wakePortion(db, PORTION, condition, refusalsBut(away), away.map(placeOfDependency))
  if (maybe.length > 0) await wakePortion(db, maybe.length, 'code = any($1) and path = any($2)', refusalsBut([]), maybe.map(placeOfDependency))
}

async function wakePortion(db: Db, limit: number, condition: string, ...values: unknown[]): Promise<number> {
  const { rowCount } = await db.query(
    `with resting as (
       select key from lane where state = 'ready' and holder is null and due_at > clock_timestamp() and ${condition} limit ${limit} for update skip locked
     )
     update lane set due_at = clock_timestamp() from resting where lane.key = resting.key`,
    values,
  )
  if (rowCount > 0) for (const kind of ['inbound', 'delivery'] as const) db.notify(laneChannel(kind))
  return rowCount
}
