/*
  Hospitals that want the documents of others about their patients (`partners[].documents`): each document is decided for the structure like any other
  delivery, and leaves whole (flux 6) or not at all.
*/
import type { HubConfig, Partner } from '../config.ts'
import type { Keys } from '../keys.ts'
import { readBody, readMessage } from '../ledger/bodies.ts'
import type { Tx } from '../ledger/db.ts'
import type { Delivery, PlannedRecipient, SendDecision } from '../ledger/deliveries.ts'
import type { StoredEvent } from '../ledger/events.ts'
import { HubError } from '../../profiles/errors.ts'
import { isAck } from './channels.ts'
import { depositOf, subjectOf } from './deposit.ts'
import { hospitalRoute } from './hospital-route.ts'
import { decisionOf } from './partner-topics.ts'
import { CONTROL_ID_LENGTH } from './route-ack.ts'
import { messageIdOf } from './route-mail.ts'
import type { Route, Sending } from './route.ts'

type Wanting = Partner & { documents: NonNullable<Partner['documents']>; finess: string }

const wanting = ({ partners }: Pick<HubConfig, 'partners'>): Wanting[] =>
  partners.filter((partner): partner is Wanting => partner.documents !== undefined && partner.finess !== undefined)

/** One row for each hospital that has to do with the person and is not where the document comes from. */
export async function plannedHospitals({ config, keys }: { config: HubConfig; keys: Keys }, tx: Tx, event: StoredEvent): Promise<PlannedRecipient[]> {
  const deposit = depositOf(event)
  if (deposit === undefined || event.type !== 'document.depose') return []
  const planned: PlannedRecipient[] = []
  for (const { id, finess } of wanting(config)) {
    const decision = await decideHospital(tx, { finess, event })
    if (id === deposit.sender || ['circle.not-member', 'author.wrote'].includes(decision.rule)) continue
    const [what, action, channel] = [subjectOf(deposit), deposit.change ?? 'create', 'hospital']
    planned.push({
      ...decision,
      recipient: id,
      what,
      action,
      reference: keys.reference([what, action, id, channel].join('|')),
      laneKey: `out:${keys.pseudonym([channel, id, event.person].join('|'))}`,
    })
  }
  return planned
}

/** Undefined for a delivery that takes no document to a hospital. */
export function hospitalOf(config: HubConfig, { channel, recipient, action }: Pick<Delivery, 'channel' | 'recipient' | 'action'>): Wanting | undefined {
  return channel === 'hospital' && !isAck(action) ? wanting(config).find(({ id }) => id === recipient) : undefined
}

/** A document is not shown in part. */
export async function decideHospital(tx: Tx, asked: { finess: string; event: StoredEvent; isLast?: boolean }): Promise<SendDecision> {
  const decision = await decisionOf(tx, asked)
  return decision.level === 'complet' ? decision : { ...decision, level: 'aucun' }
}

export function hospitalDocumentRoute(sending: Sending, partner: Wanting): Route {
  return hospitalRoute(sending, async delivery => ({ ...partner.documents, message: await render(sending, { partner, delivery }) }))
}

/** The same bytes on every attempt: control id and times are those of the plan and of the message. */
async function render({ parts, deposit }: Sending, { partner, delivery }: { partner: Wanting; delivery: Delivery }): Promise<Uint8Array> {
  const { config, db, workers } = parts
  const message = await readMessage(db, deposit.messageId)
  if (message === undefined) throw new HubError('hub.defect', { path: 'message' })
  return workers.run('renderConsumerMessage', {
    bytes: await readBody(db, message.id),
    maxDocumentBytes: config.limits.maxDocumentBytes,
    action: deposit.change ?? 'create',
    receiver: { application: partner.mshApplication ?? partner.id, facility: partner.mshFacility ?? '' },
    controlId: delivery.reference.slice(0, CONTROL_ID_LENGTH),
    receivedAt: message.receivedAt,
    mailbox: config.connectors.mssante.address,
    messageId: messageIdOf(config, delivery.reference),
  })
}
