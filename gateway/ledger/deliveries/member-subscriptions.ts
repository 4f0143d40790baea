/*
  Default subscriptions of the members of a circle: one row per member, entry and event; written with the circle, ended with the entry.
*/
import type { Tx } from '../db.ts'

export interface MemberEntry {
  /** `PractitionerRole/<id>`, `Organization/<id>`, … */
  holder: string
  /** When the member joined, as the circle says it. */
  since: string
  until?: Date
  /** Events he does not want to be told of. */
  unwanted?: readonly string[]
}

export interface Membership {
  /** `CareTeam/<id>` */
  circle: string
  patient: string
  events: readonly string[]
  /** Those who are members now. */
  entries: readonly MemberEntry[]
}

/** Why a row is off: its entry ended, or its member does not want the event. */
const LEFT = 'circle.left'
const UNWANTED = 'member.unwanted'

export async function keepMemberSubscriptions(tx: Tx, { circle, patient, events, entries }: Membership): Promise<void> {
  const holders = entries.map(one => one.holder)
  const since = entries.map(one => one.since)
  await tx.query(
    `update subscription set status = 'off', reason = $4, changed_at = clock_timestamp()
     where origin = 'circle' and circle = $1 and status = 'active' and not exists (select from unnest($2::text[], $3::text[]) m (holder, since) where m.holder = subscription.holder and m.since = subscription.since)`,
    [circle, holders, since, LEFT],
  )
  if (entries.length === 0) return
  const unwanted = entries.flatMap(({ holder, since: joined, unwanted: codes = [] }) => codes.map(code => [holder, joined, code]))
  await tx.query(
    `insert into subscription as s (id, origin, holder, status, events, patient, circle, since, ends_at, active_since, reason)
     select gen_random_uuid(), 'circle', m.holder, case when u.code is null then 'active' else 'off' end, array[e], $2, $1, m.since, m.until, clock_timestamp(), case when u.code is not null then $7 end
     from unnest($3::text[], $4::text[], $5::timestamptz[]) m (holder, since, until) cross join unnest($6::text[]) e
       left join (select distinct * from unnest($8::text[], $9::text[], $10::text[]) x (holder, since, code)) u on u.holder = m.holder and u.since = m.since and u.code = e
     on conflict (circle, holder, since, events) where origin = 'circle' do update
       set status = excluded.status, reason = excluded.reason, ends_at = excluded.ends_at`,
    [circle, patient, holders, since, entries.map(one => one.until ?? null), events, UNWANTED, ...[0, 1, 2].map(at => unwanted.map(one => one[at]))],
  )
}
