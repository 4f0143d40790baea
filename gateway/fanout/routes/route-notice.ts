/*
  The notice to a member of the circle, by secure mail: what happened, at his level of this moment.
*/
import type { Patient } from 'fhir/r4.js'
import type { Receipt } from '../../../connectors/connector.ts'
import { mapEventToNotice, type Told } from '../../../mappers/mail/notice.ts'
import { HubError } from '../../../profiles/errors.ts'
import { isEventCode } from '../../../profiles/events/event-types.ts'
import type { Level } from '../../../profiles/tables/decisions.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import type { HubParts } from '../../parts.ts'
import { depositOf } from '../deposit.ts'
import { BY_MAIL, messageIdOf, recordMail } from './route-mail.ts'
import { stayNewsOf } from '../stay-news.ts'
import { writtenOf } from '../written.ts'
import type { Route } from './sending.ts'

export function noticeRoute({ parts, event }: { parts: HubParts; event: StoredEvent }): Route {
  return {
    ...BY_MAIL,
    send: (delivery, signal) => sendNotice(parts, { delivery, told: [toldOf(event, delivery.level)], event }, signal),
    record: delivery => recordMail({ parts, event, deposit: depositOf(event) }, delivery),
  }
}

/** One mail, also of several events. */
export async function sendNotice(
  { breakers, config, connectors, store }: HubParts,
  { delivery, event, told }: { delivery: Delivery; event: StoredEvent; told: readonly Told[] },
  signal: AbortSignal,
): Promise<Receipt> {
  const { traceparent } = event
  const { recipient, reference } = delivery
  const [, id = ''] = event.patient.split('/')
  const patient = await breakers.of('hapi').run(() => store.read<Patient>('Patient', id, { traceparent }))
  const { address, displayName } = config.connectors.mssante
  const payload = mapEventToNotice({
    told,
    patient,
    to: recipient,
    from: { address, name: displayName },
    reference,
    messageId: messageIdOf(config, reference),
    product: config.product.nil,
  })
  return breakers.of('mail').run(() => connectors.mssante.send({ deliveryId: delivery.id, payload, traceparent }, config.connectors.mssante, signal))
}

/** Throws: hub.defect for what is never told. */
export function toldOf(event: StoredEvent, level: Level): Told {
  const { type, at } = event
  if (!isEventCode(type) || level === 'aucun') throw new HubError('hub.defect', { path: 'event.type' })
  const { change } = depositOf(event) ?? writtenOf(event) ?? {}
  return {
    event: type,
    isWithdrawn: stayNewsOf(event)?.alert?.state === 'withdrawn' || change === 'delete',
    isReplacement: change === 'replace',
    level,
    sentences: sentencesOf(event),
    at,
  }
}

/** Of a new version of a plan what changed, of a stay where and when: as the event keeps it. */
function sentencesOf(event: StoredEvent): string[] {
  const { detail } = event
  const news = stayNewsOf(event)
  if (news !== undefined) return news.sentences
  const changes: unknown = typeof detail === 'object' && detail !== null && 'changes' in detail ? detail.changes : undefined
  return (Array.isArray(changes) ? changes : []).flatMap((change: unknown) =>
    typeof change === 'object' && change !== null && 'sentence' in change && typeof change.sentence === 'string' ? [change.sentence] : [],
  )
}
