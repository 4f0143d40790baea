/*
  A member whose mailbox the directory could not name when the event was planned: it is asked before the sending, and the lane waits until it answers.
*/
import type { Tx } from '../../ledger/db.ts'
import { type Delivery, readDelivery, type SendDecision } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import { type LaneClaim, requireFence } from '../../ledger/lanes/lanes.ts'
import { nameRecipient } from '../../ledger/deliveries/late-recipients.ts'
import type { HubParts } from '../../parts.ts'
import { mailboxOf } from './member-mailbox.ts'
import { basisOf, isForMember } from './members.ts'

export interface Addressed {
  delivery: Delivery
  /** Nothing can be sent to him after all. */
  refusal?: SendDecision
}

const awaitsMailbox = (delivery: Delivery): boolean => isForMember(delivery) && delivery.recipient === delivery.member

/** Throws: directory.unreachable, directory.refused, ledger.lease_lost. */
export async function addressLate(parts: HubParts, claim: LaneClaim, { delivery, event }: { delivery: Delivery; event: StoredEvent }): Promise<Addressed> {
  if (!awaitsMailbox(delivery) || delivery.settledAt !== undefined) return { delivery }
  const mailbox = await mailboxOf(parts, delivery.recipient, event.traceparent)
  if ('away' in mailbox) throw mailbox.away
  if ('lack' in mailbox) return { delivery, refusal: { level: 'aucun', rule: mailbox.lack, basis: { mailbox: basisOf(mailbox) } } }
  const isNamed = await parts.db.tx(async tx => {
    await requireFence(tx, claim)
    return nameRecipient(tx, delivery, { address: mailbox.address, basis: { mailbox: basisOf(mailbox) } })
  })
  // The same mailbox is told already, for another member or because the sender named it.
  if (!isNamed) return { delivery, refusal: { level: 'aucun', rule: 'recipient.told', basis: { mailbox: basisOf(mailbox) } } }
  return { delivery: await readDelivery(parts.db, delivery.id) }
}

/** What is decided when it is sent. */
export const decidedLate = ({ refusal }: Addressed, decide: (tx: Tx, delivery: Delivery) => Promise<SendDecision>) =>
  refusal === undefined ? decide : async (): Promise<SendDecision> => refusal
