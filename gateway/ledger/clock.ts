/*
  Whether the clock may be believed: what is dropped by its age asks before. A hub that was away for so long is not told from a clock that has leapt; one that rests at weekends is.
*/
import type { Db, Tx } from './db.ts'
import { ensurePartitions } from './partitions.ts'

const FOLLOW = `
with known as (select at from sighting where name = 'clock'),
  told as (insert into sighting (name, at) values ('clock', clock_timestamp()) on conflict (name) do update set at = excluded.at)
update lane set due_at = clock_timestamp() + case when holder is null then 0 else lease_ms end * interval '1 ms' from known
where known.at > clock_timestamp() + interval '10 s' and state = 'ready' and due_at > clock_timestamp() and (holder is not null or code is not null or due_at < known.at + interval '1 min')`

/** Every few seconds: a clock that went on by months meets no month that is not there; of one that was set back no lane waits for the former time but what was to wait for its hour. */
export async function followClock(db: Db): Promise<void> {
  await ensurePartitions(db, new Date())
  await db.query(FOLLOW)
}

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
