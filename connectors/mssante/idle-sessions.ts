/*
  Keeps SMTP sessions open for a moment after a mail, so that a run of mails shares one TLS handshake and login.
*/
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { MssanteConfig } from './config.ts'
import { longestOf, openSession, settle } from './session.ts'

const KEPT_MS = 3000
const MOST_KEPT = 4

const idle = new WeakMap<MssanteConfig, Map<SMTPConnection, NodeJS.Timeout>>()

/**
 * Out:    a session after AUTH: one that was kept and still answers RSET, else a new one. The attempt on the mail begins only after this.
 * Throws: as openSession.
 */
export async function takeSession(config: MssanteConfig, signal: AbortSignal): Promise<SMTPConnection> {
  for (const [session, timer] of idle.get(config) ?? []) {
    clearTimeout(timer)
    idle.get(config)?.delete(session)
    try {
      await settle(session, { signal, longestMs: longestOf(config) }, done => session.reset(done))
      return session
    } catch {
      // the operator has closed it meanwhile: that says nothing about the operator now
    }
  }
  return openSession(config, signal)
}

/** Gives back a session whose transaction has ended well. */
export function keepSession(config: MssanteConfig, session: SMTPConnection): void {
  const kept = idle.get(config) ?? new Map<SMTPConnection, NodeJS.Timeout>()
  idle.set(config, kept)
  if (kept.size >= MOST_KEPT) return void session.quit()
  const end = (): void => {
    kept.delete(session)
    session.quit()
  }
  kept.set(session, setTimeout(end, KEPT_MS))
}
