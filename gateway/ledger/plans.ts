/*
  Plans one event for one channel: a decision row and a delivery row for every recipient, also for "no", and the deliveries' places in their lanes.
  Events of a person are planned in their order, per channel.
*/
import type { Tx } from './db.ts'
import type { Level } from '../../profiles/tables/decisions.ts'
import { refreshFlows } from './flow-status.ts'
import { newMessageId } from './ids.ts'
import { laneChannel } from './lanes.ts'

export interface PlannedRecipient {
  /** Address, `dmp`, partner id. */
  recipient: string
  level: Level
  rule: string
  /** What the decision rested on. */
  basis: unknown
  /** The document's unique id. */
  what: string
  action: string
  reference: string
  laneKey: string
  /** The member of the circle it is for. */
  member?: string
  /** Its lane rests until then, if it rests now; at once if not given. */
  notBefore?: Date
}

export interface PlannedDelivery {
  recipient: string
  deliveryId: string
  isNew: boolean
}

export type Plan =
  | { state: 'planned'; deliveries: PlannedDelivery[] }
  /** Somebody else did it. */
  | { state: 'already' }
  /** These events of the same person come first. */
  | { state: 'blocked'; earlier: string[] }

/** An event from before there was this channel has nothing to plan there. */
export async function planEvent(tx: Tx, eventId: string, channel: string, recipients: readonly PlannedRecipient[]): Promise<Plan> {
  const planning = await tx.query<{ person: string; cause: string }>(
    'select p.person, e.cause from planning p join event e on e.id = p.event_id where event_id = $1 and channel = $2',
    [eventId, channel],
    'plan-planning',
  )
  const row = planning.rows[0]
  if (row === undefined) return { state: 'already' }
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 4201004))', [`${channel}|${row.person}`], 'plan-lock')
  const open = await tx.query('select from planning where event_id = $1 and channel = $2 and planned_at is null for update', [eventId, channel], 'plan-open')
  if (open.rowCount === 0) return { state: 'already' }
  const earlier = await earlierUnplanned(tx, eventId, channel)
  if (earlier.length > 0) return { state: 'blocked', earlier }
  const deliveries = await writeDeliveries(tx, { eventId, channel, recipients })
  await tx.query('update planning set planned_at = clock_timestamp() where event_id = $1 and channel = $2', [eventId, channel], 'plan-planned')
  await refreshFlows(tx, [row.cause])
  return { state: 'planned', deliveries }
}

/** Events of the same person and channel that must be planned before this one, in their order. */
async function earlierUnplanned(tx: Tx, eventId: string, channel: string): Promise<string[]> {
  const { rows } = await tx.query<{ event_id: string }>(
    `select e.event_id from planning p join planning e on e.channel = p.channel and e.person = p.person and e.sequence < p.sequence and e.planned_at is null
     where p.event_id = $1 and p.channel = $2 order by e.sequence`,
    [eventId, channel],
    'plan-earlier',
  )
  return rows.map(row => row.event_id)
}

interface Planned {
  eventId: string
  channel: string
  recipients: readonly PlannedRecipient[]
}

/** Decisions and deliveries beside the plan of an event: a business acknowledgement that follows from a receipt. */
export async function addDeliveries(tx: Tx, planned: Planned): Promise<PlannedDelivery[]> {
  const deliveries = await writeDeliveries(tx, planned)
  const event = await tx.query<{ cause: string }>('select cause from event where id = $1', [planned.eventId])
  await refreshFlows(
    tx,
    event.rows.map(row => row.cause),
  )
  return deliveries
}

async function writeDeliveries(tx: Tx, { eventId, channel, recipients }: Planned): Promise<PlannedDelivery[]> {
  if (recipients.length === 0) return []
  const planned = await insertDeliveries(tx, { eventId, channel, recipients })
  await tx.query(
    `insert into decision (event_id, channel, recipient, delivery_id, moment, level, rule, basis)
     select $1, $2, r.recipient, r.id, 'plan', r.level, r.rule, r.basis from unnest($3::text[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[]) r (recipient, id, level, rule, basis)`,
    [
      eventId,
      channel,
      ...columnsOf(recipients, (one, at) => [one.recipient, planned[at]?.deliveryId, one.level, one.rule, JSON.stringify(one.basis ?? {})], 5),
    ],
    'plan-decisions',
  )
  if (planned.some(one => one.isNew)) await tx.query("select pg_notify($1, '')", [laneChannel('delivery')])
  return planned
}

/**
 * An existing delivery of the same thing to the same recipient is linked, not doubled; one that was refused may be opened by a later yes.
 * Out: one for each recipient, in their order.
 */
async function insertDeliveries(tx: Tx, { eventId, channel, recipients }: Planned): Promise<PlannedDelivery[]> {
  const distinct = [...new Map(recipients.toReversed().map(one => [keyOf(one), one])).values()].toReversed()
  const { rows } = await tx.query<Key & { id: string; status: string }>(
    `insert into delivery as d (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, code, member, settled_at)
     select n.id, $1, $2, n.recipient, n.what, n.action, n.level, n.rule, n.reference, n.lane_key, n.status, n.code, n.member, case n.status when 'none' then clock_timestamp() end
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
       n (id, recipient, what, action, level, rule, reference, lane_key, status, code, member)
     order by n.lane_key, n.what
     on conflict (what, action, recipient, channel) do update set event_id = excluded.event_id, level = excluded.level, rule = excluded.rule, reference = excluded.reference,
       lane_key = excluded.lane_key, member = excluded.member, status = 'planned', code = null, settled_at = null, planned_at = clock_timestamp()
       where d.status = 'none' and excluded.status = 'planned'
     returning id, what, action, recipient, status`,
    [eventId, channel, ...columnsOf(distinct, rowOf, 11)],
    'plan-deliveries',
  )
  const fresh = new Map(rows.map(row => [keyOf(row), row]))
  await enqueue(
    tx,
    distinct.flatMap(one => {
      const row = fresh.get(keyOf(one))
      return row?.status === 'planned' ? [{ ...one, deliveryId: row.id }] : []
    }),
  )
  const known = await knownDeliveries(
    tx,
    channel,
    distinct.filter(one => !fresh.has(keyOf(one))),
  )
  const told = new Set<string>()
  return recipients.map(one => {
    const key = keyOf(one)
    const isNew = fresh.has(key) && !told.has(key)
    told.add(key)
    return { recipient: one.recipient, deliveryId: fresh.get(key)?.id ?? known.get(key) ?? '', isNew }
  })
}

type Key = Pick<PlannedRecipient, 'what' | 'action' | 'recipient'>

const keyOf = ({ what, action, recipient }: Key): string => JSON.stringify([what, action, recipient])

function rowOf({ recipient, what, action, level, rule, reference, laneKey, member }: PlannedRecipient): unknown[] {
  const isWanted = level !== 'aucun'
  return [newMessageId(), recipient, what, action, level, rule, reference, laneKey, isWanted ? 'planned' : 'none', isWanted ? null : rule, member ?? null]
}

/** One array for each column, as unnest takes them. */
function columnsOf<Row>(rows: readonly Row[], valuesOf: (row: Row, at: number) => unknown[], width: number): unknown[][] {
  const values = rows.map(valuesOf)
  return Array.from({ length: width }, (_, column) => values.map(row => row[column]))
}

async function knownDeliveries(tx: Tx, channel: string, keys: readonly Key[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map()
  const { rows } = await tx.query<Key & { id: string }>(
    `select d.id, d.what, d.action, d.recipient from unnest($2::text[], $3::text[], $4::text[]) k (what, action, recipient)
     join delivery d on d.what = k.what and d.action = k.action and d.recipient = k.recipient and d.channel = $1`,
    [channel, ...columnsOf(keys, ({ what, action, recipient }) => [what, action, recipient], 3)],
  )
  return new Map(rows.map(row => [keyOf(row), row.id]))
}

/** Locks lanes in the order of their keys, as everybody does; several of one lane follow each other. */
async function enqueue(tx: Tx, entries: readonly (PlannedRecipient & { deliveryId: string })[]): Promise<void> {
  if (entries.length === 0) return
  await tx.query(
    `with entry as (
       select e.*, row_number() over (partition by lane_key order by what, n) as nth from unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[]) with ordinality e (lane_key, id, what, not_before, n)
     ), taken as (
       insert into lane as l (key, kind, last_position, state, due_at)
       select lane_key, 'delivery', count(*), 'ready', coalesce(min(not_before), clock_timestamp()) from entry group by lane_key order by lane_key
       on conflict (key) do update set last_position = l.last_position + excluded.last_position, state = case l.state when 'idle' then 'ready' else l.state end,
         due_at = case l.state when 'idle' then excluded.due_at else l.due_at end
       returning key, last_position
     ), placed as (
       select e.lane_key, e.id, t.last_position - count(*) over (partition by e.lane_key) + e.nth as position from entry e join taken t on t.key = e.lane_key
     ), entered as (insert into lane_entry (lane_key, position, entry_id) select lane_key, position, id from placed)
     update delivery d set position = p.position from placed p where d.id = p.id`,
    columnsOf(entries, ({ laneKey, deliveryId, what, notBefore }) => [laneKey, deliveryId, what, notBefore ?? null], 4),
    'plan-lanes',
  )
}
