/*
  One mail to one recipient about one document: what the connector needs to write and send it.
    Subject            XDM/1.0/DDM+…           X-MSS-CODECDA   type code of the CDA      X-MSS-INS  O | N
    X-MSS-NIL          product reference       X-MSS-MES       FIN, to a person who must not answer
    attachments        IHE_XDM.zip (its members), the PDF of the document byte for byte
*/
import type { CdaHeader } from '../cda/header.ts'
import type { Recipient, Transmission } from '../hl7v2/transmission.ts'
import type { Finding } from '../mapper.ts'
import { type ArchiveMember, mapDocumentToArchive, type Product } from '../xdm/archive.ts'
import { submissionIds } from '../xdm/metadata.ts'
import { toAscii } from './ascii.ts'
import { writeAttachmentName } from './attachment-name.ts'
import { writeBody } from './body.ts'
import { writeSubject } from './subject.ts'

export interface MailInput {
  transmission: Transmission
  header: CdaHeader
  /** The CDA as received. */
  document: Uint8Array
  /** The PDF in the document, if it has one. */
  pdf?: Uint8Array
  recipient: Recipient
  isInsQualified: boolean
  /** The hub's own mailbox. */
  from: { address: string; name: string }
  /** Our unguessable reference of this mail: ENVID of the DSN request, and the seed of every id in the archive. */
  reference: string
  /** Without angle brackets. */
  messageId: string
  /** Of the act, the same on every attempt. */
  date: Date
  product: Product & { /** X-MSS-NIL */ reference: string }
  /** OID of the hub as a document source. */
  sourceId: string
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
  const { transmission, header, document, recipient, pdf, date, reference } = input
  const { isInsQualified, product, sourceId } = input
  const archive = mapDocumentToArchive({ transmission, header, document, isInsQualified, ids: submissionIds(reference), submittedAt: date, sourceId, product })
  const output: Mail = {
    from: input.from,
    to: recipient.address,
    ...(transmission.replyTo === undefined ? {} : { replyTo: transmission.replyTo }),
    subject: writeSubject(header, transmission),
    messageId: input.messageId,
    envelopeId: reference,
    date,
    headers: headersOf(input),
    text: writeBody(transmission, recipient),
    attachments: pdf === undefined ? [] : [{ name: writeAttachmentName(header, transmission), contentType: 'application/pdf', bytes: pdf }],
    archive: archive.output,
    requestReadReceipt: transmission.flags.ackLecture,
  }
  const findings = pdf === undefined ? [{ code: 'document.pdf-missing', severity: 'information' as const, path: 'ClinicalDocument/component' }] : []
  return { output, findings: [...archive.findings, ...findings] }
}

function headersOf({ header, transmission, recipient, isInsQualified, product }: MailInput): Record<string, string> {
  const mustNotAnswer = recipient.kind === 'patient' && transmission.flags.patientFin
  return {
    'X-MSS-CODECDA': toAscii(header.code.code ?? transmission.documentType.code),
    'X-MSS-INS': isInsQualified ? 'O' : 'N',
    'X-MSS-NIL': toAscii(product.reference),
    ...(mustNotAnswer ? { 'X-MSS-MES': 'FIN' } : {}),
  }
}
