/*
  Renders the mail of one delivery from the stored message: the same input gives the same payload, on every attempt and in every process.
*/
import { readCdaHeader } from '../../mappers/cda/header/header-reader.ts'
import { documentPdf } from '../../mappers/cda/media.ts'
import { type Cda, readCda } from '../../mappers/cda/xml/tree.ts'
import type { CdaHeader } from '../../mappers/cda/header/header.ts'
import { readTransmission } from '../../mappers/hl7v2/reading/read-transmission.ts'
import type { Recipient } from '../../mappers/hl7v2/reading/transmission.ts'
import { type Mail, type MailedDocument, type MailInput, mapDeliveryToMail } from '../../mappers/mail/mail.ts'
import { mapCdaToReadable } from '../../mappers/readable/cda-to-readable.ts'
import { drawPdf } from './draw-pdf.ts'

export interface RenderMail
  extends Pick<MailInput, 'isInsQualified' | 'from' | 'reference' | 'messageId' | 'earlier' | 'date' | 'product' | 'sourceId' | 'change'> {
  /** The message that brought the document, as received. */
  bytes: Uint8Array
  /** As the message names him, or as an earlier one did. */
  recipient: Recipient
  maxDocumentBytes: number
}

/** Throws: mapping.impossible and others when the message can no longer be read. */
export async function renderMail({ bytes, recipient, maxDocumentBytes, ...known }: RenderMail): Promise<Mail> {
  const { transmission } = readTransmission(bytes, { maxDocumentBytes })
  const { document, otherFormat } = transmission
  const named = transmission.recipients.find(one => one.address === recipient.address) ?? recipient
  const documents: MailInput['documents'] = [await mailed(document), ...(otherFormat === undefined ? [] : [await mailed(otherFormat)])]
  return mapDeliveryToMail({ ...known, transmission, documents, recipient: named }).output
}

async function mailed(document: Uint8Array): Promise<MailedDocument> {
  const cda = readCda(document)
  const { header } = readCdaHeader(cda)
  const pdf = await companionOf(cda, header)
  return { header, document, ...(pdf === undefined ? {} : { pdf }) }
}

/** What a person reads beside the archive: the PDF that the document carries, byte for byte, else one drawn from its header and narrative; a mail does not wait for what cannot be drawn. */
async function companionOf(cda: Cda, header: CdaHeader): Promise<Uint8Array | undefined> {
  const carried = documentPdf(cda, header)?.bytes
  if (carried !== undefined || header.body?.kind !== 'structured') return carried
  return drawPdf(mapCdaToReadable(cda, header)).catch(() => undefined)
}
