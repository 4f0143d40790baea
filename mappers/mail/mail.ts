/*
  One mail to one recipient about one document, as first sent, replaced or deleted, in one format or two: what the connector needs to write and send it.
    Subject            XDM/1.0/DDM+…           X-MSS-CODECDA   type codes of the CDA      X-MSS-INS  O | N
    X-MSS-NIL          product reference       X-MSS-MES       FIN, to a person who must not answer
    attachments        IHE_XDM.zip (its members), the PDF of the document byte for byte
*/
import type { Action, Recipient, Transmission } from '../hl7v2/reading/transmission.ts'
import type { Finding } from '../mapper.ts'
import { type ArchivedDocument, type ArchiveMember, mapDocumentToArchive, type Product } from '../xdm/archive.ts'
import { submissionIds } from '../xdm/metadata.ts'
import { toAscii } from './ascii.ts'
import { writeAttachmentName } from './attachment-name.ts'
import { writeBody } from './body.ts'
import { writeSubject } from './subject.ts'

export interface MailInput {
  transmission: Transmission
  /** One, or two formats of the same content: the structured one first. */
  documents: readonly [MailedDocument, ...MailedDocument[]]
  change: Action
  recipient: Recipient
  isInsQualified: boolean
  /** The hub's own mailbox. */
  from: { address: string; name: string }
  /** Our unguessable reference of this mail: ENVID of the DSN request, and the seed of every id in the archive. */
  reference: string
  /** Without angle brackets. */
  messageId: string
  /** Message-IDs of the mails that brought earlier versions to this recipient, oldest first; without angle brackets. */
  earlier?: readonly string[]
  /** Of the act, the same on every attempt. */
  date: Date
  product: Product & { /** X-MSS-NIL */ reference: string }
  /** OID of the hub as a document source. */
  sourceId: string
}

/** A line of a header has an end. */
const MOST_REFERENCES = 5

export interface MailedDocument extends ArchivedDocument {
  /** Its readable copy, if there is one. */
  pdf?: Uint8Array
}

/** The shape of the payload of connectors/mssante, which mappers do not import. */
export interface Mail {
  from: { address: string; name: string }
  to: string
  replyTo?: string
  subject: string
  messageId: string
  envelopeId: string
  date: Date
  headers: Record<string, string>
  text: string
  attachments: { name: string; contentType: string; bytes: Uint8Array }[]
  archive: ArchiveMember[]
  requestReadReceipt: boolean
}

/**
 * Builds the mail of one delivery; the same input gives the same mail.
 * Spec: référentiel socle MSSanté #2, ECO.2.1 to ECO.2.4.
 */
export function mapDeliveryToMail(input: MailInput): { output: Mail; findings: Finding[] } {
  const { transmission, documents, change, recipient, date, reference } = input
  const { isInsQualified, product, sourceId } = input
  const archive = mapDocumentToArchive({ transmission, documents, change, isInsQualified, ids: submissionIds(reference), submittedAt: date, sourceId, product })
  const output: Mail = {
    from: input.from,
    to: recipient.address,
    ...(transmission.replyTo === undefined ? {} : { replyTo: transmission.replyTo }),
    subject: writeSubject(documents, transmission),
    messageId: input.messageId,
    envelopeId: reference,
    date,
    headers: headersOf(input),
    text: writeBody(transmission, recipient, change),
    attachments: attachmentsOf(input),
    archive: archive.output,
    requestReadReceipt: transmission.flags.ackLecture,
  }
  const missing = documents.filter(({ pdf }) => pdf === undefined)
  const findings = missing.map(() => ({ code: 'document.pdf-missing', severity: 'information' as const, path: 'ClinicalDocument/component' }))
  return { output, findings: [...archive.findings, ...findings] }
}

/** One for each CDA; two formats of the same content would have the same name. */
function attachmentsOf({ documents, transmission }: MailInput): Mail['attachments'] {
  return documents.flatMap(({ header, pdf }, at) => {
    const name = writeAttachmentName(header, transmission)
    return pdf === undefined ? [] : [{ name: at === 0 ? name : name.replace(/\.pdf$/, `_${at + 1}.pdf`), contentType: 'application/pdf', bytes: pdf }]
  })
}

function headersOf({ documents, transmission, recipient, isInsQualified, product, earlier = [] }: MailInput): Record<string, string> {
  const mustNotAnswer = recipient.kind === 'patient' && transmission.flags.patientFin
  return {
    'X-MSS-CODECDA': documents.map(({ header }) => toAscii(header.code.code ?? transmission.documentType.code)).join(','),
    'X-MSS-INS': isInsQualified ? 'O' : 'N',
    'X-MSS-NIL': toAscii(product.reference),
    ...(mustNotAnswer ? { 'X-MSS-MES': 'FIN' } : {}),
    ...threadOf(earlier.map(id => `<${id}>`)),
  }
}

/** A reader's software shows the versions of a document as one conversation (RFC 5322, 3.6.4). */
function threadOf(earlier: readonly string[]): Record<string, string> {
  const last = earlier.at(-1)
  return last === undefined ? {} : { 'In-Reply-To': last, References: earlier.slice(-MOST_REFERENCES).join(' ') }
}
