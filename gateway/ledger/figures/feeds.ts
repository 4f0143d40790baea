/*
  The feeds of the hub: who has sent, when last, how many messages by hour, how many of them were refused.
*/
import type { Tx } from '../db.ts'
import { lowestIdAt, timeOfId } from '../ids.ts'

export interface SenderSeen {
  sender: string
  lastSeen: Date
  territory: string | null
}

/** Jumps from one sender to the next in their index: what each has sent is not read. */
const SENDERS = `
with recursive known as (
  (select sender from message order by sender limit 1)
  union all
  select (select sender from message where sender > known.sender order by sender limit 1) from known where known.sender is not null
)
select k.sender, l.id, l.territory from known k
cross join lateral (select id, territory from message where sender = k.sender order by id desc limit 1) l
where k.sender is not null`

export async function sendersSeen(tx: Tx): Promise<SenderSeen[]> {
  const { rows } = await tx.query<{ sender: string; id: string; territory: string | null }>(SENDERS)
  return rows.map(({ sender, id, territory }) => ({ sender, lastSeen: timeOfId(id), territory }))
}

/** Messages of one sender by hour, under the first instant of each, from the roll-ups. */
export async function hoursOfSender(tx: Tx, { sender, since, until }: { sender: string; since: Date; until: Date }): Promise<Map<number, number>> {
  const { rows } = await tx.query<{ at: Date; messages: number }>(
    `select at, sum(flows)::int as messages from rollup
     where step = 3600 and direction = 'in' and partner = $1 and at >= $2 and at <= $3 group by at`,
    [sender, since, until],
  )
  return new Map(rows.map(({ at, messages }) => [at.getTime(), messages]))
}

export interface RefusalCount {
  sender: string
  territory: string | null
  messages: number
  refused: number
}

/** Of each sender that had something refused since then. */
export async function refusalsSince(tx: Tx, since: Date): Promise<RefusalCount[]> {
  const { rows } = await tx.query<RefusalCount>(
    `select sender, max(territory) as territory, count(*)::int as messages, (count(*) filter (where status = 'refused'))::int as refused
     from message where id >= $1 group by sender having count(*) filter (where status = 'refused') > 0`,
    [lowestIdAt(since)],
  )
  return rows
}
