/*
  Default subscriptions of the members of a circle: one row per member, entry and event; written with the circle, ended with the entry.
*/
import type { Tx } from './db.ts'

export interface MemberEntry {
  /** `PractitionerRole/<id>`, `Organization/<id>`, … */
  holder: string
  /** When the member joined, as the circle says it. */
  since: string
  until?: Date
}

export interface Membership {
  /** `CareTeam/<id>` */
  circle: string
  patient: string
  events: readonly string[]
  /** Those who are members now. */
  entries: readonly MemberEntry[]
}

/** The reason of a row that ended with its entry; one that its member does not want has another, and stays off. */
const LEFT = 'circle.left'

export async function keepMemberSubscriptions(tx: Tx, { circle, patient, events, entries }: Membership): Promise<void> {
  const holders = entries.map(one => one.holder)
  const since = entries.map(one => one.since)
  await tx.query(
    `update subscription set status = 'off', reason = $4, changed_at = clock_timestamp()
     where origin = 'circle' and circle = $1 and status = 'active' and not exists (select from unnest($2::text[], $3::text[]) m (holder, since) where m.holder = subscription.holder and m.since = subscription.since)`,
    [circle, holders, since, LEFT],
  )
  if (entries.length === 0) return
  await tx.query(
    `insert into subscription as s (id, origin, holder, status, events, patient, circle, since, ends_at, active_since)
     select gen_random_uuid(), 'circle', m.holder, 'active', array[e], $2, $1, m.since, m.until, clock_timestamp()
     from unnest($3::text[], $4::text[], $5::timestamptz[]) m (holder, since, until), unnest($6::text[]) e
     on conflict (circle, holder, since, events) where origin = 'circle' do update
       set status = case when s.reason = $7 then 'active' else s.status end, reason = case when s.reason = $7 then null else s.reason end, ends_at = excluded.ends_at`,
    [circle, patient, holders, since, entries.map(one => one.until ?? null), events, LEFT],
  )
}
