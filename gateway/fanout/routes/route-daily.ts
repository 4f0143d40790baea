/*
  The mail of a member who is told once a day: the first of the day carries the others, and what became of it is what became of them.
*/
import { type ErrorCode, HubError } from '../../../profiles/errors.ts'
import { carriedBy, carrierOf } from '../../ledger/deliveries/carried.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import { readEvent, type StoredEvent } from '../../ledger/deliveries/events.ts'
import { isFinal } from '../../ledger/status.ts'
import type { HubParts } from '../../parts.ts'
import { depositOf } from '../deposit.ts'
import { BY_MAIL, recordMail } from './route-mail.ts'
import { sendNotice, toldOf } from './route-notice.ts'
import type { Route } from './sending.ts'

export function dailyRoute({ parts, event }: { parts: HubParts; event: StoredEvent }): Route {
  const { db } = parts
  return {
    ...BY_MAIL,
    async send(delivery, signal) {
      const carrier = await carrierOf(db, delivery.id)
      if (carrier !== undefined) return takenWith(carrier)
      const others = await Promise.all((await carriedBy(db, delivery.id)).map(async one => toldOf(await requireEvent(parts, one), one.level)))
      return sendNotice(parts, { delivery, event, told: [toldOf(event, delivery.level), ...others] }, signal)
    },
    async record(delivery) {
      const carrier = await carrierOf(db, delivery.id)
      await recordMail({ parts, event, deposit: depositOf(event) }, carrier === undefined ? delivery : { ...delivery, reference: carrier.reference })
    },
  }
}

/** Its mail has left already. Throws: what that mail was refused with. */
function takenWith({ status, code }: Delivery): { code: string; isSettled: boolean } {
  if (status === 'failed' || status === 'stopped') throw new HubError((code ?? 'mssante.refused') as ErrorCode, { path: 'delivery' })
  return { code: code ?? '250', isSettled: isFinal(status) }
}

async function requireEvent({ db }: HubParts, { eventId }: Delivery): Promise<StoredEvent> {
  const event = await readEvent(db, eventId)
  if (event === undefined) throw new HubError('hub.defect', { path: 'event' })
  return event
}
