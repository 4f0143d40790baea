/*
  Mails and mailboxes for tests: an outgoing mail about an invented person, what a mailbox holds, what the hub receives.
*/
import type { Socket } from 'node:net'
import { ImapFlow } from 'imapflow'
import type { Outgoing } from '../../connectors/connector.ts'
import type { MssanteConfig } from '../../connectors/mssante/config.ts'
import { receive } from '../../connectors/mssante/receive.ts'
import { type Report, readReport } from '../../connectors/mssante/report.ts'
import type { MailPayload } from '../../connectors/mssante/wire.ts'

export function outgoing(to: string, id: string, changes: Partial<MailPayload> = {}): Outgoing<MailPayload> {
  return {
    deliveryId: id,
    payload: {
      from: { address: 'hub@hub.mssante.fr', name: 'Plateforme e-parcours Été' },
      to,
      subject: 'XDM/1.0/DDM+Lettre de liaison à la sortie DESTEST Zoé 28/03/1979',
      messageId: `${id}@hub.mssante.fr`,
      envelopeId: `env-${id}`,
      date: new Date('2026-03-01T10:15:30Z'),
      headers: { 'X-MSS-CODECDA': '11490-0', 'X-MSS-INS': 'O', 'X-MSS-NIL': 'EPARCOURSHUB-0.1' },
      text: 'Bonjour,\n\nVous trouverez ci-joint une lettre de liaison. Les accents passent : éàçœ€.\n.\nCordialement',
      attachments: [{ name: '20260301_Lettre de liaison_DESTEST_Zoé.pdf', contentType: 'application/pdf', bytes: Buffer.from('%PDF-1.4\r\n\u0000\n\rfin') }],
      archive: [
        { path: 'INDEX.HTM', bytes: Buffer.from('<html/>') },
        { path: 'README.TXT', bytes: Buffer.from('Lisez-moi\r\n') },
        { path: 'IHE_XDM/SUBSET01/METADATA.XML', bytes: Buffer.from('<SubmitObjectsRequest/>') },
        { path: 'IHE_XDM/SUBSET01/DOC00001.XML', bytes: Buffer.from('<ClinicalDocument/>\n') },
      ],
      requestReadReceipt: false,
      ...changes,
    },
  }
}

/** Every mail of one folder, oldest first, as raw bytes. */
export async function readMailbox(config: MssanteConfig, user: string, password: string, folder = 'INBOX'): Promise<Buffer[]> {
  const client = new ImapFlow({
    host: config.imap.host,
    port: config.imap.port,
    secure: false,
    auth: { user, pass: password },
    logger: false,
    tls: { rejectUnauthorized: false },
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { exists } = await client.mailboxOpen(folder)
    // Dovecot calls 1:* wrong where there is nothing
    if (exists === 0) return []
    const mails: Buffer[] = []
    for await (const mail of client.fetch('1:*', { source: true })) if (mail.source !== undefined) mails.push(mail.source)
    return mails
  } finally {
    client.close()
  }
}

/** The hub's receiver running beside a test, with the reports it was given. */
export class ReportListener {
  readonly reports: Report[] = []
  readonly bytes: Uint8Array[] = []
  readonly #stop = new AbortController()
  readonly #running: Promise<void>

  constructor(config: MssanteConfig) {
    this.#running = receive(
      async incoming => {
        this.bytes.push(incoming.bytes)
        this.reports.push(await readReport(incoming.bytes))
        return new Uint8Array()
      },
      config,
      { signal: this.#stop.signal },
    )
  }

  about(id: string): Report[] {
    return this.reports.filter(report => report.envelopeId === `env-${id}`)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }
}

/** Speaks line by line with a server that greets first. Out: what it answered, one text per line sent, the greeting first. */
export async function dialogue(socket: Socket, lines: string[]): Promise<string[]> {
  const answers: string[] = []
  const hear = async (): Promise<void> => {
    let heard = ''
    while (!/(^|\n)(\d{3} |\+ |\S+ (OK|NO|BAD)\b|\* (OK|BYE)\b)[^\n]*\r\n$/.test(heard)) {
      const chunk = await new Promise<Buffer | undefined>(resolve => {
        socket.once('data', resolve)
        socket.once('close', () => resolve(undefined))
      })
      if (chunk === undefined) break
      heard += chunk.toString('utf8')
    }
    answers.push(heard.trim())
  }
  await hear()
  for (const line of lines) {
    socket.write(`${line}\r\n`)
    await hear()
  }
  socket.destroy()
  return answers
}
