/*
  How a message leaves to a hospital over MLLP, whatever it carries: one breaker for each hospital, TLS as the configuration says.
*/
import type { HospitalPayload } from '../../../connectors/hospital/wire.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import type { Route, Sending } from './sending.ts'

type Message = Omit<HospitalPayload, 'tls'>

/** In: `message` gives the same bytes on every attempt. */
export function hospitalRoute(
  { parts: { breakers, config, connectors }, event }: Omit<Sending, 'deposit'>,
  recipient: string,
  message: (delivery: Delivery) => Promise<Message>,
): Route {
  const { hospital } = config.connectors
  const dependency = `hospital:${recipient}`
  return {
    connector: 'hospital',
    kind: 'hl7',
    dependency,
    awaitsReport: false,
    async send(delivery, signal) {
      const payload = { ...(await message(delivery)), tls: hospital.tls !== undefined }
      const outgoing = { deliveryId: delivery.id, payload, traceparent: event.traceparent }
      return breakers.of(dependency).run(() => connectors.hospital.send(outgoing, hospital, signal))
    },
  }
}
