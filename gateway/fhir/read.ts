/*
  Read and vread: the stored bytes as they are, with their ETag.
    GET <Type>/<id>      GET <Type>/<id>/_history/<version>
*/
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { actorOf, contextOf } from '../request.ts'
import { askStore, readText } from './ask-store.ts'
import type { FhirParts } from './door.ts'
import { readBinaryForm, requireJson } from './negotiate.ts'
import { FHIR_JSON } from './outcome.ts'
import { requireId, requireServed } from './types.ts'
import { visibility } from './visibility.ts'

export async function read(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const type = requireServed(request.params['type'])
  const id = requireId(request.params['id'])
  const version = request.params['version'] === undefined ? undefined : requireId(request.params['version'])
  const interaction = version === undefined ? 'read' : 'vread'
  const actor = actorOf(request)
  const format = new URL(request.url, 'http://hub').searchParams.get('_format')
  const form = type === 'Binary' ? readBinaryForm(request, format) : 'resource'
  if (form === 'resource' && type !== 'Binary') requireJson(request, format)
  const view = await visibility({ actor, type, interaction, id })
  const path = `${type}/${id}${version === undefined ? '' : `/_history/${version}`}`
  // What may not be seen answers as what does not exist.
  if (!view.shows({ type, id })) throw new HubError('store.not_found')
  const { requestId, traceparent } = contextOf(request)
  const answer = await askStore(parts.store, { method: 'GET', path, headers: storeHeaders(request, form) }, traceparent)
  await parts.audit({ actor, action: interaction, object: `${type}/${id}`, outcome: 'shown', requestId })
  copyHeaders(response, answer.headers)
  if (answer.status === 304) {
    answer.body.resume()
    response.status(304).end()
  } else if (type === 'Binary') await sendBinary(response, answer, form)
  else
    response
      .status(200)
      .type(FHIR_JSON)
      .send(await readText(answer.body))
}

function storeHeaders(request: Request, form: 'resource' | 'raw'): Record<string, string> {
  const headers: Record<string, string> = { accept: form === 'raw' ? 'application/octet-stream' : 'application/fhir+json' }
  for (const name of ['if-none-match', 'if-modified-since']) {
    const value = request.get(name)
    if (value !== undefined) headers[name] = value
  }
  return headers
}

function copyHeaders(response: Response, headers: Record<string, string>): void {
  for (const name of ['etag', 'last-modified']) if (headers[name] !== undefined) response.set(name, headers[name])
  response.set('Cache-Control', 'private, no-cache')
}

/** Documents may be large: they pass through. What someone stored is never shown by a browser as a page of the hub. */
async function sendBinary(
  response: Response,
  answer: { headers: Record<string, string>; body: NodeJS.ReadableStream },
  form: 'resource' | 'raw',
): Promise<void> {
  // setHeader and not set: Express would add a charset that the document does not declare.
  response.status(200).setHeader('Content-Type', form === 'resource' ? FHIR_JSON : (answer.headers['content-type'] ?? 'application/octet-stream'))
  if (form === 'raw') response.set('Content-Disposition', 'attachment')
  if (answer.headers['content-length'] !== undefined) response.set('Content-Length', answer.headers['content-length'])
  await pipeline(answer.body, response)
}
