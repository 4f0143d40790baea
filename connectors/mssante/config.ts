/*
  The settings of the MSSanté connector: the hub's own mailbox at one operator, for sending (SMTP) and for what comes back (IMAP).
*/
import { z } from 'zod'

const file = z.string().min(1)

const server = (defaultPort: number) =>
  z.strictObject({
    host: z.string().min(1).describe('Host name or address of the operator.'),
    port: z.int().min(1).max(65535).default(defaultPort).describe('TCP port.'),
    security: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe('`starttls`: refused if the server does not offer it; `tls`: from the first byte; `none`: for a sandbox on loopback.'),
    caFile: file.optional().describe('PEM file with the only authorities trusted (IGC Santé); without it, those of Node.'),
    crlFile: file.optional().describe('Lists of revoked certificates, PEM: one of each authority of its chain, none past its end, or it is not trusted.'),
    servername: z.string().min(1).optional().describe('Name that the certificate must bear, when it is not the host.'),
  })

const settings = {
  address: z.email().describe("Address of the hub's application mailbox: From of every mail, where DSN and MDN come back."),
  displayName: z.string().min(1).max(100).describe('Name shown beside that address.'),
  smtp: server(587).describe('Submission server.'),
  imap: server(143).describe('Mailbox server.'),
  user: z.string().min(1).describe('Account name for SMTP and IMAP.'),
  passwordFile: file.describe('File that holds the password; read again at each connection.'),
  timeoutMs: z.int().min(100).max(600_000).default(30_000).describe('Longest silence of the operator, milliseconds.'),
  pollMs: z.int().min(100).max(3_600_000).default(5000).describe('How often the mailbox is read even if IDLE says nothing, milliseconds.'),
  maxMailBytes: z.int().min(1024).max(104_857_600).default(41_943_040).describe('Larger incoming mails are put aside unread, bytes.'),
  takenFolder: z.string().min(1).max(100).default('Traites').describe('Folder for the mails the hub has taken.'),
  takenDays: z.int().min(1).max(3650).default(90).describe('How long after their arrival they are removed, days.'),
  asideFolder: z.string().min(1).max(100).default('Rejetes').describe('Folder for the mails that are too large; the hub removes none of them.'),
}

export const config = z.strictObject(settings).refine(({ takenFolder, asideFolder }) => takenFolder !== asideFolder && takenFolder.toUpperCase() !== 'INBOX', {
  path: ['takenFolder'],
  message: 'is emptied: it is a folder of its own',
})

export type MssanteConfig = z.infer<typeof config>
