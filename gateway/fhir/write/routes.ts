/*
  The routes of writing.
    POST <Type>      PUT <Type>/<id>      PUT <Type>?condition      PATCH <Type>/<id>      PATCH <Type>?condition      POST / (transaction, batch)
*/
import { type Request, type RequestHandler, type Response, type Router, raw } from 'express'
import { type Issue, isError } from '../../../profiles/issues.ts'
import { actorOf, contextOf } from '../../request.ts'
import { LARGEST_BODY, readBody } from '../body.ts'
import type { Access, Answer, FhirParts } from '../door.ts'
import { queryOf, requireJson, sendFhir } from '../negotiate.ts'
import { issuesOutcome, languageOf } from '../outcome.ts'
import type { Validator } from '../validate/validator.ts'
import { issuesAt, locationOf, type Preference, readPreference, transactionResponse } from './answer.ts'
import type { WriteRequest } from './asked.ts'
import { performBatch } from './batch.ts'
import { type AskedBundle, readBundle, sha256Of } from './bundle.ts'
import { type PipelineParts, performWrite, type Written } from './pipeline.ts'
import { personsIn } from './plan.ts'
import { readHeader, readSingle, refuseForm, requireJsonBody } from './single.ts'

export type WriteParts = PipelineParts & { validator: Validator }

/** One write and its answer. */
interface Exchange {
  parts: FhirParts
  writes: WriteParts
  request: Request
  response: Response
}

export function writeRoutes(router: Router, writes: WriteParts, route: (action: Access['action'], answer: Answer) => RequestHandler): void {
  const body = raw({ type: () => true, limit: LARGEST_BODY })
  const single = (verb: 'create' | 'update' | 'patch'): RequestHandler =>
    route(verb, (parts, request, response) => answerSingle({ parts, writes, request, response }, verb))
  router.post('/:type', body, single('create'))
  router.put(['/:type', '/:type/:id'], body, single('update'))
  router.patch(['/:type', '/:type/:id'], body, single('patch'))
  router.post(
    '/',
    body,
    route('transaction', (parts, request, response) => answerBundle({ parts, writes, request, response })),
  )
}

async function answerSingle({ parts, writes, request, response }: Exchange, verb: 'create' | 'update' | 'patch'): Promise<void> {
  requireJson(request, queryOf(request).get('_format'))
  const asked = readSingle(request, verb, writes.validator.form)
  const { answers, plan } = await performWrite(writes, asked)
  const [answer] = answers
  if (answer === undefined) throw new RangeError('a write without an answer')
  await parts.audit({ actor: asked.actor, action: verb, object: answer.reference, outcome: 'written', requestId: asked.requestId, patients: personsIn(plan) })
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

/** Each entry that was written is an entry of the audit, under the same request. */
async function auditEntries(parts: FhirParts, { actor, requestId }: WriteRequest, { answers, plan }: Written): Promise<void> {
  const patients = personsIn(plan)
  const written = answers.filter(({ status }) => status === 200 || status === 201)
  await Promise.all(
    written.map(({ reference, status }) =>
      parts.audit({ actor, action: status === 201 ? 'create' : 'update', object: reference, outcome: 'written', requestId, patients }),
    ),
  )
}

/** A write that nothing makes known again says so: sent twice, it is done twice. */
function idempotence(response: Response, { key }: Pick<WriteRequest, 'key'>): Issue[] {
  if (key !== undefined) return []
  response.set('X-Hub-Idempotent', 'false')
  const text = {
    en: 'Sent again, this is written again: it carries no identifier by which a repeat is known.',
    fr: 'Renvoyée, cette écriture est refaite : aucun identifiant ne permet de reconnaître une répétition.',
  }
  return [{ severity: 'information', code: 'informational', rule: 'write.not-idempotent', text }]
}

function outcomeText(response: Response, issues: readonly Issue[]): string {
  return JSON.stringify(issuesOutcome(issues, { requestId: contextOf(response.req).requestId, language: languageOf(response) }))
}

async function answerBundle(exchange: Exchange): Promise<void> {
  const { parts, writes, request, response } = exchange
  requireJson(request, queryOf(request).get('_format'))
  requireJsonBody(request, ['application/fhir+json', 'application/json'])
  const body = readBody(request.body as Uint8Array, 'Bundle')
  refuseForm(writes.validator.form(body.resource, 'Bundle'))
  const bundle = readBundle(body, { actor: actorOf(request), baseUrl: parts.baseUrl() })
  response.set('Cache-Control', 'private, no-store')
  if (bundle.type === 'batch') sendFhir(response, await performBatch({ ...exchange, bundle }))
  else await answerTransaction(exchange, bundle)
}

async function answerTransaction({ parts, writes, request, response }: Exchange, bundle: AskedBundle): Promise<void> {
  const asked = transactionRequest(request, writes, bundle)
  const written = await performWrite(writes, asked)
  const found = written.answers.map(answer => answer.reference)
  await parts.audit({
    actor: asked.actor,
    action: 'transaction',
    object: 'Bundle',
    outcome: 'written',
    requestId: asked.requestId,
    found,
    patients: personsIn(written.plan),
  })
  await auditEntries(parts, asked, written)
  idempotence(response, asked)
  const preference = readPreference(request.get('prefer'))
  sendFhir(
    response,
    transactionResponse(written.answers, {
      baseUrl: parts.baseUrl(),
      preference: bundle.isNational && preference === 'minimal' ? 'representation' : preference,
      outcomeOf: index => entryOutcome(response, { written, index, preference }),
    }),
  )
}

function transactionRequest(request: Request, { validator }: WriteParts, bundle: AskedBundle): WriteRequest {
  const { requestId, traceparent } = contextOf(request)
  const header = readHeader(request, validator.form)
  const entries = bundle.entries.map(read => read())
  return {
    actor: actorOf(request),
    requestId,
    traceparent,
    now: new Date(),
    asked: header === undefined ? entries : [...entries, header],
    sha256: sha256Of(request.body as Uint8Array),
    isNational: bundle.isNational,
    ...(bundle.key === undefined ? {} : { key: bundle.key }),
  }
}

function entryOutcome(response: Response, { written, index, preference }: { written: Written; index: number; preference: Preference }): string | undefined {
  const issues = issuesAt(written.plan.warnings, `Bundle.entry[${index}].resource`).filter(issue => !isError(issue))
  return issues.length > 0 || preference === 'OperationOutcome' ? outcomeText(response, issues) : undefined
}
