/*
  Opens one authenticated SMTP session with the operator and says what its failures mean.

    no connection, silence, 421, or a failure before MAIL FROM → mssante.unreachable   the operator is away, not the mail at fault
    AUTH refused                                               → mssante.auth
    4yz to the mail                                            → mssante.deferred
    5yz to the mail                                            → mssante.refused
*/
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { HubError } from '../../profiles/errors.ts'
import { authoritiesIn, revokedIn } from '../trust.ts'
import type { MssanteConfig } from './config.ts'

type ServerConfig = MssanteConfig['smtp']

/** TLS options of one server: only the configured authorities, at least TLS 1.2. */
export function tlsOptions(server: ServerConfig): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ...trust(server),
    ...(server.servername === undefined ? {} : { servername: server.servername }),
  }
}

/** Reads a file the configuration names. Throws: config.invalid. */
export function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new HubError('config.invalid', { path: 'connectors.mssante', cause })
  }
}

/** Authorities and lists are replaced while the hub runs: what cannot be read at this moment is read at the next attempt. */
function trust({ caFile, crlFile }: ServerConfig): ConnectionOptions {
  try {
    return { ...authoritiesIn(caFile), ...revokedIn(crlFile) }
  } catch (cause) {
    throw new HubError('mssante.unreachable', { cause, dependency: 'mail' })
  }
}

/**
 * Out:    a session after AUTH; whoever asked for it closes it.
 * Throws: mssante.unreachable, mssante.auth (dependency `mail`), config.invalid.
 */
export async function openSession(config: MssanteConfig, signal: AbortSignal): Promise<SMTPConnection> {
  const { host, port, security } = config.smtp
  const password = readSecret(config.passwordFile)
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
  await settle(session, signal, done => session.connect(done))
  await settle(session, signal, done => session.login({ user: config.user, pass: password }, done))
  return session
}

/** Runs one step of a session; an error event, the end of the connection or an abort end it too. */
export async function settle<T>(
  session: SMTPConnection,
  signal: AbortSignal,
  step: (done: (error: Error | null | undefined, value?: T) => void) => void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const finish = (error: Error | null | undefined, value?: T): void => {
      session.removeListener('error', onError)
      session.removeListener('end', onEnd)
      signal.removeEventListener('abort', onAbort)
      if (!error) {
        resolve(value)
        return
      }
      session.close()
      reject(meaning(error))
    }
    const onError = (error: Error): void => finish(error)
    const onEnd = (): void => finish(new Error('connection ended'))
    const onAbort = (): void => finish(new Error('aborted'))
    session.on('error', onError)
    session.on('end', onEnd)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    else step(finish)
  })
}

/** What a failure of nodemailer means for the mail. */
function meaning(error: Error & { code?: string; responseCode?: number; command?: string }): HubError {
  const reply = error.responseCode === undefined ? {} : { reply: String(error.responseCode) }
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH') return new HubError('mssante.auth', { cause: error, dependency: 'mail', ...reply })
  if (isAboutTheMail(error)) return verdict(error, error.responseCode)
  return new HubError('mssante.unreachable', { cause: error, dependency: 'mail', ...reply })
}

function isAboutTheMail(error: { code?: string; responseCode?: number; command?: string }): boolean {
  if (error.responseCode === 421) return false
  return error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
}

/** A local refusal (an address that is none, a mail above SIZE) has no reply; it gets the code the server would have used. */
function verdict(cause: Error & { code?: string; command?: string }, responseCode: number | undefined): HubError {
  if (responseCode === undefined) return new HubError('mssante.refused', { cause, reply: cause.code === 'EMESSAGE' ? '523' : '510' })
  if (responseCode === 530 || responseCode === 538) return new HubError('mssante.auth', { cause, dependency: 'mail', reply: String(responseCode) })
  return new HubError(responseCode >= 500 ? 'mssante.refused' : 'mssante.deferred', { cause, reply: String(responseCode) })
}
