/*
  The submission door: STARTTLS, authentication, DSN options, and the rules of the sandbox for each recipient.
*/
import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from 'smtp-server'
import type { DeliveryReport } from './dsn.ts'
import { digestOf, type KeptMail, type Mailboxes } from './mailboxes.ts'
import type { Reports } from './reports.ts'
import { behaviourOf, isMssante, REFUSALS_WHEN_FULL, wantsReport } from './rules.ts'
import type { Settings } from './settings.ts'

interface Parts {
  settings: Settings
  mailboxes: Mailboxes
  reports: Reports
  /** Called for each mail that is new in a mailbox. */
  arrived: (mail: KeptMail) => void
}

export function createSmtpDoor(parts: Parts): SMTPServer {
  const { settings } = parts
  const door = new SMTPServer({
    name: settings.domain,
    banner: 'MSSante sandbox',
    key: settings.key,
    cert: settings.cert,
    minVersion: 'TLSv1.2',
    authMethods: ['PLAIN', 'LOGIN'],
    size: settings.maxMailBytes,
    rejectOversized: true,
    hideDSN: false,
    disableReverseLookup: true,
    logger: false,
    onAuth: (auth, _session, done) => {
      if (isMssante(auth.username ?? '') && auth.password === settings.password) done(null, { user: auth.username })
      else done(reply(535, '5.7.8 Authentication credentials invalid'))
    },
    onMailFrom: (sender, _session, done) =>
      done(sender.address === '' || isMssante(sender.address) ? null : reply(550, '5.7.1 Sender address is not of this operator')),
    onRcptTo: (recipient, _session, done) => done(refusalAtRcpt(recipient.address)),
    onData: (stream, session, done) => {
      buffer(stream)
        .then(bytes => (stream.sizeExceeded ? undefined : take(bytes, session, parts)))
        .then(
          () => done(null, `2.0.0 Ok: queued as ${digestOf(session.id + session.transaction).slice(0, 12)}`),
          error => done(error instanceof SmtpReply ? error : reply(451, '4.3.0 Local error, try again later')),
        )
    },
  })
  // a peer that breaks off or fails its handshake is its own affair
  door.on('error', () => undefined)
  return door
}

function refusalAtRcpt(address: string): Error | null {
  const behaviour = behaviourOf(address)
  if (behaviour === 'refuse') return reply(550, '5.7.1 Recipient refuses this mail')
  if (behaviour === 'foreign') return reply(550, '5.1.2 Only mssante.fr domains are served here')
  return null
}

/** Resolves once the mail and its reports are on disk for every recipient. */
async function take(bytes: Buffer, session: SMTPServerSession, parts: Parts): Promise<void> {
  const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address
  const messageId = readMessageId(bytes)
  for (const { address } of session.envelope.rcptTo) {
    if (behaviourOf(address) !== 'full') continue
    if ((await parts.mailboxes.countRefusal(address.toLowerCase(), messageId)) < REFUSALS_WHEN_FULL) throw reply(452, '4.2.2 Mailbox full')
  }
  const trace = traceHeader(from, session, parts.settings.domain)
  for (const recipient of session.envelope.rcptTo) {
    const mailbox = recipient.address.toLowerCase()
    if (behaviourOf(mailbox) !== 'bounce') {
      const mail = await parts.mailboxes.keep(mailbox, messageId, Buffer.concat([trace, bytes]))
      if (mail !== undefined) parts.arrived(mail)
    }
    const report = reportFor(recipient, { from, messageId, bytes, session, settings: parts.settings })
    if (report !== undefined) await parts.reports.promise(report)
  }
}

interface Taken {
  from: string
  messageId: string
  bytes: Buffer
  session: SMTPServerSession
  settings: Settings
}

function reportFor(recipient: SMTPServerAddress, taken: Taken): DeliveryReport | undefined {
  const behaviour = behaviourOf(recipient.address)
  const failed = behaviour === 'bounce'
  if (!wantsReport(taken.from, recipient.dsn?.notify, failed ? 'FAILURE' : 'SUCCESS')) return undefined
  const { envid, ret } = taken.session.envelope.dsn ?? { envid: null, ret: null }
  const isFull = ret === 'FULL'
  const headEnd = taken.bytes.indexOf('\r\n\r\n')
  return {
    // the same mail sent twice gives the same report, and a mailbox keeps one mail per Message-ID
    id: `dsn-${digestOf(`${taken.messageId} ${recipient.address.toLowerCase()} ${envid ?? ''}`)}@${taken.settings.domain}`,
    from: taken.from.toLowerCase(),
    to: recipient.address,
    ...(envid === null ? {} : { envid }),
    ...(recipient.dsn?.orcpt === undefined ? {} : { orcpt: recipient.dsn.orcpt }),
    ...(failed
      ? { action: 'failed', status: '5.1.1', reply: '550 5.1.1 Mailbox does not exist' }
      : { action: 'delivered', status: '2.0.0', reply: '250 2.0.0 Delivered to mailbox' }),
    arrivedAt: new Date().toISOString(),
    dueAt: new Date(Date.now() + (behaviour === 'slow' ? taken.settings.slowReportMs : 0)).toISOString(),
    original: taken.bytes.subarray(0, isFull || headEnd < 0 ? taken.bytes.length : headEnd).toString('latin1'),
    isFull,
  }
}

/** The Message-ID, or the mail itself where it has none. */
function readMessageId(bytes: Buffer): string {
  const headEnd = bytes.indexOf('\r\n\r\n')
  const head = bytes
    .subarray(0, headEnd < 0 ? bytes.length : headEnd)
    .toString('latin1')
    .replace(/\r\n[ \t]+/g, ' ')
  return /^message-id:\s*(\S+)\s*$/im.exec(head)?.[1] ?? bytes.toString('latin1')
}

function traceHeader(from: string, session: SMTPServerSession, domain: string): Buffer {
  const received = `Received: from [${session.remoteAddress}] by ${domain} with ${session.transmissionType} id ${session.id};\r\n\t${new Date().toUTCString().replace('GMT', '+0000')}`
  return Buffer.from(`Return-Path: <${from}>\r\n${received}\r\n`, 'latin1')
}

class SmtpReply extends Error {
  readonly responseCode: number

  constructor(code: number, text: string) {
    super(text)
    this.responseCode = code
  }
}

function reply(code: number, text: string): SmtpReply {
  return new SmtpReply(code, text)
}
