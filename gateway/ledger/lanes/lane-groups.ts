/*
  Lanes that stand still, gathered by whose they are and why: a cause that stops a hundred persons is one.
    of an inbound lane the sender of its head; of a delivery lane the channel and recipient of its head
*/
import type { Tx } from '../db.ts'

export interface LaneGroup {
  kind: 'inbound' | 'delivery'
  code: string
  /** Of an inbound lane. */
  sender: string | null
  channel: string | null
  /** Of a mailbox nothing: they are one partner. */
  recipient: string | null
  territory: string | null
  lanes: number
  since: Date
}

/** Of lanes beyond this many nobody needs an exact count. */
const MOST = 20_000

const GROUPS = `
select l.kind, coalesce(l.code, '') as code, m.sender, d.channel, case when d.channel <> 'mssante' then d.recipient end as recipient,
  coalesce(m.territory, v.territory) as territory, count(*)::int as lanes, min(l.moved_at) as since
from (select key, kind, code, moved_at from lane where state = $1 and code is not null and ($2::text[] is null or code = any($2)) and code <> all($3) limit ${MOST}) l
  cross join lateral (select entry_id from lane_entry where lane_key = l.key order by position limit 1) h
  left join message m on l.kind = 'inbound' and m.id = h.entry_id
  left join delivery d on l.kind = 'delivery' and d.id = h.entry_id
  left join event v on v.id = d.event_id
group by 1, 2, 3, 4, 5, 6`

/** Those that somebody holds on purpose stand still without being a cause of concern. */
export async function parkedGroups(tx: Tx, heldCodes: readonly string[]): Promise<LaneGroup[]> {
  return (await tx.query<LaneGroup>(GROUPS, ['parked', null, heldCodes])).rows
}

export async function waitingGroups(tx: Tx, codes: readonly string[]): Promise<LaneGroup[]> {
  return (await tx.query<LaneGroup>(GROUPS, ['ready', codes, []])).rows
}

/** When something that was planned a moment ago was last taken there: then it is not the partner that is away. */
export async function lastTaken(tx: Tx, { channel, recipient, since }: { channel: string; recipient: string; since: string }): Promise<Date | undefined> {
  const { rows } = await tx.query<{ at: Date | null }>(
    `select max(sent_at) as at from (select sent_at from delivery where id >= $3 and channel = $1 and recipient = $2 order by id desc limit 500) recent`,
    [channel, recipient, since],
  )
  return rows[0]?.at ?? undefined
}
