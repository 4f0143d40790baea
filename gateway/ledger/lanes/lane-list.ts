/*
  Lanes as an operator sees them: why one stands still, since when, how many wait behind, whom it is from and for.
*/
import { HELD } from '../../../profiles/tables/lane-reasons.ts'
import type { Tx } from '../db.ts'
import type { RowOf } from '../row-of.ts'

export interface LaneItem {
  key: string
  kind: 'inbound' | 'delivery'
  state: LaneState
  /** The error code that parked or postponed it. */
  code: string | null
  path: string | null
  attempts: number
  /** What stands in it, its head included. */
  depth: number
  /** How many wait behind what holds it up. */
  waiting: number
  /** The message or delivery at its head. */
  entryId: string | null
  /** The message whose flow shows it. */
  messageId: string | null
  /** Who sent that message. */
  partner: string | null
  territory: string | null
  channel: string | null
  recipient: string | null
  since: Date
  movedAt: Date
  dueAt: Date
  /** Of what is shown here; an act on something else that has come meanwhile is refused. */
  version: string
}

export type LaneState = 'parked' | 'waiting' | 'ready'

export interface LaneFilter {
  state: LaneState | undefined
  kind: 'inbound' | 'delivery' | undefined
  after: string | undefined
  limit: number
  /** The only one the asker may see. */
  territory?: string | undefined
}

type LaneRow = RowOf<Omit<LaneItem, 'depth' | 'waiting' | 'since' | 'version'>> & { depth: string; came_at: Date | null }

const STATE = "case when l.state = 'parked' then 'parked' when l.code is not null then 'waiting' else 'ready' end"

/** Of the message at its head, or of what the write of a client caused. */
export const TERRITORY = 'coalesce(m.territory, e.territory)'

/** A lane that is held while nothing is in it yet: whom it is for, its holding says. */
const TERRITORY_OR_HELD = 'coalesce(m.territory, e.territory, p.territory)'

const FROM = `
from lane l
  left join lateral (select entry_id from lane_entry where lane_key = l.key order by position limit 1) h on true
  left join delivery d on l.kind = 'delivery' and d.id = h.entry_id
  left join event e on e.id = d.event_id
  left join replay_item r on l.kind = 'inbound' and r.id = h.entry_id
  left join message m on m.id = case l.kind when 'inbound' then coalesce(r.message_id, h.entry_id) else e.cause end
  left join lateral (
    select territory, detail->>'recipient' as recipient from repair where h.entry_id is null and l.code = '${HELD}' and object = l.key and action = 'lanes.park' order by id desc limit 1
  ) p on true
where `

const SELECT = `
select l.key, l.kind, ${STATE} as state, l.code, l.path, l.attempts, l.moved_at, l.due_at, h.entry_id,
  (select count(*) from lane_entry e where e.lane_key = l.key) as depth,
  m.id as message_id, m.sender as partner, ${TERRITORY_OR_HELD} as territory, d.channel, coalesce(d.recipient, p.recipient) as recipient, coalesce(d.planned_at, m.accepted_at) as came_at
${FROM}`

/** Said so that the partial indexes of lanes that do not rest are used: those that rest are many. */
const IN_STATE: Readonly<Record<LaneState | 'all', string>> = {
  parked: "l.state = 'parked'",
  waiting: "l.state = 'ready' and l.code is not null",
  ready: "l.state = 'ready' and l.code is null",
  all: "(l.state = 'ready' or l.state = 'parked')",
}

const find = (state: LaneState | 'all'): string => `${SELECT} ${IN_STATE[state]} and ($1::text is null or l.kind = $1) and ($2::text is null or l.key > $2)
  and ($4::text is null or ${TERRITORY_OR_HELD} = $4)
order by l.key limit $3`

/** In the order of keys, a page at a time. */
export async function findLanes(tx: Tx, { state, kind, after, limit, territory }: LaneFilter): Promise<{ items: LaneItem[]; next: string | null }> {
  const { rows } = await tx.query<LaneRow>(find(state ?? 'all'), [kind ?? null, after ?? null, limit + 1, territory ?? null])
  const items = rows.slice(0, limit).map(itemOf)
  return { items, next: rows.length > limit ? (items.at(-1)?.key ?? null) : null }
}

/** How many are parked, by their reason, the most first. */
export async function parkedReasons(tx: Tx, territory?: string): Promise<{ code: string | null; count: number; since: Date }[]> {
  const { rows } = await tx.query<{ code: string | null; count: number; since: Date }>(
    `select l.code, count(*)::int as count, min(l.moved_at) as since ${FROM} ${IN_STATE.parked} and ($1::text is null or ${TERRITORY_OR_HELD} = $1)
     group by l.code order by count(*) desc`,
    [territory ?? null],
  )
  return rows
}

/** Also one that rests. */
export async function readLane(tx: Tx, key: string, territory?: string): Promise<LaneItem | undefined> {
  const { rows } = await tx.query<LaneRow>(`${SELECT} l.key = $1 and ($2::text is null or ${TERRITORY_OR_HELD} = $2)`, [key, territory ?? null])
  return rows[0] === undefined ? undefined : itemOf(rows[0])
}

function itemOf({ depth, entry_id, message_id, came_at, moved_at, due_at, ...row }: LaneRow): LaneItem {
  const count = Number(depth)
  const came = came_at ?? moved_at
  return {
    ...row,
    recipient: row.recipient === null ? null : shownRecipient(row.recipient),
    depth: count,
    waiting: row.code === HELD ? count : Math.max(count - 1, 0),
    entryId: entry_id,
    messageId: message_id,
    since: row.state !== 'parked' && came > moved_at ? came : moved_at,
    movedAt: moved_at,
    dueAt: due_at,
    version: row.state === 'parked' ? `parked.${moved_at.getTime()}.${entry_id ?? ''}` : `${row.state}.${entry_id ?? ''}`,
  }
}

/** The mailbox of a citizen is their INS: the monitor shows that there was one, not whose. */
export const shownRecipient = (recipient: string): string => recipient.replace(/^[^@]*(?=@patient\.)/, '***')
