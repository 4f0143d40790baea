/*
  The channel of the sender: business acknowledgements over MLLP. Z01 for the national record, Z02 for a mail, Z03 for its reading.
*/
import { writeBusinessAck } from '../../../mappers/hl7v2/business-ack.ts'
import { readMessageHeader } from '../../../mappers/hl7v2/reading/message-header.ts'
import { smtpCodeOfReply } from '../../../connectors/mssante/smtp-codes.ts'
import { HubError } from '../../../profiles/errors.ts'
import { SMTP_ERRORS } from '../../../profiles/hl7v2/tables.ts'
import { readBody } from '../../ledger/acceptance/bodies.ts'
import { type Delivery, readDelivery } from '../../ledger/deliveries/deliveries.ts'
import { wasDmpOpposed } from '../../ledger/stays/dmp-choices.ts'
import { firstReceipt, lastReceipt, NOT_READ, READ } from '../../ledger/deliveries/receipts.ts'
import { findSender } from '../../partners.ts'
import { mailOfAck } from '../acks.ts'
import { hospitalRoute } from './hospital-route.ts'
import type { Route, Sending } from './sending.ts'

/** MSH-10 of ours: as long as HL7 2.5 allows. */
export const CONTROL_ID_LENGTH = 20

export function ackRoute(sending: Sending, recipient: string): Route {
  return hospitalRoute(sending, recipient, async delivery => {
    const acks = findSender(sending.parts.config, delivery.recipient)?.acks
    if (acks === undefined) throw new HubError('hub.defect', { path: 'partners.acks' })
    return { ...acks, message: await writeAck(sending, delivery) }
  })
}

const DMP_NOT_CONNECTED = { code: 'DMPNotConnected', label: 'Alimentation du DMP non raccordée' }
const DMP_OPPOSED = { code: 'DMPOpposition', label: 'Opposition de la personne à l’alimentation de son DMP' }

/** The same bytes on every attempt: control id and time are those of the plan. */
async function writeAck(sending: Sending, delivery: Delivery): Promise<Uint8Array> {
  const msh = readMessageHeader(await readBody(sending.parts.db, sending.deposit.messageId))
  if (msh === undefined) throw new HubError('mapping.impossible', { path: 'MSH' })
  const known = { msh, controlId: delivery.reference.slice(0, CONTROL_ID_LENGTH), at: delivery.plannedAt }
  const mail = mailOfAck(delivery.what)
  if (mail === undefined) {
    const isOpposed = await wasDmpOpposed(sending.parts.db, sending.event.id)
    return writeBusinessAck({ ...known, kind: 'Z01', status: 'N', error: isOpposed ? DMP_OPPOSED : DMP_NOT_CONNECTED })
  }
  if (delivery.action === 'Z03') return writeBusinessAck({ ...known, kind: 'Z03', ...(await readingOf(sending, mail)) })
  return writeBusinessAck({ ...known, kind: 'Z02', ...(await verdictOn(sending, mail)) })
}

/** What the first reader's report said: by whom it was read, or which application code his software gave. */
async function readingOf({ parts: { db } }: Sending, mailId: string) {
  const mail = await readDelivery(db, mailId)
  const report = await firstReceipt(db, mailId, { kind: 'mdn', outcomes: [...READ, NOT_READ] })
  const recipient = { address: report?.reader ?? mail.recipient }
  if (report !== undefined && report.outcome !== NOT_READ) return { status: 'Y' as const, recipient }
  return { status: 'N' as const, recipient, error: { code: report?.code ?? '906' } }
}

async function verdictOn({ parts: { db } }: Sending, mailId: string) {
  const mail = await readDelivery(db, mailId)
  const recipient = { address: mail.recipient }
  if (mail.status === 'delivered') return { status: 'Y' as const, recipient }
  const code = smtpCodeOfReply((await lastReceipt(db, mailId, { outcomes: ['failed', 'refused'] }))?.code)
  return { status: 'N' as const, recipient, error: { code, label: SMTP_ERRORS[code] ?? 'Échec définitif' } }
}
