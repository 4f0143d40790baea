/*
  How long what came from each sender took to arrive, by hour: counted once its verdict can no longer change, then kept.
    from the reception of the message here (of what no message brought: from its plan) to the arrival at the recipient
    stopped and refused by a decision = no flow    failed, lost, not yet arrived = not in time
*/
import type { Db, Tx } from '../db.ts'
import { lowestIdAt } from '../ids.ts'

/** The times a service level may be promised in, seconds; nothing of an older hour changes after the longest. */
export const SERVICE_SECONDS = [5, 10, 30, 60, 120, 300, 600, 1800, 3600] as const
export type ServiceSeconds = (typeof SERVICE_SECONDS)[number]

const HOUR_MS = 3_600_000
const LONGEST_MS = HOUR_MS
/** Hours counted in one go: after a long pause the rest follows at the next look. */
const HOURS_AT_ONCE = 24

const within = SERVICE_SECONDS.map(seconds => `count(*) filter (where delay <= ${seconds})::int`).join(', ')

const COUNT = `
insert into service_hour (hour, sender, channel, recipient, territory, flows, within, failed)
select $1::timestamptz, sender, channel, recipient, territory, count(*), array[${within}], count(*) filter (where status in ('failed', 'unconfirmed'))
from (
  select coalesce(m.sender, '') as sender, d.channel, coalesce(m.territory, e.territory, '') as territory, d.status,
    case when d.channel = 'mssante' then '@' || lower(split_part(d.recipient, '@', 2)) else d.recipient end as recipient,
    case when d.status = 'delivered' then extract(epoch from d.settled_at - coalesce(m.received_at, d.planned_at)) end as delay
  from delivery d join event e on e.id = d.event_id left join message m on m.id = e.cause
  where d.id >= $2 and d.id < $3 and d.status not in ('none', 'stopped')
) arrived
group by sender, channel, recipient, territory`

/**
 * Counts what is not counted for good, oldest hour first. Out: whether there is more to count.
 * Run again at any line, or by two at once, it gives the same rows.
 */
export async function countServiceHours(db: Db, { now, since }: { now: Date; since: Date }): Promise<boolean> {
  // By a clock that ran ahead and was set right.
  await db.query("delete from service_counted where is_final and hour >= $1::timestamptz - interval '2 hours'", [now])
  const hours = await hoursToCount(db, { now, since })
  for (const hour of hours.slice(0, HOURS_AT_ONCE)) await db.tx(tx => countHour(tx, hour, now))
  return hours.length > HOURS_AT_ONCE
}

async function countHour(tx: Tx, hour: Date, now: Date): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(4201020)')
  const end = new Date(hour.getTime() + HOUR_MS)
  await tx.query('delete from service_hour where hour = $1', [hour])
  await tx.query(COUNT, [hour, lowestIdAt(hour), lowestIdAt(end)])
  const isFinal = now.getTime() > end.getTime() + LONGEST_MS
  await tx.query('insert into service_counted (hour, is_final) values ($1, $2) on conflict (hour) do update set is_final = excluded.is_final', [hour, isFinal])
}

async function hoursToCount(tx: Tx, { now, since }: { now: Date; since: Date }): Promise<Date[]> {
  const { rows } = await tx.query<{ hour: Date }>(
    `select at as hour from generate_series(date_trunc('hour', $1::timestamptz), $2::timestamptz, '1 hour') at
     where not exists (select from service_counted where hour = at and is_final) order by at`,
    [since, now],
  )
  return rows.map(row => row.hour)
}

export interface ServiceCount {
  sender: string
  channel: string
  recipient: string
  territory: string
  flows: number
  /** Arrived within each of SERVICE_SECONDS. */
  within: number[]
  failed: number
}

/** Sums since then, for one sender or all. */
export async function readServiceCounts(
  tx: Tx,
  { since, sender, territory }: { since: Date; sender?: string | undefined; territory?: string | undefined },
): Promise<ServiceCount[]> {
  const sums = SERVICE_SECONDS.map((_, n) => `sum(within[${n + 1}])::int`).join(', ')
  const { rows } = await tx.query<ServiceCount>(
    `select sender, channel, recipient, territory, sum(flows)::int as flows, array[${sums}] as within, sum(failed)::int as failed from service_hour
     where hour >= $1 and sender <> '' and ($2::text is null or sender = $2) and ($3::text is null or territory = $3)
     group by sender, channel, recipient, territory order by sender, channel, recipient, territory`,
    [since, sender ?? null, territory ?? null],
  )
  return rows
}
