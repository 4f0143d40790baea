/*
  Opens one authenticated SMTP session with the operator and says what its failures mean.

    no session: no connection, silence, a refusal before MAIL FROM → mssante.unreachable   the operator is away, not the mail at fault
    AUTH refused                                                   → mssante.auth
    4yz to the mail, 421 among them                                → mssante.deferred
    5yz to the mail                                                → mssante.refused
    connection ended, silence, no reply of SMTP to the mail        → mssante.dropped       is it the operator, the next session says so
*/
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { HubError } from '../../profiles/errors.ts'
import { ownFile } from '../own-file.ts'
import { authoritiesIn, revokedIn } from '../trust.ts'
import type { MssanteConfig } from './config.ts'

type ServerConfig = MssanteConfig['smtp']

/** TLS options of one server: only the configured authorities, at least TLS 1.2. */
export function tlsOptions(server: ServerConfig): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ...ownFile('connectors.mssante', 'mail', () => ({ ...authoritiesIn(server.caFile), ...revokedIn(server.crlFile) })),
    ...(server.servername === undefined ? {} : { servername: server.servername }),
  }
}

export const passwordOf = ({ passwordFile }: MssanteConfig): string =>
  ownFile('connectors.mssante.passwordFile', 'mail', () => readFileSync(passwordFile, 'utf8').trim())

/**
 * Out:    a session after AUTH; whoever asked for it closes it.
 * Throws: mssante.unreachable, mssante.auth, config.unreadable (dependency `mail`).
 */
export async function openSession(config: MssanteConfig, signal: AbortSignal): Promise<SMTPConnection> {
  const { host, port, security } = config.smtp
  const password = passwordOf(config)
  const session = new SMTPConnection({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: tlsOptions(config.smtp),
    connectionTimeout: config.timeoutMs,
    greetingTimeout: config.timeoutMs,
    dnsTimeout: config.timeoutMs,
    socketTimeout: config.timeoutMs,
    name: config.address.slice(config.address.lastIndexOf('@') + 1),
  })
  // a closed session may still report errors, and one without a listener would end the process
  session.on('error', () => undefined)
  const within = { signal, longestMs: longestOf(config) }
  await settle(session, within, done => session.connect(done))
  await settle(session, within, done => session.login({ user: config.user, pass: password }, done))
  return session
}

type Step<T> = (done: (error: Error | null | undefined, value?: T) => void) => void

interface Within {
  signal: AbortSignal
  longestMs: number
}

/** How long one step lasts at the most, however often the operator says something: four silences, and what a slow line (50 kB/s) takes for the mail. */
export const longestOf = ({ timeoutMs }: MssanteConfig, bytes = 0): number => 4 * timeoutMs + bytes / 50

/** Runs one step of a session; an error event, the end of the connection, of its time or an abort (which is nobody's fault) end it too. */
export async function settle<T>(session: SMTPConnection, { signal, longestMs }: Within, step: Step<T>, meaning = ofSession): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error('too long')), longestMs)
    const finish = (error: Error | null | undefined, value?: T): void => {
      clearTimeout(timer)
      session.removeListener('error', finish)
      session.removeListener('end', onEnd)
      signal.removeEventListener('abort', onAbort)
      if (!error) return void resolve(value)
      session.close()
      reject(signal.aborted ? ofSession(error) : meaning(error))
    }
    const onEnd = (): void => finish(new Error('connection ended'))
    const onAbort = (): void => finish(new Error('aborted'))
    session.on('error', finish)
    session.on('end', onEnd)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    else step(finish)
  })
}

type Failure = Error & { code?: string; response?: string; responseCode?: number }

/** What a failure of nodemailer means while a session is opened. */
function ofSession(error: Failure): HubError {
  const code = error.code === 'EAUTH' || error.code === 'ENOAUTH' ? 'mssante.auth' : 'mssante.unreachable'
  return new HubError(code, { cause: error, dependency: 'mail', ...replyOf(error) })
}

/** What it means for the mail that is under way. A local refusal (an address that is none, a mail above SIZE) gets the code the server would have used. */
export function ofMail(error: Failure): HubError {
  const { reply } = replyOf(error)
  if (reply === '530' || reply === '538') return new HubError('mssante.auth', { cause: error, dependency: 'mail', reply })
  if (reply !== undefined) return new HubError(reply >= '500' ? 'mssante.refused' : 'mssante.deferred', { cause: error, reply })
  if (error.response !== undefined || (error.code !== 'EENVELOPE' && error.code !== 'EMESSAGE')) return new HubError('mssante.dropped', { cause: error })
  return new HubError('mssante.refused', { cause: error, reply: error.code === 'EMESSAGE' ? '523' : '510' })
}

const replyOf = ({ responseCode = 0 }: Failure): { reply?: string } => (responseCode >= 400 && responseCode < 600 ? { reply: String(responseCode) } : {})
