/*
  An operation as it was called: by GET with what stands behind the address, or by POST with a Parameters resource as well, or with none.
  Spec: R4 operations, executing an operation.
*/
import { type Request, type RequestHandler, raw } from 'express'
import type { BundleEntryRequest, FhirResource } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import { readBody } from './body.ts'
import { queryOf, requireJsonBody } from './negotiate.ts'

/** The body of a call, as bytes. */
export const readCallBody: RequestHandler = raw({ type: () => true, limit: '64kb' })

/** Throws: fhir.media_type, fhir.body_*, as withParameters. */
export function callParameters(request: Request): URLSearchParams {
  const sent = queryOf(request)
  const body: unknown = request.body
  if (request.method !== 'POST' || !(body instanceof Uint8Array) || body.byteLength === 0) return sent
  requireJsonBody(request, ['application/fhir+json', 'application/json'])
  return withParameters(sent, readBody(body, 'Parameters').resource)
}

/** Of an entry of a bundle that calls by POST. */
export const isCall = ({ method, url }: BundleEntryRequest): boolean => method === 'POST' && /\/\$(?!validate)[^/]+$/.test(url.split('?')[0] ?? '')

/** Throws: fhir.body_type; fhir.request at a parameter that has no value of one word. */
export function withParameters(sent: URLSearchParams, body: FhirResource): URLSearchParams {
  if (body.resourceType !== 'Parameters') throw new HubError('fhir.body_type', { path: 'resourceType' })
  const { parameter = [] } = body
  if (!Array.isArray(parameter)) throw new HubError('fhir.request', { path: 'Parameters.parameter' })
  for (const [index, one] of parameter.entries()) {
    const [value, ...others] = Object.entries(one ?? {}).flatMap(([key, held]: [string, unknown]) => (key.startsWith('value') ? [held] : []))
    if (typeof one?.name !== 'string' || others.length > 0 || !['string', 'number', 'boolean'].includes(typeof value))
      throw new HubError('fhir.request', { path: `Parameters.parameter[${index}]` })
    sent.append(one.name, String(value))
  }
  return sent
}
