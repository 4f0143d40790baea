/*
  Whether the clock may be believed: what is dropped by its age asks before. A hub that was away for so long is not told from a clock that has leapt; one that rests at weekends is.
*/
import type { Tx } from './db.ts'

/** In: the task that asks, once an hour or so. Out: did the clock go on by more than five days between two times it asked, in the last seven days of it? */
export async function hasLeapt(tx: Tx, task: 'retention' | 'anchors', now: Date): Promise<boolean> {
  await tx.query(
    `with leap as (
       insert into sighting (name, at) select $2, $1::timestamptz from sighting where name = $3 and at < $1 - interval '5 days'
       on conflict (name) do update set at = excluded.at
     ) insert into sighting (name, at) values ($3, $1) on conflict (name) do update set at = excluded.at`,
    [now, `${task}.leapt`, `${task}.done`],
  )
  return (await leaptAt(tx, task, now)) !== undefined
}

/** When it was found to have leapt, in the week in which nothing is dropped because of it. */
export async function leaptAt(tx: Tx, task: 'retention' | 'anchors', now: Date): Promise<Date | undefined> {
  const { rows } = await tx.query<{ at: Date }>("select at from sighting where name = $2 and at between $1::timestamptz - interval '7 days' and $1", [
    now,
    `${task}.leapt`,
  ])
  return rows[0]?.at
}
