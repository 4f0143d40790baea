/*
  Reads the settings of the mail operator from the environment, once.
*/
import { readFileSync } from 'node:fs'

export interface Settings {
  host: string
  smtpPort: number
  imapPort: number
  dataDir: string
  password: string
  key: string
  cert: string
  java: string
  greenMailJar: string
  greenMailHeapMb: number
  /** The operator's own host name, in greetings and reports. */
  domain: string
  /** How long `lent…` waits for its DSN. */
  slowReportMs: number
  maxMailBytes: number
}

/** Throws: an Error that names the variable at fault. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    host: env['HOST'] ?? '127.0.0.1',
    smtpPort: number(env, 'SMTP_PORT', 3025),
    imapPort: number(env, 'IMAP_PORT', 3143),
    dataDir: text(env, 'DATA_DIR'),
    password: file(env, 'MAIL_PASSWORD_FILE').trim(),
    key: file(env, 'TLS_KEY_FILE'),
    cert: file(env, 'TLS_CERT_FILE'),
    java: env['JAVA'] ?? 'java',
    greenMailJar: text(env, 'GREENMAIL_JAR'),
    greenMailHeapMb: number(env, 'GREENMAIL_HEAP_MB', 768),
    domain: env['HUB_ADDRESS']?.split('@')[1] ?? 'operateur.mssante.fr',
    slowReportMs: number(env, 'SLOW_REPORT_MS', 20_000),
    maxMailBytes: number(env, 'MAX_MAIL_BYTES', 64 << 20),
  }
}

function text(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set`)
  return value
}

function file(env: NodeJS.ProcessEnv, name: string): string {
  const path = text(env, name)
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Error(`${name} names a file that cannot be read: ${path}`)
  }
}

function number(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const value = env[name] === undefined ? otherwise : Number(env[name])
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} is not a whole number`)
  return value
}
