/*
  Renders the mail of one delivery from the stored message: the same input gives the same payload, on every attempt and in every process.
*/
import { readCdaHeader } from '../../mappers/cda/header-reader.ts'
import { documentPdf } from '../../mappers/cda/media.ts'
import { type Cda, readCda } from '../../mappers/cda/tree.ts'
import type { CdaHeader } from '../../mappers/cda/header.ts'
import { readTransmission } from '../../mappers/hl7v2/read-transmission.ts'
import { type Mail, type MailInput, mapDeliveryToMail } from '../../mappers/mail/mail.ts'
import { mapCdaToReadable } from '../../mappers/readable/cda-to-readable.ts'
import { HubError } from '../../profiles/errors.ts'
import { drawPdf } from './draw-pdf.ts'

export interface RenderMail extends Pick<MailInput, 'isInsQualified' | 'from' | 'reference' | 'messageId' | 'date' | 'product' | 'sourceId'> {
  /** The message that named the recipient, as received. */
  bytes: Uint8Array
  address: string
  /** A member of the circle, whom the message need not name. */
  isMember?: boolean
  maxDocumentBytes: number
}

/** Throws: mapping.impossible when the message does not name the address, or can no longer be read. */
export async function renderMail({ bytes, address, isMember = false, maxDocumentBytes, ...known }: RenderMail): Promise<Mail> {
  const { transmission } = readTransmission(bytes, { maxDocumentBytes })
  const recipient = transmission.recipients.find(one => one.address === address) ?? (isMember ? { address, kind: 'ps' as const, path: '' } : undefined)
  if (recipient === undefined) throw new HubError('mapping.impossible', { path: 'PRT-15.4' })
  const cda = readCda(transmission.document)
  const { header } = readCdaHeader(cda)
  const pdf = await companionOf(cda, header)
  return mapDeliveryToMail({ ...known, transmission, header, document: transmission.document, recipient, ...(pdf === undefined ? {} : { pdf }) }).output
}

/** What a person reads beside the archive: the PDF that the document carries, byte for byte, else one drawn from its header and narrative; a mail does not wait for what cannot be drawn. */
async function companionOf(cda: Cda, header: CdaHeader): Promise<Uint8Array | undefined> {
  const carried = documentPdf(cda, header)?.bytes
  if (carried !== undefined || header.body?.kind !== 'structured') return carried
  return drawPdf(mapCdaToReadable(cda, header)).catch(() => undefined)
}
