/*
  The FHIR door: token, speed limit, routes, outcomes.
*/
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express'
import { HubError, toHubError } from '../../profiles/errors.ts'
import { requireToken } from '../access/callers/require-token.ts'
import { smartConfiguration } from '../access/callers/smart-configuration.ts'
import { contextOf } from '../request.ts'
import { throttleClients } from '../throttle.ts'
import { objectAt, personsNamed } from './audit.ts'
import { page } from './search/answer-page.ts'
import { history } from './search/history.ts'
import { LEDGER_TYPES, ledgerTypeRoutes } from './ledger-type.ts'
import { metadataText } from './metadata.ts'
import { queryOf, requireJson, sendFhir } from './negotiate.ts'
import { readCallBody } from './operation-call.ts'
import { answerOperation, OPERATIONS } from './operations.ts'
import { sendOutcome } from './outcome.ts'
import { read } from './read.ts'
import { search } from './search/search.ts'
import { readForm } from './search/sent-search.ts'
import { subscriptionRoutes } from './subscription/routes.ts'
import { allowedMethods } from './types.ts'
import { validateRoutes } from './validate-operation.ts'
import { refusalOf } from './visibility.ts'
import { writeRoutes } from './write/routes.ts'
import type { Access, Answer, FhirParts } from './parts.ts'

export function fhirDoor(parts: FhirParts): Router {
  const router = Router({ caseSensitive: true, strict: false })
  const route =
    (action: Access['action'], answer: Answer): RequestHandler =>
    async (request, response) => {
      response.locals['action'] = action
      if (WRITES.includes(action)) parts.requireDisk()
      await answer(parts, request, response)
    }

  router.get('/metadata', (request, response) => {
    requireJson(request, queryOf(request).get('_format'))
    sendFhir(response, metadataText(parts))
  })
  router.get('/.well-known/smart-configuration', (_request, response) => {
    response.json(smartConfiguration(parts.baseUrl().replace(/\/fhir$/, '')))
  })
  router.use(requireToken(parts.tokens, parts.refused), throttleClients(parts.mostAtOnce), gate)
  router.get('/', route('search', page))
  const { auditTrail: db } = parts
  if (db !== undefined) for (const one of LEDGER_TYPES) ledgerTypeRoutes(router, one, { db, route })
  if (parts.subscriptions !== undefined) subscriptionRoutes(router, parts.subscriptions, route)
  router.get('/:type', route('search', search))
  router.post('/:type/_search', readForm, route('search', search))
  router.get('/:type/_history', route('history', history))
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const answer = route(operation.action, answerOperation(operation))
    router.get(`/:type/:id/${name}`, answer)
    router.post(`/:type/:id/${name}`, readCallBody, answer)
  }
  router.get('/:type/:id', route('read', read))
  router.get('/:type/:id/_history', route('history', history))
  router.get('/:type/:id/_history/:version', route('vread', read))
  if (parts.writes !== undefined) {
    validateRoutes(router, parts.writes.validator, route)
    writeRoutes(router, parts.writes, route)
  }
  router.use(() => {
    throw new HubError('fhir.path_unknown')
  })
  router.use(outcomes(parts))
  return router
}

/** Of a bundle its entries say whether it writes. */
const WRITES: readonly Access['action'][] = ['create', 'update', 'patch', 'delete']

/** Nothing is answered that the table of served types does not list. */
const gate: RequestHandler = (request, response, next) => {
  const allowed = allowedMethods(request.path)
  if (!allowed.includes(request.method)) {
    response.set('Allow', allowed.join(', '))
    throw new HubError('fhir.method')
  }
  next()
}

function outcomes(parts: FhirParts): ErrorRequestHandler {
  return async (error: unknown, request, response, _next) => {
    const fault = await noteRefusal(parts, { error, request, response }).then(() => translated(error), toHubError)
    if (fault.kind !== 'reject') parts.log.error('fhir.failed', fault, { requestId: contextOf(request).requestId })
    if (response.headersSent) response.destroy()
    else sendOutcome(response, fault, contextOf(request).requestId)
  }
}

/** An interaction audits what it shows; what is refused is audited here, before the caller hears of it, also where no interaction answers for it. */
async function noteRefusal(parts: FhirParts, { error, request, response }: { error: unknown; request: Request; response: Response }): Promise<void> {
  const { actor, requestId } = contextOf(request)
  const { action } = response.locals as { action?: Access['action'] }
  const { code } = translated(error)
  // Who asks too fast must not fill the audit.
  if (actor === undefined || (action === undefined && code === 'fhir.throttled')) return
  const { patients = [], ...refusal } = refusalOf(error)
  const sent = [...queryOf(request), ...new URLSearchParams(typeof request.body === 'string' ? request.body : '')]
  const named = [...patients, ...personsNamed(request.path, sent)]
  await parts.audit({ actor, requestId, action: action ?? attemptOf(request), object: objectAt(request.path), outcome: code, patients: named, ...refusal })
}

const CHANGES: Readonly<Record<string, Access['action']>> = { DELETE: 'delete', PATCH: 'patch', PUT: 'update' }

const attemptOf = ({ method, path }: Request): Access['action'] =>
  CHANGES[method] ?? (path.endsWith('/_search') ? 'search' : method !== 'POST' || path.lastIndexOf('/') > 0 ? 'read' : path === '/' ? 'transaction' : 'create')

/** Errors of the body parser say what is wrong by their status. */
function translated(error: unknown): HubError {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  if (status === 413) return new HubError('fhir.too_large', { path: 'body', cause: error })
  if (status === 415) return new HubError('fhir.media_type', { path: 'Content-Encoding', cause: error })
  return status === 400 ? new HubError('fhir.request', { cause: error }) : toHubError(error)
}
