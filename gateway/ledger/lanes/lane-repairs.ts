/*
  What an operator does to a lane that stands still. Each act is bound to what he saw: of two operators the second is told what the first one did.
    resume     a parked lane starts again, in order, its attempts forgotten
    retry      its head is tried once more at once; attempts count on, so that what fails again parks again
    set aside  its head leaves the lane with a reason and keeps its status `parked`; what stood behind goes on
    take up    what was put aside stands at the front of its lane again
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Db, Tx } from '../db.ts'
import { type LaneItem, readLane, TERRITORY } from './lane-list.ts'
import { laneChannel, type LaneKind, markEntry } from './lanes.ts'

export type LaneAct = 'resume' | 'retry' | 'set-aside' | 'take-up'

export interface LaneOrder {
  key: string
  act: Exclude<LaneAct, 'take-up'>
  /** Of the lane as it was seen; undefined: as it is. */
  version?: string | undefined
  who: string
  reason: string
  /** The only one the operator may touch. */
  territory?: string | undefined
}

/** What was last done to a lane. */
export interface Acted {
  who: string
  act: LaneAct
  reason: string
  at: string
}

/** Out: the lane as it was. Throws: fhir.path_unknown, lane.moved, lane.busy. `tell` runs in the transaction of the act. */
export async function repairLane(db: Db, order: LaneOrder, tell: (tx: Tx, lane: LaneItem) => Promise<void>): Promise<LaneItem> {
  const lane = await db.tx(async tx => {
    const busy = await lockLane(tx, order.key)
    const seen = await readLane(tx, order.key)
    const isTheirs = order.territory !== undefined && order.territory !== seen?.territory
    // One that is empty by now is of no territory: whoever names what he saw in it is told that it has gone.
    if (busy === undefined || seen === undefined || (isTheirs && (seen.entryId !== null || order.version === undefined)))
      throw new HubError('fhir.path_unknown', { path: 'key' })
    if (isTheirs || (order.version !== undefined && order.version !== seen.version)) throw new HubError('lane.moved', { path: 'version' })
    if (seen.state === 'ready' || (order.act === 'resume' && seen.state !== 'parked')) throw new HubError('lane.moved', { path: 'state' })
    if (busy) throw new HubError('lane.busy')
    await ACTS[order.act](tx, seen, order)
    await tx.query("update lane set acted = $2::jsonb || jsonb_build_object('at', clock_timestamp()) where key = $1", [
      order.key,
      actedOf({ ...order, territory: seen.territory }),
    ])
    await tell(tx, seen)
    return seen
  })
  db.notify(laneChannel(lane.kind))
  return lane
}

/** Whoever is bound to a territory is told of what was done for it. */
export async function lastActOn(tx: Tx, key: string, territory?: string): Promise<Acted | undefined> {
  const { rows } = await tx.query<{ acted: Acted | null }>(
    "select acted - 'territory' as acted from lane where key = $1 and ($2::text is null or acted ->> 'territory' = $2)",
    [key, territory ?? null],
  )
  return rows[0]?.acted ?? undefined
}

const actedOf = ({ who, act, reason, territory }: Omit<Acted, 'at'> & { territory: string | null }): string => JSON.stringify({ who, act, reason, territory })

/** Out: is somebody working in it at this moment? Undefined: there is none. */
async function lockLane(tx: Tx, key: string): Promise<boolean | undefined> {
  const { rows } = await tx.query<{ is_busy: boolean }>(
    "select state = 'ready' and holder is not null and due_at > clock_timestamp() as is_busy from lane where key = $1 for update",
    [key],
  )
  return rows[0]?.is_busy
}

const ACTS: Record<LaneOrder['act'], (tx: Tx, lane: LaneItem, order: LaneOrder) => Promise<void>> = {
  resume: (tx, lane) => start(tx, lane, 0),
  retry: (tx, lane) => start(tx, lane, lane.attempts),
  'set-aside': setAside,
}

async function start(tx: Tx, { key, kind, entryId, depth }: LaneItem, attempts: number): Promise<void> {
  await tx.query('update lane set state = $2, due_at = clock_timestamp(), attempts = $3, code = null, path = null, holder = null where key = $1', [
    key,
    depth > 0 ? 'ready' : 'idle',
    attempts,
  ])
  if (entryId !== null) await markEntry(tx, { kind, entryId }, 'received')
}

async function setAside(tx: Tx, { key, kind, entryId, messageId, code, path }: LaneItem, { who, reason }: LaneOrder): Promise<void> {
  // A lane that is held before anything came has no head; that of a replay is its operator's to stop.
  if (entryId === null || (kind === 'inbound' && entryId !== messageId)) throw new HubError('lane.moved', { path: 'state' })
  await tx.query(
    `insert into set_aside (entry_id, lane_key, kind, code, path, who, reason) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (entry_id) do update set code = excluded.code, path = excluded.path, who = excluded.who, reason = excluded.reason, at = clock_timestamp(),
       taken_by = null, taken_reason = null, taken_at = null`,
    [entryId, key, kind, code, path, who, reason],
  )
  await tx.query('delete from lane_entry where lane_key = $1 and entry_id = $2', [key, entryId])
  await tx.query(
    `update lane set state = case when exists (select from lane_entry where lane_key = $1) then 'ready' else 'idle' end,
       attempts = 0, code = null, path = null, holder = null, due_at = clock_timestamp(), moved_at = clock_timestamp() where key = $1`,
    [key],
  )
  await markEntry(tx, { kind, entryId }, 'parked')
}

export interface SetAsideItem {
  id: string
  laneKey: string
  kind: LaneKind
  messageId: string | null
  partner: string | null
  territory: string | null
  recipient: string | null
  code: string | null
  path: string | null
  reason: string
  by: string
  at: Date
}

const ASIDE = `
select s.entry_id as id, s.lane_key as "laneKey", s.kind, m.id as "messageId", m.sender as partner, ${TERRITORY} as territory, d.recipient, s.code, s.path, s.reason, s.who as by, s.at
from set_aside s
  left join delivery d on s.kind = 'delivery' and d.id = s.entry_id left join event e on e.id = d.event_id
  left join message m on m.id = case s.kind when 'inbound' then s.entry_id else e.cause end
where `

/** What is aside now, the latest first. */
export async function findSetAside(tx: Tx, { territory, limit }: { territory?: string | undefined; limit: number }): Promise<SetAsideItem[]> {
  const { rows } = await tx.query<SetAsideItem>(`${ASIDE} s.taken_at is null and ($1::text is null or ${TERRITORY} = $1) order by s.at desc limit $2`, [
    territory ?? null,
    limit,
  ])
  return rows
}

/** Throws: fhir.path_unknown; lane.moved when somebody has taken it up. */
export async function takeUp(
  db: Db,
  { id, who, reason, territory }: Pick<LaneOrder, 'who' | 'reason' | 'territory'> & { id: string },
  tell: (tx: Tx, aside: SetAsideItem) => Promise<void>,
): Promise<SetAsideItem> {
  const aside = await db.tx(async tx => {
    const { rows } = await tx.query<SetAsideItem>(`${ASIDE} s.entry_id = $1 and ($2::text is null or ${TERRITORY} = $2)`, [id, territory ?? null])
    const [found] = rows
    if (found === undefined) throw new HubError('fhir.path_unknown', { path: 'id' })
    const { laneKey, kind } = found
    // Lanes are locked before messages, and there is one again if it was pruned.
    await tx.query(
      `insert into lane as l (key, kind, last_position, state, due_at) values ($1, $2, 0, 'ready', clock_timestamp())
       on conflict (key) do update set due_at = case l.state when 'idle' then excluded.due_at else l.due_at end, state = case l.state when 'idle' then 'ready' else l.state end`,
      [laneKey, kind],
    )
    const taken = await tx.query(
      'update set_aside set taken_at = clock_timestamp(), taken_by = $2, taken_reason = $3 where entry_id = $1 and taken_at is null returning entry_id',
      [id, who, reason],
    )
    if (taken.rowCount === 0) throw new HubError('lane.moved', { path: 'id' })
    await tx.query(
      `insert into lane_entry (lane_key, position, entry_id)
       select $1, coalesce((select min(position) - 1 from lane_entry where lane_key = $1), (select last_position from lane where key = $1)), $2`,
      [laneKey, id],
    )
    await tx.query("update lane set acted = $2::jsonb || jsonb_build_object('at', clock_timestamp()) where key = $1", [
      laneKey,
      actedOf({ who, act: 'take-up', reason, territory: found.territory }),
    ])
    await markEntry(tx, { kind, entryId: id }, 'received')
    await tell(tx, found)
    return found
  })
  db.notify(laneChannel(aside.kind))
  return aside
}
