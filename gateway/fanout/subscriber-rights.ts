/*
  What the structure behind a subscription may know of an event at this moment, by the one decision function.
*/
import type { View } from '../../mappers/projection/projection.ts'
import type { SendDecision } from '../ledger/deliveries.ts'
import type { Tx } from '../ledger/db.ts'
import type { StoredEvent } from '../ledger/events.ts'

export interface SubscriberQuestion {
  /** `Organization/<id>` of the client. */
  structure: string
  event: StoredEvent
  /** `CarePlan/<id>/_history/<n>`: what it would be told of. */
  focus: string | undefined
  /** The last decision before sending holds the person's row. */
  lock?: 'share'
}

export async function subscriberRights(_tx: Tx, { structure }: SubscriberQuestion): Promise<{ decision: SendDecision; view: View }> {
  return { decision: { level: 'aucun', rule: 'recipient.unknown', basis: {} }, view: { references: [structure] } }
}
