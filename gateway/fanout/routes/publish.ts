/*
  An event onto the topic of one partner, under the numbers of that topic.
*/
import type { Receipt } from '../../../connectors/connector.ts'
import { HubError } from '../../../profiles/errors.ts'
import { isEventCode } from '../../../profiles/events/event-types.ts'
import { toBusMessage } from '../../bus/cloud-event.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import { partnerSequence } from '../../ledger/deliveries/partner-sequence.ts'
import type { HubParts } from '../../parts.ts'
import type { Route } from './sending.ts'

/** In: what of the event this partner is told. Throws: hub.defect for what is never told. */
export function publishRoute(parts: Pick<HubParts, 'breakers' | 'bus' | 'db'>, event: StoredEvent, tell: (delivery: Delivery) => StoredEvent): Route {
  return {
    connector: 'kafka',
    kind: 'kafka',
    dependency: 'kafka',
    awaitsReport: false,
    async send(delivery): Promise<Receipt> {
      const { type, person } = event
      if (!isEventCode(type)) throw new HubError('hub.defect', { path: 'event.type' })
      const topic = delivery.recipient
      const sequence = await partnerSequence(parts.db, { topic, person, deliveryId: delivery.id })
      await parts.breakers.of('kafka').run(() => parts.bus.publish([toBusMessage({ ...tell(delivery), type, sequence }, topic)]))
      return { code: 'acks' }
    },
  }
}
