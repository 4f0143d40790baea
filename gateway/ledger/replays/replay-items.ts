/*
  The messages of a replay: what was shown of each, its way through the lane of its person, what became of it.
*/
import type { Db, Tx } from '../db.ts'
import { pack, unpack } from '../json.ts'
import { laneChannel } from '../lanes/lanes.ts'
import { standBeforeHead } from './replay-parked.ts'
import type { ItemState, ReplayState } from './replays.ts'

export interface ShownItem {
  mapper: { name: string; version: number }
  digest: Buffer
  /** Resource → stored version, null where there is none. */
  seen: Record<string, string | null>
  /** The code its lane is parked with; absent for a message that is stored. */
  parkedFor?: string | undefined
  created: number
  changed: number
  unchanged: number
  notified: number
  /** What the operator sees of it. */
  shown: unknown
}

export async function saveShown(tx: Tx, id: string, item: ShownItem): Promise<void> {
  const { mapper, digest, seen, parkedFor, created, changed, unchanged, notified, shown } = item
  await tx.query(
    `update replay_item set state = 'shown', outcome = $2, mapper = $3, version = $4, digest = $5, seen = $6, created = $7, changed = $8, unchanged = $9, notified = $10, shown = $11,
       parked_for = $12, at = clock_timestamp() where id = $1 and state = 'pending'`,
    [
      id,
      created + changed > 0 ? 'changed' : 'unchanged',
      mapper.name,
      mapper.version,
      digest,
      JSON.stringify(seen),
      created,
      changed,
      unchanged,
      notified,
      await pack(JSON.stringify(shown), { level: 1 }),
      parkedFor ?? null,
    ],
  )
}

/** skipped: it is not replayed; failed: today's mappers cannot make it; refused: not committed, since it is not as it was shown. */
export async function endItem(
  tx: Tx,
  id: string,
  {
    state,
    code,
    path,
    since,
  }: {
    state: Extract<ItemState, 'skipped' | 'failed' | 'refused' | 'committed' | 'shown'>
    code?: string
    path?: string | undefined
    since?: readonly string[]
  },
): Promise<void> {
  await tx.query(
    `update replay_item set state = $2, code = $3, path = $4, since = $5, at = clock_timestamp() where id = $1 and state in ('pending', 'shown', 'queued')`,
    [id, state, code ?? null, path ?? null, since ?? null],
  )
}

export interface ReplayItem {
  id: string
  n: number
  messageId: string
  controlId: string | null
  sender: string | null
  documentType: string | null
  state: ItemState
  outcome: 'unchanged' | 'changed' | null
  code: string | null
  path: string | null
  created: number
  changed: number
  unchanged: number
  notified: number
  mapper: string | null
  version: number | null
  since: string[] | null
  /** The code its lane was parked with when it was shown. */
  parkedFor: string | null
  shown: unknown
}

export interface ItemFilter {
  replay: string
  id?: string | undefined
  state?: string | undefined
  outcome?: string | undefined
  after?: number | undefined
  limit: number
}

/** In the order of the messages. */
export async function findItems(tx: Tx, { replay, id, state, outcome, after, limit }: ItemFilter): Promise<ReplayItem[]> {
  const { rows } = await tx.query<Omit<ReplayItem, 'shown'> & { shown: Buffer | null }>(
    `select i.id, i.n, i.message_id as "messageId", m.control_id as "controlId", m.sender, m.document_type as "documentType", i.state, i.outcome, i.code, i.path,
       i.created, i.changed, i.unchanged, i.notified, i.mapper, i.version, i.since, i.parked_for as "parkedFor", i.shown
     from replay_item i left join message m on m.id = i.message_id
     where i.replay_id = $1 and ($2::uuid is null or i.id = $2) and ($3::text is null or i.state = $3) and ($4::text is null or i.outcome = $4) and ($5::int is null or i.n > $5)
     order by i.n limit $6`,
    [replay, id ?? null, state ?? null, outcome ?? null, after ?? null, limit],
  )
  return Promise.all(rows.map(async row => ({ ...row, shown: row.shown === null ? null : (JSON.parse((await unpack(row.shown)).toString()) as unknown) })))
}

export interface QueuedItem {
  id: string
  messageId: string
  replayState: ReplayState
  digest: Buffer
  seen: Record<string, string | null>
  /** It stands before its own message, which had parked the lane with this code; null: the message is stored. */
  parkedFor: string | null
}

export async function readQueued(tx: Tx, id: string): Promise<QueuedItem | undefined> {
  const { rows } = await tx.query<QueuedItem>(
    `select i.id, i.message_id as "messageId", r.state as "replayState", i.digest, i.seen,
       case when exists (select from message m where m.id = i.message_id and m.stored_at is null) then i.parked_for end as "parkedFor"
     from replay_item i join replay r on r.id = i.replay_id where i.id = $1`,
    [id],
    'replay-queued',
  )
  return rows[0]
}

/** What a commit is about, with the versions it rests on: for a first look before it begins. */
export async function committable(
  tx: Tx,
  replay: string,
  limit: number,
): Promise<{ id: string; messageId: string; mapper: string; version: number; seen: Record<string, string | null> }[]> {
  const { rows } = await tx.query<{ id: string; messageId: string; mapper: string; version: number; seen: Record<string, string | null> }>(
    `select id, message_id as "messageId", mapper, version, seen from replay_item where replay_id = $1 and state = 'shown' and outcome = 'changed' order by n limit $2`,
    [replay, limit],
  )
  return rows
}

/** Where nothing would change, also not the lineage, there is nothing to do. */
export async function settleUnchanged(tx: Tx): Promise<void> {
  await tx.query(
    `update replay_item i set state = 'committed', at = clock_timestamp() from replay r, lineage l
     where r.id = i.replay_id and r.state = 'committing' and i.state = 'shown' and i.outcome = 'unchanged' and i.notified = 0
       and l.id = i.message_id and l.mapper = i.mapper and l.version = i.version`,
  )
}

/** How many of one replay stand in lanes at a time: live messages never wait for more. */
const AHEAD = 8

const NEXT = `
select i.id, m.lane_key as "laneKey", m.stored_at is not null as "isStored" from replay r
  join lateral (
    select i.id, i.message_id from replay_item i where i.replay_id = r.id and i.state = 'shown' order by i.parked_for is null, i.n
    limit greatest(0, $1 - (select count(*) from replay_item q join message m on m.id = q.message_id join lane l on l.key = m.lane_key and l.state <> 'parked'
      where q.replay_id = r.id and q.state = 'queued'))
  ) i on true
  join message m on m.id = i.message_id
where r.state = 'committing'`

interface Fed {
  id: string
  laneKey: string | null
  isStored: boolean
}

/** Gives the next ones to the lanes of their persons, behind whatever stands there. Out: how many. */
export async function feedLanes(db: Db): Promise<number> {
  const { rows } = await db.query<Fed>(NEXT, [AHEAD], 'replay-next')
  for (const one of rows) await db.tx(tx => feed(tx, one))
  if (rows.length > 0) db.notify(laneChannel('inbound'))
  return rows.length
}

async function feed(tx: Tx, { id, laneKey, isStored }: Fed): Promise<void> {
  const open = await tx.query(
    "select from replay_item i join replay r on r.id = i.replay_id where i.id = $1 and i.state = 'shown' and r.state = 'committing' for update of i, r",
    [id],
  )
  if (open.rowCount === 0) return
  if (laneKey === null) return endItem(tx, id, { state: 'refused', code: 'replay.not_mapped' })
  if (!isStored) return (await standBeforeHead(tx, laneKey, id)) ? queued(tx, id) : endItem(tx, id, { state: 'refused', code: 'lane.moved' })
  const { rows } = await tx.query<{ last_position: string; state: string }>(
    `insert into lane as l (key, kind, last_position, state, due_at) values ($1, 'inbound', 1, 'ready', clock_timestamp())
     on conflict (key) do update set last_position = l.last_position + 1, due_at = case l.state when 'idle' then excluded.due_at else l.due_at end,
       state = case l.state when 'idle' then 'ready' else l.state end
     returning last_position, state`,
    [laneKey],
  )
  // Behind a parked message it would wait for its repair, and hold up what is replayed after it.
  if (rows[0]?.state === 'parked') return endItem(tx, id, { state: 'refused', code: 'replay.lane_parked' })
  await tx.query('insert into lane_entry (lane_key, position, entry_id) values ($1, $2, $3)', [laneKey, rows[0]?.last_position, id])
  await queued(tx, id)
}

const queued = async (tx: Tx, id: string): Promise<void> => void (await tx.query("update replay_item set state = 'queued' where id = $1", [id]))

/** Those with nothing left to do are committed from now on. */
export async function closeCommitted(tx: Tx): Promise<void> {
  await tx.query(
    `update replay r set state = 'committed', ended_at = clock_timestamp()
     where r.state = 'committing' and not exists (select from replay_item i where i.replay_id = r.id and i.state in ('shown', 'queued'))`,
  )
}

/** Do messages that just came wait for somebody to take their lane? */
export async function isBehind(tx: Tx): Promise<boolean> {
  const { rowCount } = await tx.query(
    "select from lane where kind = 'inbound' and state = 'ready' and holder is null and code is null and due_at < clock_timestamp() - interval '300 ms' limit 1",
  )
  return rowCount > 0
}
