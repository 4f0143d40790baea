/*
  The FHIR door: token, speed limit, routes, outcomes. Reading today; every writing method is refused as not served.
*/
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router, text } from 'express'
import { HubError, toHubError } from '../../profiles/errors.ts'
import type { Actor } from '../access/actor.ts'
import { requireToken } from '../access/require-token.ts'
import { smartConfiguration } from '../access/token-endpoint.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Log } from '../log.ts'
import { contextOf } from '../request.ts'
import type { Store } from '../store/store.ts'
import { throttle } from '../throttle.ts'
import { capabilityStatement } from './metadata.ts'
import { requireJson } from './negotiate.ts'
import { FHIR_JSON, sendOutcome } from './outcome.ts'
import type { PageLinks } from './page-links.ts'
import { read } from './read.ts'
import { page, search } from './search.ts'

/** One row of the audit: who asked for what, and what came of it. */
export interface Access {
  actor: Actor
  action: 'read' | 'vread' | 'search'
  /** `Patient/<id>`, or the type and the names of the parameters. */
  object: string
  outcome: string
  requestId: string
  /** `Type/<id>` of what a search showed. */
  found?: string[]
}

export interface FhirParts {
  store: Store
  tokens: Tokens
  pageLinks: PageLinks
  /** Durable before the answer goes out. */
  audit(access: Access): Promise<void>
  /** `http://127.0.0.1:8080/fhir` */
  baseUrl(): string
  /** What may not be seen answers as what does not exist. */
  refuseAsAbsent(): never
  log: Log
  product: string
}

export function fhirDoor(parts: Omit<FhirParts, 'refuseAsAbsent'>): Router {
  const all: FhirParts = { ...parts, refuseAsAbsent: () => { throw new HubError('store.not_found') } }
  const startedAt = new Date()
  const rootUrl = (): string => parts.baseUrl().replace(/\/fhir$/, '')
  const router = Router({ caseSensitive: true, strict: false })
  const route = (handle: (parts: FhirParts, request: Request, response: Response) => Promise<void>): RequestHandler => (request, response) => handle(all, request, response)

  router.get('/metadata', (request, response) => {
    requireJson(request, new URL(request.url, 'http://hub').searchParams.get('_format'))
    const statement = capabilityStatement({ baseUrl: parts.baseUrl(), tokenUrl: `${rootUrl()}/auth/token`, name: parts.product, startedAt })
    response.type(FHIR_JSON).send(JSON.stringify(statement))
  })
  router.get('/.well-known/smart-configuration', (_request, response) => {
    response.json(smartConfiguration(rootUrl()))
  })
  router.use(requireToken(parts.tokens), throttle({ requests: 3000, perSeconds: 10 }))
  router.get('/', route(page))
  router.get('/:type', route(search))
  router.post('/:type/_search', text({ type: 'application/x-www-form-urlencoded', limit: '64kb' }), route(search))
  router.get('/:type/:id', route(read))
  router.get('/:type/:id/_history/:version', route(read))
  router.use((request: Request) => {
    throw new HubError(request.method === 'GET' || request.method === 'HEAD' ? 'fhir.path_unknown' : 'fhir.method')
  })
  router.use(outcomes(parts.log))
  return router
}

function outcomes(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const fault = translated(error)
    if (fault.kind !== 'reject') log.error('fhir.failed', fault, { requestId: contextOf(request).requestId })
    if (response.headersSent) response.destroy()
    else sendOutcome(response, fault, contextOf(request).requestId)
  }
}

/** Errors of the body parser say what is wrong by their status. */
function translated(error: unknown): HubError {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  if (status === 413) return new HubError('fhir.request', { path: 'body', cause: error })
  return status === 400 ? new HubError('fhir.request', { cause: error }) : toHubError(error)
}
