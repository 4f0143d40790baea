/*
  How much is waiting: lanes by kind and state, entries in them, the outbox, plans that are late. For metrics and for the operator.
*/
import type { Tx } from './db.ts'
import type { LaneKind } from './lanes.ts'

export interface Depths {
  lanes: { kind: LaneKind; state: 'ready' | 'parked'; count: number }[]
  entries: { kind: LaneKind; count: number }[]
  outbox: number
  unplanned: number
}

export async function readDepths(tx: Tx): Promise<Depths> {
  const [lanes, entries, others] = await Promise.all([
    tx.query<{ kind: LaneKind; state: 'ready' | 'parked'; count: number }>(
      "select kind, state, count(*)::int as count from lane where state <> 'idle' group by kind, state",
    ),
    tx.query<{ kind: LaneKind; count: number }>('select l.kind, count(*)::int as count from lane_entry e join lane l on l.key = e.lane_key group by l.kind'),
    tx.query<{ outbox: number; unplanned: number }>(
      'select (select count(*)::int from outbox) as outbox, (select count(*)::int from planning where planned_at is null) as unplanned',
    ),
  ])
  return { lanes: lanes.rows, entries: entries.rows, outbox: others.rows[0]?.outbox ?? 0, unplanned: others.rows[0]?.unplanned ?? 0 }
}

export interface ParkedLane {
  key: string
  kind: LaneKind
  code: string
  path?: string
  parkedAt: Date
  entryId: string
  entries: number
}

/** Parked lanes with their reason, longest first. */
export async function findParkedLanes(tx: Tx, limit = 200): Promise<ParkedLane[]> {
  const { rows } = await tx.query<{ key: string; kind: LaneKind; code: string; path: string | null; moved_at: Date; entry_id: string; entries: number }>(
    `select l.key, l.kind, l.code, l.path, l.moved_at, h.entry_id, h.entries from lane l
     cross join lateral (select (array_agg(entry_id order by position))[1] as entry_id, count(*)::int as entries from lane_entry where lane_key = l.key) h
     where l.state = 'parked' order by l.moved_at limit $1`,
    [limit],
  )
  return rows.map(({ key, kind, code, path, moved_at, entry_id, entries }) => ({
    key,
    kind,
    code,
    parkedAt: moved_at,
    entryId: entry_id,
    entries,
    ...(path === null ? {} : { path }),
  }))
}
