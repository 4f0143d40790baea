/*
  Reads a mail of our own mailbox as a report on a mail we sent: a DSN (RFC 3464) or an MDN (RFC 8098). Pure.
  Anybody may write to that mailbox, and a report may bring the whole mail back: only the beginning is read, where all that a report says stands.

    multipart/report; report-type=delivery-status            multipart/report; report-type=disposition-notification
      text/plain …                                             text/plain …
      message/delivery-status                                  message/disposition-notification
        Reporting-MTA, Original-Envelope-Id                      Final-Recipient, Original-Message-ID
        <blank line>                                             Disposition: mode/mode; type [/modifier[: text]]
        Final-Recipient, Action, Status, Diagnostic-Code         Error: text                (draft 1.1.3)
      text/rfc822-headers | message/rfc822                     message/rfc822 …
*/
import PostalMime, { type Attachment, type Email } from 'postal-mime'
import { HubError } from '../../profiles/errors.ts'
import { smtpCodeOf } from './smtp-codes.ts'

export interface Report {
  /** `other`: no report; a letter, an automatic answer, or something nobody can read as one. */
  kind: 'dsn' | 'mdn' | 'other'
  /** ENVID of the mail it is about (DSN only). */
  envelopeId?: string
  /** Message-ID of the mail it is about, without angle brackets. */
  originalMessageId?: string
  /** Whose mailbox, lower case: for an MDN, who read. */
  finalRecipient?: string
  /** From whose mailbox an MDN came, lower case. */
  sender?: string
  originalRecipient?: string
  /** DSN: delivered, relayed, expanded, delayed, failed. MDN: displayed, dispatched, processed, deleted, failed, denied. */
  action?: Action
  /** Enhanced status, `5.1.1` (DSN only). */
  status?: string
  /** One of the SMTPERRORCODE of a Z02, on `failed` and `delayed`. */
  smtpCode?: string
  /** MDN only: the receiver could not process the mail; its application code (900–906) if it gives one. */
  error?: { code?: string }
}

export type Action = 'delivered' | 'relayed' | 'expanded' | 'delayed' | 'failed' | 'displayed' | 'dispatched' | 'processed' | 'deleted' | 'denied' | 'rejected'

const DSN_ACTIONS: readonly string[] = ['delivered', 'relayed', 'expanded', 'delayed', 'failed']
/** `failed` and `denied` are those of RFC 2298; `rejected` is said by Dovecot of a mail that its owner's rules refuse. */
const MDN_TYPES: readonly string[] = ['displayed', 'dispatched', 'processed', 'deleted', 'failed', 'denied', 'rejected']
const MOST_BYTES = 1 << 20
const MOST_LINES = 20_000
const MOST_HEADER_BYTES = 1 << 16
const LF = 10
/** Postfix writes its null_sender where there is none. */
const NO_SENDER = /^<?(mailer-daemon(@[^@]*)?)?>?$/i
type Fields = Map<string, string>

/** A copy of the beginning of a mail, as much of it as is read for a report: the parser pays for each line, and for each line of each part. */
export function beginningOf(bytes: Uint8Array): Uint8Array {
  const most = new Uint8Array(bytes.subarray(0, MOST_BYTES))
  let end = 0
  for (let line = 0; line < MOST_LINES; line++) {
    const at = most.indexOf(LF, end)
    if (at < 0) return most
    end = at + 1
  }
  return most.slice(0, end)
}

/**
 * Throws: mssante.report_unreadable when the bytes are no mail at all.
 * Spec:   RFC 3464, RFC 3461 (ENVID), RFC 5321 4.4 and 4.5.5 (Return-Path), RFC 8098, RFC 6533; volet "Transmission au LPS" 1.1.2 and draft 1.1.3 for MDN errors.
 */
export async function readReport(bytes: Uint8Array): Promise<Report> {
  const mail = await parse(bytes)
  const header = (name: string): string | undefined => mail.headers.find(({ key }) => key === name)?.value
  if (header('content-type')?.toLowerCase().startsWith('multipart/report') !== true) return { kind: 'other' }
  const status = mail.attachments.find(part => /^message\/(global-)?delivery-status$/.test(part.mimeType))
  // Mail systems report without an envelope sender, which our operator notes on top: what bears one was written in somebody's mailbox.
  if (status !== undefined) return NO_SENDER.test(header('return-path') ?? '') ? readDsn(textOf(status), originalHeaders(mail)) : { kind: 'other' }
  const disposition = mail.attachments.find(part => /^message\/(global-)?disposition-notification$/.test(part.mimeType))
  return disposition === undefined ? { kind: 'other' } : readMdn(textOf(disposition), originalHeaders(mail), address(header('from')))
}

async function parse(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(beginningOf(bytes), { forceRfc822Attachments: true, maxNestingDepth: 32, maxHeadersSize: MOST_HEADER_BYTES })
  } catch (cause) {
    throw new HubError('mssante.report_unreadable', { cause })
  }
}

function readDsn(text: string, original: Fields): Report {
  const [message, ...recipients] = readBlocks(text)
  // some systems leave out the blank line between the two kinds of fields; and one mail has one recipient: of several blocks (his mailbox forwards) one that arrived says so, else one that failed
  const blocks = recipients.filter(block => block.has('action'))
  const found = (action: RegExp): Fields | undefined => blocks.find(block => action.test(block.get('action') ?? ''))
  const recipient = found(/^(delivered|relayed)\b/i) ?? found(/^failed\b/i) ?? blocks[0] ?? message
  const action = /^[a-z]+/i.exec(recipient?.get('action') ?? '')?.[0].toLowerCase()
  if (message === undefined || recipient === undefined || !isOneOf(action, DSN_ACTIONS)) return { kind: 'other' }
  const report: Report = { kind: 'dsn', action }
  put(report, 'envelopeId', message.get('original-envelope-id'))
  put(report, 'originalMessageId', messageId(original.get('message-id')))
  put(report, 'finalRecipient', address(recipient.get('final-recipient')))
  put(report, 'originalRecipient', address(recipient.get('original-recipient')))
  put(report, 'status', /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(recipient.get('status') ?? '')?.[0])
  if (action === 'failed' || action === 'delayed') put(report, 'smtpCode', smtpCodeOf(recipient.get('diagnostic-code'), action))
  return report
}

function readMdn(text: string, original: Fields, sender: string | undefined): Report {
  const fields = readBlocks(text)[0]
  // comments may stand wherever blanks may
  const disposition = /^[^;]*;\s*([a-z-]+)\s*(?:\/\s*(.*))?$/is.exec(fields?.get('disposition')?.replace(/\([^()]*\)/g, '') ?? '')
  const action = disposition?.[1]?.toLowerCase()
  if (fields === undefined || !isOneOf(action, MDN_TYPES)) return { kind: 'other' }
  const report: Report = { kind: 'mdn', action }
  put(report, 'originalMessageId', messageId(fields.get('original-message-id')) ?? messageId(original.get('message-id')))
  put(report, 'envelopeId', fields.get('original-envelope-id'))
  put(report, 'finalRecipient', address(fields.get('final-recipient')))
  put(report, 'originalRecipient', address(fields.get('original-recipient')))
  put(report, 'sender', sender)
  const error = mdnError(`${action === 'failed' || action === 'rejected' ? 'failed ' : ''}${disposition?.[2] ?? ''}`, fields)
  if (error !== undefined) report.error = error
  return report
}

/** `Error: 902^label` as the modifier (1.1.2), or the modifier `error` and a field `Error` (1.1.3, RFC 8098). */
function mdnError(modifier: string, fields: Fields): { code?: string } | undefined {
  const said = fields.get('error') ?? fields.get('failure')
  if (said === undefined && !/^\s*(error|failed|failure)\b/i.test(modifier)) return undefined
  const code = /\b(90[0-6])\b/.exec(`${said ?? ''} ${modifier}`)?.[1]
  return code === undefined ? {} : { code }
}

/** The header fields of the mail the report is about, as far as it came back. */
function originalHeaders(mail: Email): Fields {
  const part = mail.attachments.find(one => /^(text\/rfc822-headers|message\/(rfc822|global|global-headers))$/.test(one.mimeType))
  return (part === undefined ? undefined : readBlocks(textOf(part))[0]) ?? new Map()
}

/** Blocks of `Name: value` fields, unfolded; the first of a name wins. */
function readBlocks(text: string): Fields[] {
  const unfolded = text.replace(/\r\n?/g, '\n').replace(/\n[ \t]+/g, ' ')
  return unfolded
    .split(/\n{2,}/)
    .map(readFields)
    .filter(fields => fields.size > 0)
}

function readFields(block: string): Fields {
  const fields: Fields = new Map()
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}

/** Without NUL, which the ledger cannot keep. */
function textOf({ content }: Attachment): string {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(new Uint8Array(content).subarray(0, 65_536))
  return text.slice(0, 65_536).replaceAll('\0', '')
}

/** `rfc822; name@host` → `name@host`; what is no address is none, whoever wrote it. */
function address(field: string | undefined): string | undefined {
  const value = field?.replace(/^[^;]*;/, '').toLowerCase()
  return /^(?:[^<]*<)?\s*([^\s\p{C}@<>]{1,64}@[^\s\p{C}@<>]{1,255})(?:>.*)?\s*$/u.exec(value ?? '')?.[1]
}

function messageId(field: string | undefined): string | undefined {
  const value = /<([^<>]*)>/.exec(field ?? '')?.[1] ?? field?.trim()
  return value === '' ? undefined : value
}

function isOneOf(value: string | undefined, list: readonly string[]): value is Action {
  return value !== undefined && list.includes(value)
}

function put<Key extends 'envelopeId' | 'originalMessageId' | 'finalRecipient' | 'originalRecipient' | 'sender' | 'status' | 'smtpCode'>(
  report: Report,
  key: Key,
  value: string | undefined,
): void {
  if (value !== undefined && value !== '') report[key] = value
}
