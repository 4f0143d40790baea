/*
  Read and vread: the stored bytes as they are, with their ETag.
    GET <Type>/<id>      GET <Type>/<id>/_history/<version>      _elements, _summary; If-None-Match, If-Modified-Since
*/
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { requireScope } from '../access/callers/actor.ts'
import { type Caller, callerOf } from '../request.ts'
import { askStore, JSON_ONLY, type ReadAnswer, readPath, requireVisible } from './ask-store.ts'
import { isUnchanged, knownIn, queryOf, readBinaryForm, requireJson, sendFhir } from './negotiate.ts'
import { FHIR_JSON } from './outcome.ts'
import { readShape } from './search/query.ts'
import { requireId, requireServed, type ServedType } from './types.ts'
import { requireBinary } from './document-content.ts'
import { type Found, visibility } from './visibility.ts'
import { noteFirstRead } from './write/hub-write.ts'
import type { FhirParts } from './parts.ts'

export async function read(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const type = requireServed(request.params['type'])
  const id = requireId(request.params['id'])
  const version = request.params['version'] === undefined ? undefined : requireId(request.params['version'])
  const sent = queryOf(request)
  if (type === 'Binary') return readBinary(parts, request, response)
  requireJson(request, sent.get('_format'))
  const { bytes, headers } = await readResource(parts, callerOf(request), { type, id, version, sent })
  setVersion(response, headers)
  if (isUnchanged(knownIn(request), headers)) response.status(304).end()
  else sendFhir(response, bytes)
}

interface Reading {
  type: ServedType
  id: string
  version?: string | undefined
  sent: URLSearchParams
}

/** Out: the resource as it is stored, and the headers that came with it. */
export async function readResource(parts: FhirParts, caller: Caller, { type, id, version, sent }: Reading): Promise<ReadAnswer> {
  const { actor, requestId, traceparent } = caller
  const interaction = version === undefined ? 'read' : 'vread'
  requireScope(actor, type, 'r')
  const [shape, ofVersion] = [readShape(sent, type), version === undefined ? '' : `/_history/${version}`]
  const ask = (further: string): Promise<ReadAnswer> =>
    ofVersion === '' && further === '' ? parts.reads.read({ type, id, traceparent }) : readPath(parts.store, `${type}/${id}${ofVersion}${further}`, traceparent)
  const view = visibility({ parts, actor, type, interaction })
  // Rights are asked for while the store reads.
  const firstView = visibility({ parts: { ...parts, rights: parts.rights.ahead(actor, `${type}/${id}`) }, actor, type, interaction })
  const whole = await ask('')
  // What may not be seen answers as what does not exist.
  const foundIn = ({ bytes }: ReadAnswer): Found => {
    const text = bytes.toString('utf8')
    return { type, id, text: () => text }
  }
  const seen = await firstView.require(foundIn(whole))
  if (version !== undefined) await requireVisible(parts.store, { type, id }, { view, traceparent })
  const isChanged = version === undefined && parts.writes !== undefined && (await noteFirstRead(parts.writes, { actor, type, bytes: whole.bytes, traceparent }))
  const answer = await answered(isChanged ? await ask('') : whole)
  await parts.audit({ actor, action: interaction, object: `${type}/${id}`, outcome: 'shown', requestId, decided: [seen] })
  return answer

  /** Some elements of it are cut out by the store; at a level below `complet` the level alone says which. */
  async function answered(current: ReadAnswer): Promise<ReadAnswer> {
    const { level, text } = current === whole ? seen : await view.require(foundIn(current))
    if (level !== 'complet') return { ...current, bytes: Buffer.from(text) }
    return shape === '' ? current : ask(shape)
  }
}

function setVersion(response: Response, headers: ReadAnswer['headers']): void {
  if (headers['etag'] !== undefined) response.setHeader('ETag', headers['etag'])
  if (headers['last-modified'] !== undefined) response.setHeader('Last-Modified', headers['last-modified'])
  response.setHeader('Cache-Control', 'private, no-cache')
}

/** Documents may be large: they pass through. What someone stored is never shown by a browser as a page of the hub. */
async function readBinary(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const id = requireId(request.params['id'])
  const sent = queryOf(request)
  readShape(sent)
  const form = readBinaryForm(request, sent.get('_format'))
  const { actor, requestId, traceparent } = callerOf(request)
  const view = visibility({ parts, actor, type: 'Binary', interaction: 'read' })
  const seen = await requireBinary(parts, view, id)
  const headers = form === 'raw' ? { accept: 'application/octet-stream' } : JSON_ONLY
  const answer = await askStore(parts.store, { method: 'GET', path: `Binary/${id}`, headers }, traceparent)
  await parts.audit({ actor, action: 'read', object: `Binary/${id}`, outcome: 'shown', requestId, decided: [seen] })
  setVersion(response, answer.headers)
  if (isUnchanged(knownIn(request), answer.headers)) {
    answer.body.resume()
    response.status(304).end()
    return
  }
  // setHeader and not set: Express would add a charset that the document does not declare.
  response.setHeader('Content-Type', form === 'resource' ? FHIR_JSON : (answer.headers['content-type'] ?? 'application/octet-stream'))
  if (form === 'raw') response.setHeader('Content-Disposition', 'attachment')
  if (answer.headers['content-length'] !== undefined) response.setHeader('Content-Length', answer.headers['content-length'])
  await pipeline(answer.body, response)
}
