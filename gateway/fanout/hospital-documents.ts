/*
  Hospitals that want the documents of others about their patients (`partners[].documents`), whichever door brought them, plans and syntheses that the hub
  signed among them: each is decided for the structure like any other delivery, and leaves whole (flux 6) or not at all.
*/
import type { HubConfig, Partner } from '../config.ts'
import type { Publication } from '../flows/plan/rendition.ts'
import type { Keys } from '../keys.ts'
import { readBody, readMessage } from '../ledger/acceptance/bodies.ts'
import type { Tx } from '../ledger/db.ts'
import type { Delivery, PlannedRecipient, SendDecision } from '../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'
import { HubError } from '../../profiles/errors.ts'
import { isAck } from './channels.ts'
import { depositOf, subjectsOf } from './deposit.ts'
import { hospitalRoute } from './routes/hospital-route.ts'
import { decisionOf } from './partner-topics.ts'
import { CONTROL_ID_LENGTH } from './routes/route-ack.ts'
import { storedEdition } from './routes/route-edition.ts'
import { messageIdOf } from './routes/route-mail.ts'
import { addressed } from './planned.ts'
import { type Enclosed, mailedOf, writtenOf } from './written.ts'
import type { Route, Sending } from './routes/sending.ts'

type Wanting = Partner & { documents: NonNullable<Partner['documents']>; finess: string }

const wanting = ({ partners }: Pick<HubConfig, 'partners'>): Wanting[] =>
  partners.filter((partner): partner is Wanting => partner.documents !== undefined && partner.finess !== undefined)

/** One row for each hospital that has to do with the person and is not where the document comes from, and each format: a message carries one document. */
export async function plannedHospitals({ config, keys }: { config: HubConfig; keys: Keys }, tx: Tx, event: StoredEvent): Promise<PlannedRecipient[]> {
  const told = toldOf(event)
  if (told === undefined) return []
  const planned: PlannedRecipient[] = []
  for (const { id, finess } of wanting(config)) {
    const decision = await decideHospital(tx, { finess, event })
    if (id === told.sender || ['circle.not-member', 'author.wrote'].includes(decision.rule)) continue
    const meant = { channel: 'hospital', person: event.person, recipient: id, action: told.action }
    planned.push(...told.whats.map(what => ({ ...decision, ...addressed(keys, { ...meant, what }) })))
  }
  return planned
}

/** Undefined for an event that brings no document, or none as a CDA. */
function toldOf(event: StoredEvent): { whats: string[]; action: string; sender?: string } | undefined {
  const deposit = depositOf(event)
  if (deposit === undefined) {
    const stored = leavingOf(event)
    return stored === undefined ? undefined : { whats: [stored.documentId], action: stored.change }
  }
  return event.type === 'document.depose' ? { whats: subjectsOf(deposit), action: deposit.change ?? 'create', sender: deposit.sender } : undefined
}

/** What software gets of a document that stands in the store; of one taken back its last version (T04), where members are told of it in words. */
const leavingOf = (event: StoredEvent): Publication | Enclosed | undefined => mailedOf(event) ?? writtenOf(event)?.withdrawn

/** Undefined for a delivery that takes no document to a hospital. */
export function hospitalOf(config: HubConfig, { channel, recipient, action }: Pick<Delivery, 'channel' | 'recipient' | 'action'>): Wanting | undefined {
  return channel === 'hospital' && !isAck(action) ? wanting(config).find(({ id }) => id === recipient) : undefined
}

/** A document is not shown in part. */
export async function decideHospital(tx: Tx, asked: { finess: string; event: StoredEvent; isLast?: boolean }): Promise<SendDecision> {
  const decision = await decisionOf(tx, asked)
  return decision.level === 'complet' ? decision : { ...decision, level: 'aucun' }
}

type Sent = Omit<Sending, 'deposit'>

export function hospitalDocumentRoute(sent: Sent, partner: Wanting): Route {
  return hospitalRoute(sent, partner.id, async delivery => ({ ...partner.documents, message: await render(sent, { partner, delivery }) }))
}

/** The same bytes on every attempt: control id and times are those of the plan and of the message, or of the event. */
async function render({ parts, event }: Sent, { partner, delivery }: { partner: Wanting; delivery: Delivery }): Promise<Uint8Array> {
  const { config, db, workers } = parts
  const known = {
    receiver: { application: partner.mshApplication ?? partner.id, facility: partner.mshFacility ?? '' },
    controlId: delivery.reference.slice(0, CONTROL_ID_LENGTH),
    mailbox: config.connectors.mssante.address,
    messageId: messageIdOf(config, delivery.reference),
  }
  const mailed = leavingOf(event)
  if (mailed !== undefined) {
    const processing = config.environment === 'production' ? 'P' : 'T'
    return workers.run('renderEditionMessage', { ...known, ...(await storedEdition({ parts, event, mailed })), processing, receivedAt: event.at })
  }
  const deposit = depositOf(event)
  const message = deposit === undefined ? undefined : await readMessage(db, deposit.messageId)
  if (deposit === undefined || message === undefined) throw new HubError('hub.defect', { path: 'message' })
  return workers.run('renderConsumerMessage', {
    ...known,
    bytes: await readBody(db, message.id),
    maxDocumentBytes: config.limits.maxDocumentBytes,
    action: deposit.change ?? 'create',
    isOther: delivery.what !== subjectsOf(deposit)[0],
    receivedAt: message.receivedAt,
  })
}
