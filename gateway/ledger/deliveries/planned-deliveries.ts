/*
  What planning writes: a decision row and a delivery row for every recipient, also for "no", and the deliveries' places in their lanes.
*/
import type { Level } from '../../../profiles/tables/decisions.ts'
import type { Tx } from '../db.ts'
import { newMessageId } from '../ids.ts'
import { laneChannel } from '../lanes/lanes.ts'

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

/** One event to plan for one channel. */
export interface Planning {
  eventId: string
  channel: string
  recipients: readonly PlannedRecipient[]
}

/** A recipient of one of several plannings. */
type Row = PlannedRecipient & { planning: Planning }

const rowsOf = (planning: Planning): Row[] => planning.recipients.map(one => ({ ...one, planning }))

/** Decisions, deliveries and their places in their lanes. */
export async function writeDeliveries(tx: Tx, plannings: readonly Planning[]): Promise<Map<Planning | undefined, PlannedDelivery[]>> {
  const deliveries = new Map<Planning | undefined, PlannedDelivery[]>()
  for (const turn of turnsOf(plannings.filter(({ recipients }) => recipients.length > 0))) {
    const rows = turn.flatMap(rowsOf)
    const planned = await insertDeliveries(tx, rows)
    for (const planning of turn) deliveries.set(planning, planned.splice(0, planning.recipients.length))
    await writeDecisions(
      tx,
      rows,
      [...turn].flatMap(planning => deliveries.get(planning) ?? []),
    )
  }
  return deliveries
}

/** What two events tell the same recipient of the same thing is written in turns: the second meets what the first left. */
function turnsOf(plannings: readonly Planning[]): Planning[][] {
  const turns: { keys: Set<string>; plannings: Planning[] }[] = []
  for (const planning of plannings) {
    const keys = rowsOf(planning).map(keyOf)
    const turn = turns.find(one => !keys.some(key => one.keys.has(key))) ?? { keys: new Set(), plannings: [] }
    if (turn.plannings.length === 0) turns.push(turn)
    turn.plannings.push(planning)
    for (const key of keys) turn.keys.add(key)
  }
  return turns.map(turn => turn.plannings)
}

async function writeDecisions(tx: Tx, rows: readonly Row[], planned: readonly PlannedDelivery[]): Promise<void> {
  await tx.query(
    `insert into decision (event_id, channel, recipient, delivery_id, moment, level, rule, basis)
     select r.event_id, r.channel, r.recipient, r.id, 'plan', r.level, r.rule, r.basis
     from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[]) r (event_id, channel, recipient, id, level, rule, basis)`,
    columnsOf(
      rows,
      (one, at) => [one.planning.eventId, one.planning.channel, one.recipient, planned[at]?.deliveryId, one.level, one.rule, JSON.stringify(one.basis ?? {})],
      7,
    ),
    'plan-decisions',
  )
}

/**
 * An existing delivery of the same thing to the same recipient is linked, not doubled; one that was refused, or stopped by a quarantine, may be opened by a later yes.
 * Out: one for each recipient, in their order.
 */
async function insertDeliveries(tx: Tx, recipients: readonly Row[]): Promise<PlannedDelivery[]> {
  const distinct = [...new Map(recipients.toReversed().map(one => [keyOf(one), one])).values()].toReversed()
  const { rows } = await tx.query<KeyRow & { status: string }>(
    `insert into delivery as d (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, code, member, settled_at)
     select n.id, n.event_id, n.channel, n.recipient, n.what, n.action, n.level, n.rule, n.reference, n.lane_key, n.status, n.code, n.member, case n.status when 'none' then clock_timestamp() end
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
       n (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, code, member)
     order by n.lane_key, n.what
     on conflict (what, action, recipient, channel) do update set event_id = excluded.event_id, level = excluded.level, rule = excluded.rule, reference = excluded.reference,
       lane_key = excluded.lane_key, member = excluded.member, status = 'planned', code = null, settled_at = null, recorded_at = null, planned_at = clock_timestamp()
       where (d.status = 'none' or (d.status = 'stopped' and d.code = 'identity.quarantined')) and excluded.status = 'planned'
     returning id, channel, what, action, recipient, status`,
    columnsOf(distinct, columnsOfDelivery, 13),
    'plan-deliveries',
  )
  const fresh = new Map(rows.map(row => [keyText(row), row]))
  await enqueue(
    tx,
    distinct.flatMap(one => {
      const row = fresh.get(keyOf(one))
      return row?.status === 'planned' ? [{ ...one, deliveryId: row.id }] : []
    }),
  )
  const known = await knownDeliveries(
    tx,
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

interface KeyRow {
  id: string
  channel: string
  what: string
  action: string
  recipient: string
}

const keyText = ({ channel, what, action, recipient }: Omit<KeyRow, 'id'>): string => JSON.stringify([channel, what, action, recipient])
const keyOf = ({ planning: { channel }, what, action, recipient }: Row): string => keyText({ channel, what, action, recipient })

function columnsOfDelivery({ planning: { eventId, channel }, ...one }: Row): unknown[] {
  const { recipient, what, action, level, rule, reference, laneKey, member } = one
  const [status, code] = level === 'aucun' ? ['none', rule] : ['planned', null]
  return [newMessageId(), eventId, channel, recipient, what, action, level, rule, reference, laneKey, status, code, member ?? null]
}

async function knownDeliveries(tx: Tx, rows: readonly Row[]): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map()
  const known = await tx.query<KeyRow>(
    `select d.id, d.channel, d.what, d.action, d.recipient from unnest($1::text[], $2::text[], $3::text[], $4::text[]) k (channel, what, action, recipient)
     join delivery d on d.what = k.what and d.action = k.action and d.recipient = k.recipient and d.channel = k.channel`,
    columnsOf(rows, ({ planning: { channel }, what, action, recipient }) => [channel, what, action, recipient], 4),
  )
  return new Map(known.rows.map(row => [keyText(row), row.id]))
}

/** Locks lanes in the order of their keys, as everybody does; several of one lane follow each other. Their runners hear of it. */
async function enqueue(tx: Tx, entries: readonly (PlannedRecipient & { deliveryId: string })[]): Promise<void> {
  if (entries.length === 0) return
  await tx.query(
    `with entry as (
       select e.*, row_number() over (partition by lane_key order by what, n) as nth from unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[]) with ordinality e (lane_key, id, what, not_before, n)
     ), taken as (
       insert into lane as l (key, kind, last_position, state, due_at)
       select lane_key, 'delivery', count(*), 'ready', coalesce(min(not_before), clock_timestamp()) from entry group by lane_key order by lane_key
       on conflict (key) do update set last_position = l.last_position + excluded.last_position, state = case l.state when 'idle' then 'ready' else l.state end,
         due_at = case l.state when 'idle' then excluded.due_at else l.due_at end, moved_at = case l.state when 'idle' then excluded.moved_at else l.moved_at end
       returning key, last_position
     ), placed as (
       select e.lane_key, e.id, t.last_position - count(*) over (partition by e.lane_key) + e.nth as position from entry e join taken t on t.key = e.lane_key
     ), entered as (insert into lane_entry (lane_key, position, entry_id) select lane_key, position, id from placed)
     update delivery d set position = p.position from placed p where d.id = p.id returning pg_notify($5, '')`,
    [...columnsOf(entries, ({ laneKey, deliveryId, what, notBefore }) => [laneKey, deliveryId, what, notBefore ?? null], 4), laneChannel('delivery')],
    'plan-lanes',
  )
}

/** One array for each column, as unnest takes them. */
export function columnsOf<Row>(rows: readonly Row[], valuesOf: (row: Row, at: number) => unknown[], width: number): unknown[][] {
  const values = rows.map(valuesOf)
  return Array.from({ length: width }, (_, column) => values.map(row => row[column]))
}
