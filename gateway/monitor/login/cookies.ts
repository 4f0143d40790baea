/*
  The two cookies of the monitor: that of a session, and that of a login which has begun; with TLS both are bound to this host alone.
*/
import { createHash } from 'node:crypto'
import type { CookieOptions, Request, Response } from 'express'
import { EncryptJWT, jwtDecrypt } from 'jose'
import type { Keys } from '../../keys.ts'
import type { Begun } from './provider.ts'

const LOGIN_MINUTES = 10

/** A login on its way, and where it leads. */
export type Pending = Begun & { next: string; redirectUri: string }

export interface Cookies {
  session(request: Request): string | undefined
  keepSession(response: Response, cookie: string, endsInHours: number): void
  /** Only who has the hub's own key reads or makes it. */
  pending(request: Request): Promise<Pending | undefined>
  keepPending(response: Response, pending: Pending): Promise<void>
  forgetPending(response: Response): void
  forgetSession(response: Response): void
}

/** In: is everything here behind TLS? */
export function createCookies(keys: Pick<Keys, 'reference'>, isSecure: boolean): Cookies {
  const names = isSecure ? { session: '__Host-hub-monitor', login: '__Host-hub-monitor-login' } : { session: 'hub-monitor', login: 'hub-monitor-login' }
  // Lax: coming back from the provider, which stands elsewhere, the browser is to bring both.
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' }
  const key = createHash('sha256').update(keys.reference('monitor.login')).digest()
  const read = (request: Request, name: string): string | undefined => cookiesOf(request).get(name)
  return {
    session: request => read(request, names.session),
    keepSession: (response, cookie, hours) => void response.cookie(names.session, cookie, { ...options, maxAge: hours * 3_600_000 }),
    forgetSession: response => void response.clearCookie(names.session, options),
    async pending(request) {
      const sealed = read(request, names.login)
      if (sealed === undefined) return undefined
      const opened = await jwtDecrypt<Pending>(sealed, key).catch(() => undefined)
      return opened?.payload
    },
    async keepPending(response, pending) {
      const sealed = await new EncryptJWT({ ...pending }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).setExpirationTime(`${LOGIN_MINUTES}m`).encrypt(key)
      response.cookie(names.login, sealed, { ...options, maxAge: LOGIN_MINUTES * 60_000 })
    },
    forgetPending: response => void response.clearCookie(names.login, options),
  }
}

function cookiesOf(request: Request): Map<string, string> {
  const pairs = (request.get('cookie') ?? '').split(';').map(pair => pair.trim())
  return new Map(pairs.flatMap(pair => (pair.includes('=') ? [[pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const] : [])))
}
