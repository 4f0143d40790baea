/*
  The lanes that need a look: parked ones with their reason, and those that wait for a dependency.
*/
import type { Tx } from '../ledger/db.ts'

export interface LaneItem {
  key: string
  kind: 'inbound' | 'delivery'
  state: 'parked' | 'waiting' | 'ready'
  /** The error code that parked or postponed it. */
  code: string | null
  path: string | null
  attempts: number
  /** What waits in it. */
  depth: number
  /** The message or delivery at its head. */
  entryId: string | null
  movedAt: string
  dueAt: string
}

export interface LaneFilter {
  state: 'parked' | 'waiting' | 'ready' | undefined
  kind: 'inbound' | 'delivery' | undefined
  after: string | undefined
  limit: number
}

interface LaneRow {
  key: string
  kind: 'inbound' | 'delivery'
  state: 'parked' | 'waiting' | 'ready'
  code: string | null
  path: string | null
  attempts: number
  depth: string
  entry_id: string | null
  moved_at: Date
  due_at: Date
}

const FIND = `
select l.key, l.kind, case when l.state = 'parked' then 'parked' when l.code is not null then 'waiting' else 'ready' end as state,
  l.code, l.path, l.attempts, l.moved_at, l.due_at,
  (select count(*) from lane_entry e where e.lane_key = l.key) as depth,
  (select e.entry_id from lane_entry e where e.lane_key = l.key order by e.position limit 1) as entry_id
from lane l
where l.state <> 'idle' and ($1::text is null or l.kind = $1) and ($2::text is null or l.key > $2)
  and ($3::text is null or $3 = case when l.state = 'parked' then 'parked' when l.code is not null then 'waiting' else 'ready' end)
order by l.key limit $4`

/** In the order of keys, a page at a time. */
export async function findLanes(tx: Tx, { state, kind, after, limit }: LaneFilter): Promise<{ items: LaneItem[]; next: string | null }> {
  const { rows } = await tx.query<LaneRow>(FIND, [kind ?? null, after ?? null, state ?? null, limit + 1])
  const items = rows.slice(0, limit).map(itemOf)
  return { items, next: rows.length > limit ? (items.at(-1)?.key ?? null) : null }
}

function itemOf({ depth, entry_id, moved_at, due_at, ...row }: LaneRow): LaneItem {
  return { ...row, depth: Number(depth), entryId: entry_id, movedAt: moved_at.toISOString(), dueAt: due_at.toISOString() }
}
