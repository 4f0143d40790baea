/*
  Writes an outgoing MSSanté mail: the same payload always gives the same bytes (fixed Message-ID, Date, boundary, ZIP times).

    multipart/mixed
      text/plain; charset=utf-8
      application/zip; name=IHE_XDM.zip      unless there is no document
      application/pdf …                      one per CDA
*/
import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import { HubError } from '../../profiles/errors.ts'
import { type ArchiveMember, writeArchive } from './archive.ts'

/** One mail to one recipient about one person, rendered by the gateway. */
export interface MailPayload {
  from: { address: string; name: string }
  to: string
  replyTo?: string
  subject: string
  /** Without angle brackets. */
  messageId: string
  /** ENVID of the DSN request: our own unguessable reference. */
  envelopeId: string
  date: Date
  /** X-MSS-CODECDA, X-MSS-INS, X-MSS-NIL, X-MSS-MES, In-Reply-To, … */
  headers: Record<string, string>
  text: string
  attachments: { name: string; contentType: string; bytes: Uint8Array }[]
  /** Members of IHE_XDM.zip, in order; none means no archive. */
  archive: ArchiveMember[]
  /** Asks for an MDN to the From address. */
  requestReadReceipt: boolean
}

/**
 * Out:    the mail as it is given to the operator (CRLF lines).
 * Throws: hub.defect at a header name that is none.
 * Spec:   référentiel socle MSSanté #2, ECO.2.1 to ECO.2.4; RFC 5322, RFC 2047, RFC 2231.
 */
export async function writeMail(payload: MailPayload): Promise<Uint8Array> {
  const composer = new MailComposer({
    from: payload.from,
    to: { name: '', address: payload.to },
    ...(payload.replyTo === undefined ? {} : { replyTo: { name: '', address: payload.replyTo } }),
    subject: oneLine(payload.subject),
    messageId: `<${payload.messageId}>`,
    date: payload.date,
    headers: headersOf(payload),
    text: payload.text,
    attachments: await attachmentsOf(payload),
    boundaryPrefix: '--hub',
    baseBoundary: createHash('sha256').update(payload.messageId).digest('hex').slice(0, 24),
    newline: 'windows',
    normalizeHeaderKey: publishedCase,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

/** X-MSS-… stays as the référentiel writes it; other names get their usual capitals. */
function publishedCase(key: string): string {
  if (/^x-mss-/i.test(key)) return key.toUpperCase()
  return key.toLowerCase().replace(/^(mime|dkim)\b|-id$|(^|-)[a-z]/g, part => part.toUpperCase())
}

function headersOf(payload: MailPayload): { key: string; value: string }[] {
  const headers = Object.entries(payload.headers).map(([key, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(key)) throw new HubError('hub.defect', { path: 'headers' })
    return { key, value: oneLine(value) }
  })
  if (payload.requestReadReceipt) headers.push({ key: 'Disposition-Notification-To', value: `<${payload.from.address}>` })
  return headers
}

async function attachmentsOf(payload: MailPayload) {
  const attachments = payload.attachments.map(({ name, contentType, bytes }) => attachment(name, contentType, bytes))
  if (payload.archive.length === 0) return attachments
  return [attachment('IHE_XDM.zip', 'application/zip', await writeArchive(payload.archive, payload.date)), ...attachments]
}

/** Always base64: any other encoding may touch the line ends of a text. */
function attachment(filename: string, contentType: string, bytes: Uint8Array) {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { filename, contentType, content, contentDisposition: 'attachment' as const, contentTransferEncoding: 'base64' as const }
}

/** A header is one line, whatever a name or a title holds; an encoded word (RFC 2047) that stands in one is none, and hides nothing. */
function oneLine(value: string): string {
  return value.replace(/[\r\n]+/g, ' ').replaceAll('=?', '= ?')
}
