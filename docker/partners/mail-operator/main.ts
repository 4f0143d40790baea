/*
  Runs the sandbox's MSSanté operator until it is told to stop.

    SMTP_PORT IMAP_PORT DATA_DIR MAIL_PASSWORD_FILE TLS_KEY_FILE TLS_CERT_FILE GREENMAIL_JAR HUB_ADDRESS
    [HOST JAVA GREENMAIL_HEAP_MB SLOW_REPORT_MS MAX_MAIL_BYTES SANDBOX_WATCH_STDIN]
*/
import { endWithParent } from '../parent.ts'
import { startMailOperator } from './operator.ts'
import { readSettings } from './settings.ts'

try {
  const operator = await startMailOperator(readSettings(process.env))
  endWithParent(process.env, () => void operator.stop().finally(() => process.exit(0)))
  process.stdout.write(`${JSON.stringify({ event: 'mail.started', smtp: operator.smtpPort, imap: operator.imapPort })}\n`)
} catch (error) {
  process.stderr.write(`mail-operator: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
