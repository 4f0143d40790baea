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
  )
  const row = planning.rows[0]
  if (row === undefined) return { state: 'already' }
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 4201004))', [`${channel}|${row.person}`])
  const open = await tx.query('select from planning where event_id = $1 and channel = $2 and planned_at is null for update', [eventId, channel])
  if (open.rowCount === 0) return { state: 'already' }
  const earlier = await earlierUnplanned(tx, eventId, channel)
  if (earlier.length > 0) return { state: 'blocked', earlier }
  const deliveries = await addDeliveries(tx, { eventId, channel, recipients })
  await tx.query('update planning set planned_at = clock_timestamp() where event_id = $1 and channel = $2', [eventId, channel])
  await refreshFlows(tx, [row.cause])
  return { state: 'planned', deliveries }
}

/** Events of the same person and channel that must be planned before this one, in their order. */
async function earlierUnplanned(tx: Tx, eventId: string, channel: string): Promise<string[]> {
  const { rows } = await tx.query<{ event_id: string }>(
    `select e.event_id from planning p join planning e on e.channel = p.channel and e.person = p.person and e.sequence < p.sequence and e.planned_at is null
     where p.event_id = $1 and p.channel = $2 order by e.sequence`,
    [eventId, channel],
  )
  return rows.map(row => row.event_id)
}

/** Decisions and deliveries beside the plan of an event: a business acknowledgement that follows from a receipt. */
export async function addDeliveries(
  tx: Tx,
  { eventId, channel, recipients }: { eventId: string; channel: string; recipients: readonly PlannedRecipient[] },
): Promise<PlannedDelivery[]> {
  const sorted = [...recipients].sort((a, b) => (a.laneKey < b.laneKey ? -1 : a.laneKey > b.laneKey ? 1 : a.what < b.what ? -1 : 1))
  const planned: PlannedDelivery[] = []
  for (const recipient of sorted) {
    const delivery = await insertDelivery(tx, { eventId, channel, recipient })
    await tx.query("insert into decision (event_id, channel, recipient, delivery_id, moment, level, rule, basis) values ($1, $2, $3, $4, 'plan', $5, $6, $7)", [
      eventId,
      channel,
      recipient.recipient,
      delivery.deliveryId,
      recipient.level,
      recipient.rule,
      JSON.stringify(recipient.basis ?? {}),
    ])
    planned.push(delivery)
  }
  if (planned.some(one => one.isNew)) await tx.query("select pg_notify($1, '')", [laneChannel('delivery')])
  const event = await tx.query<{ cause: string }>('select cause from event where id = $1', [eventId])
  await refreshFlows(
    tx,
    event.rows.map(row => row.cause),
  )
  return planned
}

/** An existing delivery of the same thing to the same recipient is linked, not doubled; one that was refused, or stopped by a quarantine, may be opened by a later yes. */
async function insertDelivery(
  tx: Tx,
  { eventId, channel, recipient }: { eventId: string; channel: string; recipient: PlannedRecipient },
): Promise<PlannedDelivery> {
  const { what, action, level, rule, reference, laneKey } = recipient
  const isWanted = level !== 'aucun'
  const { rows } = await tx.query<{ id: string }>(
    `insert into delivery as d (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, code, member, settled_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, case $11 when 'none' then clock_timestamp() end)
     on conflict (what, action, recipient, channel) do update set event_id = excluded.event_id, level = excluded.level, rule = excluded.rule, reference = excluded.reference,
       lane_key = excluded.lane_key, member = excluded.member, status = 'planned', code = null, settled_at = null, recorded_at = null, planned_at = clock_timestamp()
       where (d.status = 'none' or (d.status = 'stopped' and d.code = 'identity.quarantined')) and excluded.status = 'planned'
     returning id`,
    [
      newMessageId(),
      eventId,
      channel,
      recipient.recipient,
      what,
      action,
      level,
      rule,
      reference,
      laneKey,
      isWanted ? 'planned' : 'none',
      isWanted ? null : rule,
      recipient.member ?? null,
    ],
  )
  const fresh = rows[0]
  if (fresh === undefined) {
    const known = await tx.query<{ id: string }>('select id from delivery where what = $1 and action = $2 and recipient = $3 and channel = $4', [
      what,
      action,
      recipient.recipient,
      channel,
    ])
    return { recipient: recipient.recipient, deliveryId: known.rows[0]?.id ?? '', isNew: false }
  }
  if (isWanted) await enqueue(tx, recipient, fresh.id)
  return { recipient: recipient.recipient, deliveryId: fresh.id, isNew: true }
}

async function enqueue(tx: Tx, { laneKey, notBefore }: PlannedRecipient, deliveryId: string): Promise<void> {
  const { rows } = await tx.query<{ last_position: string }>(
    `insert into lane as l (key, kind, last_position, state, due_at) values ($1, 'delivery', 1, 'ready', coalesce($2, clock_timestamp()))
     on conflict (key) do update set last_position = l.last_position + 1, state = case l.state when 'idle' then 'ready' else l.state end,
       due_at = case l.state when 'idle' then excluded.due_at else l.due_at end
     returning last_position`,
    [laneKey, notBefore ?? null],
  )
  const position = rows[0]?.last_position
  await tx.query('insert into lane_entry (lane_key, position, entry_id) values ($1, $2, $3)', [laneKey, position, deliveryId])
  await tx.query('update delivery set position = $2 where id = $1', [deliveryId, position])
}
