/*
  JSON only: what a request may ask for and send.
    406 for an Accept or _format without JSON; 415 for a body that is no form
*/
import type { Request } from 'express'
import { HubError } from '../../profiles/errors.ts'

const JSON_TYPES = ['application/fhir+json', 'application/json', 'json']

/** Throws: fhir.not_acceptable. */
export function requireJson(request: Request, format: string | null): void {
  if (format !== null) {
    // A blank stands for the + of `application/fhir+json` that someone did not encode.
    if (!JSON_TYPES.includes(format.split(';')[0]?.trim().toLowerCase().replace(' ', '+') ?? '')) throw new HubError('fhir.not_acceptable', { path: '_format' })
    return
  }
  if (request.accepts(['application/fhir+json', 'application/json']) === false) throw new HubError('fhir.not_acceptable', { path: 'Accept' })
}

/** Of a Binary: the resource, or its content raw? XML is refused, everything else that is not FHIR means raw. Throws: fhir.not_acceptable. */
export function readBinaryForm(request: Request, format: string | null): 'resource' | 'raw' {
  if (format !== null) {
    requireJson(request, format)
    return 'resource'
  }
  const accept = (request.get('accept') ?? '*/*').toLowerCase()
  if (/application\/(fhir\+)?json/.test(accept)) return 'resource'
  if (/application\/fhir\+xml/.test(accept)) throw new HubError('fhir.not_acceptable', { path: 'Accept' })
  return 'raw'
}

/** Throws: fhir.media_type. */
export function requireForm(request: Request): void {
  if (request.is('application/x-www-form-urlencoded') === false) throw new HubError('fhir.media_type', { path: 'Content-Type' })
}
