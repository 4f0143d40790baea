/*
  Renders the mail of one delivery from the stored message: the same input gives the same payload, on every attempt and in every process.
*/
import { readCdaHeader } from '../../mappers/cda/header-reader.ts'
import { documentPdf } from '../../mappers/cda/media.ts'
import { readCda } from '../../mappers/cda/tree.ts'
import { readTransmission } from '../../mappers/hl7v2/read-transmission.ts'
import { type Mail, type MailInput, mapDeliveryToMail } from '../../mappers/mail/mail.ts'
import { HubError } from '../../profiles/errors.ts'

export interface RenderMail extends Pick<MailInput, 'isInsQualified' | 'from' | 'reference' | 'messageId' | 'date' | 'product' | 'sourceId'> {
  /** The message that named the recipient, as received. */
  bytes: Uint8Array
  address: string
  /** A member of the circle, whom the message need not name. */
  isMember?: boolean
  maxDocumentBytes: number
}

/** Throws: mapping.impossible when the message does not name the address, or can no longer be read. */
export function renderMail({ bytes, address, isMember = false, maxDocumentBytes, ...known }: RenderMail): Mail {
  const { transmission } = readTransmission(bytes, { maxDocumentBytes })
  const recipient = transmission.recipients.find(one => one.address === address) ?? (isMember ? { address, kind: 'ps' as const, path: '' } : undefined)
  if (recipient === undefined) throw new HubError('mapping.impossible', { path: 'PRT-15.4' })
  const cda = readCda(transmission.document)
  const { header } = readCdaHeader(cda)
  const pdf = documentPdf(cda, header)?.bytes
  return mapDeliveryToMail({ ...known, transmission, header, document: transmission.document, recipient, ...(pdf === undefined ? {} : { pdf }) }).output
}
