/*
  Lanes that wait although nothing is wrong with what is in them: for a partner that is held, a certificate, a dependency that is away. They are woken once that is over.
*/
import type { Db } from './db.ts'
import { laneChannel } from './lanes.ts'

/** Short enough for one statement, and for whoever is woken in vain. */
const PORTION = 500

/** Makes lanes that wait due at once, all of them. In: which, as a condition of SQL. Out: how many. */
export async function wakeResting(db: Db, condition: string): Promise<number> {
  let woken = 0
  for (;;) {
    const portion = await wakePortion(db, condition)
    woken += portion
    if (portion < PORTION) return woken
  }
}

/**
 * Wakes some of those that were refused because a dependency was known to be away; the others next time.
 * In: `codes` they wait with; `away`, the places of dependencies that are away still.
 */
export async function wakeRefused(db: Db, { codes, away }: { codes: readonly string[]; away: readonly string[] }): Promise<void> {
  await wakePortion(db, "code = any($1) and path like 'dependencies.%' and path <> all($2)", codes, away)
}

async function wakePortion(db: Db, condition: string, ...values: unknown[]): Promise<number> {
  const { rowCount } = await db.query(
    `with resting as (
       select key from lane where state = 'ready' and holder is null and due_at > clock_timestamp() and ${condition} limit ${PORTION} for update skip locked
     )
     update lane set due_at = clock_timestamp() from resting where lane.key = resting.key`,
    values,
  )
  if (rowCount > 0) for (const kind of ['inbound', 'delivery'] as const) db.notify(laneChannel(kind))
  return rowCount
}
