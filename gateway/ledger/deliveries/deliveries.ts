/*
  Deliveries: one thing to send to one recipient, from the mark `sending` to what became of it.
  Every change of status is guarded by status.ts; a settlement that changes nothing says so, so that what follows from it happens once.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Level } from '../../../profiles/tables/decisions.ts'
import { HELD } from '../../../profiles/tables/lane-reasons.ts'
import type { Tx } from '../db.ts'
import { refreshFlowsOf } from '../flows/flow-status.ts'
import { fenceOf, type LaneClaim, passFence, WITH_OURS } from '../lanes/lanes.ts'
import { fromRow, type RowOf } from '../row-of.ts'
import { type DeliveryStatus, mayPrecede } from '../status.ts'

export { addDeliveries, type Plan, type PlannedDelivery, type PlannedRecipient, planEvents, type Planning } from './plans.ts'

export interface Delivery {
  id: string
  eventId: string
  /** The message that caused the event. */
  cause: string
  person: string
  channel: string
  recipient: string
  what: string
  action: string
  level: Level
  rule: string
  /** Our own unguessable reference: ENVID, Message-ID, control id. */
  reference: string
  laneKey: string
  /** The member of the circle it is for; nobody where the sender named the recipient. */
  member?: string
  status: DeliveryStatus
  attempts: number
  code?: string
  partnerReference?: string
  plannedAt: Date
  sendingAt?: Date
  sentAt?: Date
  recordedAt?: Date
  settledAt?: Date
}

/** Levels from nothing to all: of two decisions the lower wins. */
const LEVELS: readonly Level[] = ['aucun', 'minimal', 'restreint', 'complet']

export function lowerLevel(left: Level, right: Level): Level {
  return LEVELS.indexOf(left) <= LEVELS.indexOf(right) ? left : right
}

/** Throws: hub.defect when there is none. */
export async function readDelivery(tx: Tx, id: string): Promise<Delivery> {
  return found(await find(tx, { where: 'd.id = $1::uuid', name: 'delivery' }, id))
}

/** With the partners that are held at this moment. Throws: hub.defect when there is none. */
export async function readDeliveryToSend(tx: Tx, id: string): Promise<{ delivery: Delivery; held: readonly string[] }> {
  const { rows } = await tx.query<DeliveryRow & { held: string[] }>(
    `select d.*, e.cause, e.person, array(select partner from partner_pause where resumed_at is null) as held
     from delivery d join event e on e.id = d.event_id where d.id = $1`,
    [id],
    'delivery-to-send',
  )
  return { delivery: found(rows.map(deliveryOf)[0]), held: rows[0]?.held ?? [] }
}

/** To be changed in this transaction, under the fence of its lane. Throws: ledger.lease_lost. */
async function lockDelivery(tx: Tx, claim: LaneClaim, id: string): Promise<Delivery> {
  const { rows } = await tx.query<DeliveryRow>(
    `${WITH_OURS} select d.*, e.cause, e.person from delivery d join event e on e.id = d.event_id where d.id = $4 and exists (select from ours) for update of d`,
    [...fenceOf(claim), id],
    'delivery-lock',
  )
  passFence(tx, claim, rows.length > 0)
  return found(rows.map(deliveryOf)[0])
}

function found(delivery: Delivery | undefined): Delivery {
  if (delivery === undefined) throw new HubError('hub.defect', { path: 'delivery' })
  return delivery
}

export async function findDeliveryByReference(tx: Tx, reference: string): Promise<Delivery | undefined> {
  return find(tx, { where: 'd.reference = $1', name: 'delivery-reference' }, reference)
}

export interface SendDecision {
  level: Level
  rule: string
  basis: unknown
}

/**
 * Decides again and marks the delivery `sending`, in one transaction with the fence checked; `decide` may take its locks in it.
 * Out:    the delivery at the lower of both levels, and whether it may be sent; at `aucun` it is stopped, and the caller advances the lane.
 *         isResumed: an earlier attempt was already handed to the partner (sent or final); only what comes after sending is left to do.
 * Throws: ledger.lease_lost.
 */
export async function markSending(
  tx: Tx,
  claim: LaneClaim,
  deliveryId: string,
  decide: (tx: Tx, delivery: Delivery) => Promise<SendDecision>,
): Promise<{ delivery: Delivery; maySend: boolean; isResumed: boolean }> {
  const delivery = await lockDelivery(tx, claim, deliveryId)
  if (!mayPrecede('delivery', 'sending').includes(delivery.status)) return { delivery, maySend: false, isResumed: true }
  const decision = await decide(tx, delivery)
  const level = lowerLevel(decision.level, delivery.level)
  const { rule } = level === delivery.level ? delivery : decision
  if (level !== delivery.level) {
    await tx.query("insert into decision (event_id, channel, recipient, delivery_id, moment, level, rule, basis) values ($1, $2, $3, $4, 'send', $5, $6, $7)", [
      delivery.eventId,
      delivery.channel,
      delivery.recipient,
      deliveryId,
      level,
      rule,
      JSON.stringify(decision.basis ?? {}),
    ])
  }
  if (level === 'aucun') {
    await tx.query("update delivery set status = 'stopped', level = $2, rule = $3, code = $3, settled_at = clock_timestamp() where id = $1", [
      deliveryId,
      level,
      rule,
    ])
    await refreshFlowsOf(tx, [deliveryId])
    return { delivery: { ...delivery, level, rule, status: 'stopped' }, maySend: false, isResumed: false }
  }
  await tx.query(
    "update delivery set status = 'sending', level = $2, rule = $3, attempts = attempts + 1, sending_at = clock_timestamp(), code = null, path = null where id = $1",
    [deliveryId, level, rule],
    'delivery-sending',
  )
  if (delivery.status === 'waiting' || delivery.status === 'parked') await refreshFlowsOf(tx, [deliveryId])
  return { delivery: { ...delivery, level, rule, status: 'sending', attempts: delivery.attempts + 1 }, maySend: true, isResumed: false }
}

type Taken = { code: string; kind: string; partnerReference?: string; isDelivered?: boolean }

/** The partner has taken it; `isDelivered`: no report will settle it. Where the lane is not ours all of it is undone. Throws: ledger.lease_lost. */
export async function markSent(tx: Tx, claim: LaneClaim, deliveryId: string, { code, kind, partnerReference, isDelivered = false }: Taken): Promise<void> {
  const status = isDelivered ? 'delivered' : 'sent'
  const { rows } = await tx.query<{ is_ours: boolean }>(
    `${WITH_OURS},
       sent as (
         update delivery set status = $5, sent_at = clock_timestamp(), settled_at = case $5 when 'delivered' then clock_timestamp() end, partner_reference = $6, code = null, path = null
         where id = $4 and status = any($7)),
       told as (
         insert into receipt (delivery_id, kind, outcome, code, cause, detail) select id, $8, 'accepted', $9, 'attempt ' || attempts, '{}' from delivery where id = $4
         on conflict (delivery_id, kind, cause) do nothing)
     select exists (select from ours) as is_ours`,
    [...fenceOf(claim), deliveryId, status, partnerReference ?? null, mayPrecede('delivery', status), kind, code],
    'delivery-sent',
  )
  passFence(tx, claim, rows[0]?.is_ours === true)
  if (isDelivered) await refreshFlowsOf(tx, [deliveryId])
}

/** What must follow a sending (its Communication in the store) is done. */
export async function markRecorded(tx: Tx, deliveryId: string): Promise<void> {
  await tx.query('update delivery set recorded_at = coalesce(recorded_at, clock_timestamp()) where id = $1', [deliveryId], 'delivery-recorded')
}

export interface DeliveryOutcome {
  status: 'delivered' | 'failed' | 'stopped' | 'unconfirmed'
  /** An error code or the reason of a stop. */
  code?: string
  path?: string
}

/** With it, what travels in its mail. Out: true if this changed the delivery; false if it was settled before, and nothing is to follow. */
export async function settleDelivery(tx: Tx, deliveryId: string, { status, code, path }: DeliveryOutcome): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(
    `update delivery set status = $2, code = $3, path = $4, settled_at = clock_timestamp(), sent_at = case when $2 = 'delivered' then coalesce(sent_at, clock_timestamp()) else sent_at end
     where (id = $1 or id in (select delivery_id from carried where carrier = $1)) and status = any($5) returning id`,
    [deliveryId, status, code ?? null, path ?? null, mayPrecede('delivery', status)],
    'delivery-settle',
  )
  const settled = rows.map(({ id }) => id)
  if (settled.length > 0) await refreshFlowsOf(tx, settled)
  return settled.includes(deliveryId)
}

/** What became of the head of this lane is known: what stands behind it goes on, also where that head had parked it. Before the settlement: lanes are locked first. */
export async function freeLane(tx: Tx, { id, laneKey }: Pick<Delivery, 'id' | 'laneKey'>): Promise<void> {
  await tx.query(
    `update lane set state = 'ready', due_at = clock_timestamp(), attempts = 0, code = null, path = null
     where key = $1 and holder is null and state <> 'idle' and code is distinct from $3 and $2 = (select entry_id from lane_entry where lane_key = $1 order by position limit 1)`,
    [laneKey, id, HELD],
  )
}

/** A thousand deliveries of a channel, any of them, that were sent so long ago that no report is to be hoped for. */
export async function findUnconfirmed(tx: Tx, channel: string, olderThanMs: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "select id from delivery where status = 'sent' and channel = $1 and sent_at < clock_timestamp() - $2::float8 * interval '1 ms' order by random() limit 1000",
    [channel, olderThanMs],
  )
  return rows.map(row => row.id)
}

async function find(tx: Tx, { where, name }: { where: string; name: string }, value: string): Promise<Delivery | undefined> {
  const { rows } = await tx.query<DeliveryRow>(`select d.*, e.cause, e.person from delivery d join event e on e.id = d.event_id where ${where}`, [value], name)
  return rows.map(deliveryOf)[0]
}

type DeliveryRow = RowOf<Delivery>

const FIELDS =
  'id eventId cause person channel recipient what action level rule reference laneKey status attempts plannedAt member code partnerReference sendingAt sentAt recordedAt settledAt'

const deliveryOf = (row: DeliveryRow): Delivery => fromRow<Delivery>(row, FIELDS)
