/*
  The routes of writing.
    POST <Type>      PUT <Type>/<id>      PUT <Type>?condition
*/
import { type Request, type RequestHandler, type Response, type Router, raw } from 'express'
import { actorOf, contextOf } from '../../request.ts'
import { LARGEST_BODY } from '../body.ts'
import type { Access, Answer, FhirParts } from '../door.ts'
import { queryOf, requireJson } from '../negotiate.ts'
import { FHIR_JSON } from '../outcome.ts'
import { type Answered, locationOf, readPreference } from './answer.ts'
import { type PipelineParts, performWrite, type Written } from './pipeline.ts'
import { type CheckForm, readSingle } from './single.ts'

export type WriteParts = PipelineParts & { validator: { form: CheckForm } }

export function writeRoutes(router: Router, writes: WriteParts, route: (action: Access['action'], answer: Answer) => RequestHandler): void {
  const body = raw({ type: () => true, limit: LARGEST_BODY })
  router.post(
    '/:type',
    body,
    route('create', (parts, request, response) => single(parts, writes, { request, response, verb: 'create' })),
  )
  router.put(
    ['/:type', '/:type/:id'],
    body,
    route('update', (parts, request, response) => single(parts, writes, { request, response, verb: 'update' })),
  )
}

async function single(
  parts: FhirParts,
  writes: WriteParts,
  { request, response, verb }: { request: Request; response: Response; verb: 'create' | 'update' },
): Promise<void> {
  requireJson(request, queryOf(request).get('_format'))
  const asked = readSingle(request, verb, writes.validator.form)
  const written = await performWrite(writes, asked)
  const [answer] = written.answers
  if (answer === undefined) throw new RangeError('a write without an answer')
  const { requestId } = contextOf(request)
  await parts.audit({ actor: actorOf(request), action: verb, object: answer.reference, outcome: 'written', requestId })
  if (asked.key === undefined && verb === 'create') response.set('X-Hub-Idempotent', 'false')
  sendSingle(parts, { request, response, answer, written })
}

function sendSingle(parts: FhirParts, { request, response, answer }: { request: Request; response: Response; answer: Answered; written: Written }): void {
  response
    .status(answer.status)
    .set({
      ETag: `W/"${answer.version}"`,
      'Last-Modified': answer.lastModified.toUTCString(),
      Location: locationOf(parts.baseUrl(), answer),
      'Cache-Control': 'private, no-store',
    })
    .type(FHIR_JSON)
  const preference = readPreference(request.get('prefer'))
  if (preference === 'minimal') response.end()
  else response.send(answer.text)
}
