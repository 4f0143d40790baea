/*
  The MSSanté channel: one mail per recipient, with its Communication moving preparation → in-progress → completed or not-done.
*/
import { mapDeliveryToCommunication, type MailParty, type MailState } from '../../../mappers/communication/communication.ts'
import { HubError } from '../../../profiles/errors.ts'
import { readBody, readMessage } from '../../ledger/acceptance/bodies.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import type { Tx } from '../../ledger/db.ts'
import { mailsBefore } from '../../ledger/documents/earlier-mails.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import { firstReceipt, lastReceipt, READ } from '../../ledger/deliveries/receipts.ts'
import type { HubParts } from '../../parts.ts'
import type { Deposit, Mailbox } from '../deposit.ts'
import { depositWithEarlier } from '../earlier-recipients.ts'
import { publicationOf } from '../publication.ts'
import { writtenOf } from '../written.ts'
import type { Route, Sending } from './sending.ts'

export const BY_MAIL = { connector: 'mssante', kind: 'smtp', dependency: 'mail', awaitsReport: true } as const

export function mailRoute(sending: Sending): Route {
  const { parts, event } = sending
  const { breakers, config, connectors } = parts
  return {
    ...BY_MAIL,
    async send(delivery, signal) {
      const payload = await renderMail(parts, sending, delivery)
      return breakers
        .of('mail')
        .run(() => connectors.mssante.send({ deliveryId: delivery.id, payload, traceparent: event.traceparent }, config.connectors.mssante, signal))
    },
    record: delivery => recordMail(sending, delivery),
  }
}

/** `<reference@domain of our mailbox>`, without the brackets. */
export function messageIdOf(config: HubParts['config'], reference: string): string {
  return `${reference}@${config.connectors.mssante.address.split('@')[1] ?? ''}`
}

async function renderMail({ config, db, workers }: HubParts, { event, deposit }: Sending, delivery: Delivery) {
  const mailbox = await mailboxOf(db, event, delivery)
  const message = await readMessage(db, deposit.messageId)
  if (message === undefined) throw new HubError('hub.defect', { path: 'message' })
  const { address, displayName } = config.connectors.mssante
  const { name, nil, version, contact, oid } = config.product
  return workers.run('renderMail', {
    bytes: await readBody(db, message.id),
    recipient: { address: delivery.recipient, kind: mailbox?.facts.recipient === 'patient' ? 'patient' : 'ps', path: '' },
    change: deposit.change ?? 'create',
    maxDocumentBytes: config.limits.maxDocumentBytes,
    isInsQualified: deposit.facts.identity === 'qualifiee',
    from: { address, name: displayName },
    reference: delivery.reference,
    messageId: messageIdOf(config, delivery.reference),
    ...(await threadOf({ config, db }, delivery, deposit)),
    date: message.receivedAt,
    product: { name, version, contact: contact ?? address, reference: nil },
    sourceId: oid,
  })
}

/** Of a change: the mails it goes on from. */
export async function threadOf(
  { config, db }: Pick<HubParts, 'config' | 'db'>,
  delivery: Delivery,
  { documentId, change, others = [] }: Pick<Deposit, 'documentId' | 'change' | 'others'>,
): Promise<{ earlier?: string[] }> {
  if (change === undefined || change === 'create') return {}
  const references = await mailsBefore(db, { documentIds: [documentId, ...others.map(one => one.documentId)], delivery })
  return { earlier: references.map(reference => messageIdOf(config, reference)) }
}

/** Whose mailbox it is, by this message or by that of an earlier version. */
async function mailboxOf(tx: Tx, event: StoredEvent, { recipient }: Delivery): Promise<Mailbox | undefined> {
  return (await depositWithEarlier(tx, event))?.mailboxes.find(one => one.party.address === recipient)
}

/** A notice may come from an event that no document brought. */
type Trace = Omit<Sending, 'deposit'> & { deposit: Deposit | undefined }

/** The whole Communication, as the ledger knows the mail at this moment; none of a member who has no address yet. */
export async function recordMail({ parts, event, deposit }: Trace, delivery: Delivery): Promise<void> {
  if (delivery.recipient === delivery.member) return
  const isEdition = delivery.level === 'complet' && delivery.action !== delivery.member
  const document = deposit?.document ?? (isEdition ? (publicationOf(event)?.document ?? writtenOf(event)?.document) : undefined)
  const { breakers, config, db, transactions } = parts
  const mailbox = await mailboxOf(db, event, delivery)
  const read = await firstReceipt(db, delivery.id, { kind: 'mdn', outcomes: [...READ] })
  const refusal = delivery.status === 'failed' ? await lastReceipt(db, delivery.id, { outcomes: ['failed', 'refused'] }) : undefined
  const communication = mapDeliveryToCommunication({
    deliveryId: delivery.id,
    messageId: messageIdOf(config, delivery.reference),
    state: stateOf(delivery, refusal?.code),
    subject: event.patient,
    ...(document === undefined ? {} : { document }),
    sender: { address: config.connectors.mssante.address, ...(deposit?.custodian === undefined ? {} : { reference: deposit.custodian }) },
    recipient: recipientOf(delivery, { mailbox, patient: event.patient }),
    isToPatient: mailbox?.facts.recipient === 'patient',
    sentAt: delivery.sentAt ?? delivery.plannedAt,
    ...(read === undefined ? {} : { receivedAt: read.at }),
  })
  const entry = { type: communication.resourceType, id: communication.id, json: Buffer.from(JSON.stringify(communication)) }
  await breakers.of('hapi').run(() => transactions.put({ entries: [entry], traceparent: event.traceparent, isAlone: delivery.attempts > 1 }))
}

function recipientOf({ recipient, member }: Delivery, { mailbox, patient }: { mailbox: Mailbox | undefined; patient: string }): MailParty {
  if (member !== undefined) return { address: recipient, reference: member }
  if (mailbox?.facts.recipient === 'patient') return { ...mailbox.party, reference: patient }
  return mailbox?.party ?? { address: recipient }
}

function stateOf(delivery: Delivery, reply: string | undefined): MailState {
  switch (delivery.status) {
    case 'sent':
    case 'unconfirmed':
      return { status: 'in-progress' }
    case 'delivered':
      return { status: 'completed' }
    case 'failed':
      return { status: 'not-done', ...(reply === undefined ? {} : { reply }) }
    case 'stopped':
      return { status: 'stopped', reason: delivery.rule.startsWith('consent.') ? 'opposition' : 'autre' }
    case 'planned':
    case 'sending':
    case 'waiting':
    case 'parked':
    case 'none':
      return { status: 'preparation' }
  }
}
