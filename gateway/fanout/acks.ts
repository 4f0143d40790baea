/*
  Business acknowledgements that follow from what became of a mail, per message and recipient, for each sender that asked:
    Z02 once it arrived or failed      Z03 once its reader, or his software, said what became of it
*/
import type { HubConfig } from '../config.ts'
import type { Keys } from '../keys.ts'
import type { Tx } from '../ledger/db.ts'
import { addDeliveries, type Delivery, readDelivery } from '../ledger/deliveries/deliveries.ts'
import { type EventRow, eventOf, type StoredEvent } from '../ledger/deliveries/events.ts'
import { ackFacts } from './channels.ts'
import { depositOf } from './deposit.ts'
import { plannedOf, reachOf } from './planned.ts'

export interface AckParts {
  config: HubConfig
  keys: Keys
}

/** Call it after the settlement, in its transaction: the row of the delivery is then locked, so no message that links to it is missed. */
export async function planAcks(parts: AckParts, tx: Tx, deliveryId: string): Promise<void> {
  const delivery = await readDelivery(tx, deliveryId)
  if (delivery.channel !== 'mssante' || (delivery.status !== 'delivered' && delivery.status !== 'failed')) return
  for (const event of await eventsOf(tx, deliveryId)) await planAck(parts, tx, { delivery, event, kind: 'Z02' })
}

/** In the transaction that keeps the report of a reader: the first one says it, another changes nothing. */
export async function planReadAcks(parts: AckParts, tx: Tx, deliveryId: string): Promise<void> {
  const delivery = await readDelivery(tx, deliveryId)
  if (delivery.channel !== 'mssante') return
  for (const event of await eventsOf(tx, deliveryId)) await planAck(parts, tx, { delivery, event, kind: 'Z03' })
}

/** A message that links to a mail sent before: if it is settled, its sender is told now, else with the others. */
export async function planAckOfLinked(parts: AckParts, tx: Tx, deliveryId: string): Promise<void> {
  await tx.query('select from delivery where id = $1 for update', [deliveryId])
  await planAcks(parts, tx, deliveryId)
}

interface Ack {
  delivery: Delivery
  event: StoredEvent
  kind: 'Z02' | 'Z03'
}

async function planAck({ config, keys }: AckParts, tx: Tx, { delivery, event, kind }: Ack): Promise<void> {
  const deposit = depositOf(event)
  if (deposit === undefined || (kind === 'Z03' ? deposit.ackLecture : deposit.ackReception) !== true) return
  // A member of the circle whom the sender did not name is nothing to the sender.
  if (!deposit.mailboxes.some(({ party }) => party.address === delivery.recipient)) return
  const candidate = {
    recipient: deposit.sender,
    what: ackSubject(deposit.messageId, delivery.id),
    action: kind,
    facts: ackFacts(deposit, reachOf(config, deposit), kind),
  }
  const channel = 'hospital'
  await addDeliveries(tx, { eventId: event.id, channel, recipients: plannedOf(keys, { channel, person: event.person }, [candidate]) })
}

/** What a Z02 or a Z03 is about: a mail, for one message. */
export function ackSubject(messageId: string, deliveryId: string): string {
  return `${messageId}/${deliveryId}`
}

/** The mail a Z02 or a Z03 is about; undefined for a Z01. */
export function mailOfAck(what: string): string | undefined {
  return what.split('/')[1]
}

/** The events of which a decision rests on this delivery and was not a no. */
async function eventsOf(tx: Tx, deliveryId: string): Promise<StoredEvent[]> {
  const { rows } = await tx.query<EventRow>(
    "select * from event where id in (select event_id from decision where delivery_id = $1 and moment = 'plan' and level <> 'aucun') order by id",
    [deliveryId],
  )
  return rows.map(eventOf)
}
