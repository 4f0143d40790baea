/*
  The routes of writing.
    POST <Type>      PUT <Type>/<id>      PUT <Type>?condition      PATCH <Type>/<id>      PATCH <Type>?condition      POST / (transaction, batch)
*/
import type { Request, RequestHandler, Response, Router } from 'express'
import { actorOf, contextOf } from '../../request.ts'
import { readBody } from '../body.ts'
import { readLargeBody } from '../large-body.ts'
import { queryOf, requireJson, requireJsonBody, sendFhir } from '../negotiate.ts'
import { idempotence, locationOf, outcomeText, personsTold, readPreference } from './answer.ts'
import { performBatch } from './batch.ts'
import { isOfCircle, readBundle } from './bundle.ts'
import { performWrite } from './pipeline.ts'
import { readSingle } from './single.ts'
import { answerTransaction } from './transaction.ts'
import type { Access, Answer, FhirParts } from '../parts.ts'
import type { WriteParts } from './parts.ts'

/** One write and its answer. */
interface Exchange {
  parts: FhirParts
  writes: WriteParts
  request: Request
  response: Response
}

export function writeRoutes(router: Router, writes: WriteParts, route: (action: Access['action'], answer: Answer) => RequestHandler): void {
  const single = (verb: 'create' | 'update' | 'patch'): RequestHandler =>
    route(verb, (parts, request, response) => answerSingle({ parts, writes, request, response }, verb))
  router.post('/:type', readLargeBody, single('create'))
  router.put(['/:type', '/:type/:id'], readLargeBody, single('update'))
  router.patch(['/:type', '/:type/:id'], readLargeBody, single('patch'))
  router.post(
    '/',
    readLargeBody,
    route('transaction', (parts, request, response) => answerBundle({ parts, writes, request, response })),
  )
}

async function answerSingle({ parts, writes, request, response }: Exchange, verb: 'create' | 'update' | 'patch'): Promise<void> {
  requireJson(request, queryOf(request).get('_format'))
  const asked = readSingle(request, verb, writes.validator.form)
  const { answers, plan } = await performWrite(writes, asked)
  const [answer] = answers
  if (answer === undefined) throw new RangeError('a write without an answer')
  await parts.audit({ actor: asked.actor, action: verb, object: answer.reference, outcome: 'written', requestId: asked.requestId, patients: personsTold(plan) })
  const issues = verb === 'create' ? [...plan.warnings, ...idempotence(response, asked)] : plan.warnings
  response.set({
    ETag: `W/"${answer.version}"`,
    'Last-Modified': answer.lastModified.toUTCString(),
    Location: locationOf(parts.baseUrl(), answer),
    'Cache-Control': 'private, no-store',
  })
  const preference = readPreference(request.get('prefer'))
  if (preference === 'minimal') response.status(answer.status).end()
  else sendFhir(response, preference === 'representation' ? answer.text : outcomeText(response, issues), answer.status)
}

async function answerBundle(exchange: Exchange): Promise<void> {
  const { parts, writes, request, response } = exchange
  requireJson(request, queryOf(request).get('_format'))
  requireJsonBody(request, ['application/fhir+json', 'application/json'])
  const body = readBody(request.body as Uint8Array, 'Bundle')
  if (isOfCircle(body.resource)) response.locals['refusalStatus'] = writes.config.cds.transactionErrorStatus
  const issues = writes.validator.form(body.resource, 'Bundle')
  const bundle = readBundle(body, { actor: actorOf(request), baseUrl: parts.baseUrl(), issues })
  if (bundle.reads.size < bundle.entries.length) parts.requireDisk()
  // Each entry is a request.
  if (bundle.entries.length > 1) await contextOf(request).charge?.(bundle.entries.length - 1)
  response.set('Cache-Control', 'private, no-store')
  if (bundle.type === 'batch') sendFhir(response, await performBatch({ ...exchange, bundle }))
  else await answerTransaction({ ...exchange, bundle })
}
