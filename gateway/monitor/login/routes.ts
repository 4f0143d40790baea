/*
  How people come in and go.
    GET /monitor/login?next=   to the identity provider      GET /monitor/callback   back from it, to the view that was asked for
    GET /monitor/api/me        who is logged in              POST /monitor/logout    ends the session here, and says where to end it there
*/
import { randomBytes } from 'node:crypto'
import type { Request, Response, Router } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import { baseUrlsOf } from '../../base-url.ts'
import type { HubConfig } from '../../config.ts'
import type { Auditor } from '../../ledger/audit/audit.ts'
import type { Db } from '../../ledger/db.ts'
import { beginSession, endSession } from '../../ledger/watch/monitor-sessions.ts'
import { contextOf } from '../../request.ts'
import { throttleAddresses } from '../../throttle.ts'
import { parametersOf } from '../parameters.ts'
import { viewerOf } from '../viewer.ts'
import type { LoginConfig } from './config.ts'
import type { Cookies } from './cookies.ts'
import type { Identity } from './identity.ts'
import { viewOf } from './next.ts'
import { createIdentityProvider, type IdentityProvider } from './provider.ts'
import { tellRefused } from './refused-page.ts'

export interface LoginParts {
  config: HubConfig
  db: Db
  auditor: Auditor
  cookies: Cookies
  login: LoginConfig
}

type Exchange = Readonly<{ request: Request; response: Response }>

const LOGINS_PER_SECOND = 20

/** Before the guard of the API. */
export function loginRoutes(router: Router, parts: LoginParts): void {
  const provider = createIdentityProvider(parts.login)
  // Asked at the start, so that the first who comes need not wait for it; if it is away, he asks again.
  provider.check().catch(() => undefined)
  const throttle = throttleAddresses(LOGINS_PER_SECOND)
  router.get('/login', throttle, (request, response) => tellRefused({ request, response }, () => begin(parts, provider, { request, response })))
  router.get('/callback', throttle, (request, response) => tellRefused({ request, response }, () => finish(parts, provider, { request, response })))
  router.post('/logout', (request, response) => leave(parts, provider, { request, response }))
}

/** Behind the guard of the API. */
export function meRoute(router: Router): void {
  router.get('/api/me', (request, response) => {
    const { name, role, territory = null, session } = viewerOf(request)
    response.set('Cache-Control', 'no-store').json({ name, role, territory, csrf: session?.csrf ?? null, expiresAt: session?.endsAt ?? null })
  })
}

async function begin({ config, cookies }: LoginParts, provider: IdentityProvider, { request, response }: Exchange): Promise<void> {
  const redirectUri = `${baseOf(config, request)}/monitor/callback`
  const { url, begun } = await provider.begin(redirectUri)
  await cookies.keepPending(response, { ...begun, redirectUri, next: viewOf(parametersOf(request).get('next')) })
  response.set('Cache-Control', 'no-store').redirect(url)
}

async function finish(parts: LoginParts, provider: IdentityProvider, { request, response }: Exchange): Promise<void> {
  const { cookies, login, db } = parts
  const pending = await cookies.pending(request)
  cookies.forgetPending(response)
  if (pending === undefined) throw new HubError('monitor.login', { path: 'state' })
  const address = new URL(`${pending.redirectUri}?${parametersOf(request)}`)
  const { identity, idToken } = await provider.finish(address, pending).catch(async (error: unknown) => {
    if (error instanceof HubError && error.kind === 'reject') await noted(parts, request, { outcome: error.code })
    throw error
  })
  const cookie = randomBytes(32).toString('base64url')
  const csrf = randomBytes(24).toString('base64url')
  const before = cookies.session(request)
  if (before !== undefined) await endSession(db, before)
  await beginSession(db, cookie, { ...identity, csrf, idToken, idleMinutes: login.idleMinutes, maxHours: login.maxHours })
  await noted(parts, request, { outcome: 'done', identity })
  cookies.keepSession(response, cookie, login.maxHours)
  response.set('Cache-Control', 'no-store').redirect(303, pending.next)
}

async function leave(parts: LoginParts, provider: IdentityProvider, { request, response }: Exchange): Promise<void> {
  const { config, cookies, db, auditor } = parts
  const { name } = viewerOf(request)
  const ended = await endSession(db, cookies.session(request) ?? '')
  cookies.forgetSession(response)
  await auditor.record({ at: new Date(), actor: `user:${name}`, action: 'monitor.logout', object: 'monitor', outcome: 'done', address: request.ip })
  const back = `${baseOf(config, request)}/monitor`
  // The session has ended here, whether or not the provider can be asked.
  const there = ended?.idToken == null ? undefined : await provider.endUrl(ended.idToken, back).catch(() => undefined)
  response.set('Cache-Control', 'no-store').json({ next: there ?? '/monitor' })
}

/** As the browser names this hub, if it is one of its names. */
function baseOf(config: HubConfig, request: Request): string {
  const bases = baseUrlsOf(config)
  return bases.find(base => new URL(base).host === request.get('host')) ?? bases[0]
}

function noted({ auditor }: LoginParts, request: Request, { outcome, identity }: { outcome: string; identity?: Identity }): Promise<void> {
  const actor = identity === undefined ? 'nobody' : `user:${identity.name}`
  const detail = identity === undefined ? {} : { role: identity.role, territory: identity.territory ?? null }
  const { requestId } = contextOf(request)
  return auditor.record({ at: new Date(), actor, action: 'monitor.login', object: 'monitor', outcome, requestId, address: request.ip, detail })
}
