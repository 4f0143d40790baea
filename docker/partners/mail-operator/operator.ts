/*
  The mail operator as one thing that starts and stops.
*/
import { listen } from '../listen.ts'
import { writeDsn } from './dsn.ts'
import { GreenMail } from './greenmail.ts'
import { createImapDoor } from './imap.ts'
import { Loader } from './loader.ts'
import { Mailboxes } from './mailboxes.ts'
import { Reports } from './reports.ts'
import type { Settings } from './settings.ts'
import { createSmtpDoor } from './smtp.ts'

export interface MailOperator {
  smtpPort: number
  imapPort: number
  stop(): Promise<void>
}

/** Starts storage, the reports an earlier run left, the two doors, and GreenMail. Throws when a port is taken or Java does not start. */
export async function startMailOperator(settings: Settings): Promise<MailOperator> {
  const mailboxes = await Mailboxes.open(settings.dataDir)
  const greenMail: GreenMail = new GreenMail(settings, () => loader.reload())
  const loader = new Loader(mailboxes, () => greenMail.port)
  const reports = await Reports.open(settings.dataDir, async report => {
    const mail = await mailboxes.keep(report.from, report.id, writeDsn(report, settings.domain))
    if (mail !== undefined) loader.add(mail)
  })
  const smtp = createSmtpDoor({ settings, mailboxes, reports, arrived: mail => loader.add(mail) })
  const imap = createImapDoor({
    password: settings.password,
    port: () => greenMail.port,
    loaded: mailbox => loader.loaded(mailbox),
    tidy: (mailbox, folder) => loader.tidy(mailbox, folder),
  })
  const sockets = new Set<{ destroy(): void }>()
  imap.on('connection', socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  try {
    // mails are safe on disk, and a login waits, while GreenMail is still starting
    const imapPort = await listen(imap, settings.imapPort, settings.host)
    const smtpPort = await listen(smtp.server, settings.smtpPort, settings.host)
    await greenMail.start()
    return {
      smtpPort,
      imapPort,
      stop: async () => {
        reports.stop()
        imap.close()
        for (const socket of sockets) socket.destroy()
        await new Promise<void>(resolve => smtp.close(() => resolve()))
        greenMail.stop()
      },
    }
  } catch (error) {
    reports.stop()
    imap.close()
    smtp.close()
    greenMail.stop()
    throw error
  }
}
