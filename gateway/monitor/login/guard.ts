/*
  Who stands before the monitor: a client with its token, or a person with his session. The one or the other, for each route.
*/
import { timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import type { Tx } from '../../ledger/db.ts'
import { sessionLasts, useSession } from '../../ledger/watch/monitor-sessions.ts'
import { contextOf } from '../../request.ts'
import type { OnRefused } from '../../access/callers/require-token.ts'
import { operatorBehind, seenBy, type Viewer } from '../viewer.ts'
import type { LoginConfig } from './config.ts'
import type { Cookies } from './cookies.ts'

export interface GuardParts {
  db: Tx
  cookies: Cookies
  login: Pick<LoginConfig, 'idleMinutes'> | undefined
  /** What a bearer token is read by. */
  byToken: RequestHandler
  refused: OnRefused
}

/** For the API. Throws: fhir.no_token and what else is wrong with a token, monitor.session_ended, monitor.csrf. */
export function viewerGuard(parts: GuardParts): RequestHandler {
  const { cookies, login, byToken, refused } = parts
  return async (request, response, next) => {
    const cookie = request.get('authorization') === undefined ? cookies.session(request) : undefined
    if (login === undefined || cookie === undefined) {
      return byToken(request, response, (error?: unknown) => {
        if (error !== undefined) return next(error)
        seenBy(request, operatorBehind(request))
        next()
      })
    }
    try {
      const viewer = await viewerIn(request, parts, cookie)
      if (viewer === undefined) throw new HubError('monitor.session_ended')
      if (!isSafe(request) && !isSame(request.get('x-csrf-token') ?? '', viewer.session?.csrf ?? ''))
        throw new HubError('monitor.csrf', { path: 'X-CSRF-Token' })
    } catch (error) {
      if (error instanceof HubError && error.kind === 'reject') await refused(request, error)
      throw error
    }
    next()
  }
}

/** For the documents of the page: whoever is not logged in is sent to do so, and comes back to what he asked for. With the ledger away the page says so itself: without its API it holds nothing of anybody. */
export function pageGuard(parts: Pick<GuardParts, 'db' | 'cookies' | 'login'>): RequestHandler {
  return async (request, response, next) => {
    if (parts.login === undefined) return next()
    const cookie = parts.cookies.session(request)
    const isLetIn = cookie !== undefined && (await viewerIn(request, parts, cookie).then(viewer => viewer !== undefined, whileAway))
    if (isLetIn) return next()
    response.set('Cache-Control', 'no-store').redirect(`/monitor/login?next=${encodeURIComponent(request.originalUrl)}`)
  }
}

/** Out: true for a fault of the ledger. Throws any other. */
function whileAway(error: unknown): boolean {
  if (error instanceof HubError && error.dependency !== undefined) return true
  throw error
}

async function viewerIn(request: Request, { db, login }: Pick<GuardParts, 'db' | 'login'>, cookie: string): Promise<Viewer | undefined> {
  const session = login === undefined ? undefined : await useSession(db, cookie, isUnattended(request) ? null : login.idleMinutes)
  if (session === undefined) return undefined
  const { name, role, territory, csrf, endsAt } = session
  const viewer: Viewer = { name, role, ...(territory === null ? {} : { territory }), session: { csrf, endsAt, lasts: () => sessionLasts(db, cookie) } }
  seenBy(request, viewer)
  // As the audit names him: no client bears such a name.
  const actor = { clientId: `user:${name}`, kind: 'operator', structure: undefined, scopes: new Set<string>() } as const
  contextOf(request).actor = request.ip === undefined ? actor : { ...actor, address: request.ip }
  return viewer
}

/** What a page asks by itself while nobody touches it, and what streams, is no use of a session. */
const isUnattended = (request: Request): boolean => request.get('x-hub-unattended') !== undefined || request.get('accept') === 'text/event-stream'

const isSafe = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD'

function isSame(given: string, kept: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(kept)]
  return one.length === other.length && other.length > 0 && timingSafeEqual(one, other)
}
