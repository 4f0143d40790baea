/*
  JSON only: what a request may ask for and send, and how an answer goes out.
    406 for an Accept or _format without JSON; 415 for a body that is no form, or no JSON of R4 in UTF-8; 304 for who has the version already
*/
import type { Request, Response } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { FHIR_JSON } from './outcome.ts'

const JSON_TYPES = ['application/fhir+json', 'application/json', 'json']

/** Throws: fhir.not_acceptable. */
export function requireJson(request: Request, format: string | null): void {
  if (format !== null) {
    const [name = '', ...parameters] = partsOf(format)
    // A blank stands for the + of `application/fhir+json` that someone did not encode.
    if (!JSON_TYPES.includes(name.replace(' ', '+')) || !parameters.every(isOurVersion)) throw new HubError('fhir.not_acceptable', { path: '_format' })
    return
  }
  const accept = request.get('accept')
  if (accept === undefined || accept === '*/*' || accept === 'application/fhir+json') return
  if (!acceptsJson(accept)) throw new HubError('fhir.not_acceptable', { path: 'Accept' })
}

/** What stands behind a media type does not make it another one, but another version of FHIR does. The narrowest range that names a type decides. */
function acceptsJson(accept: string): boolean {
  const ranges = accept.split(',').map(partsOf)
  const told = ranges.filter(([, ...parameters]) => parameters.every(isOurVersion))
  return JSON_TYPES.slice(0, 2).some(type => {
    const range = [type, 'application/*', '*/*'].map(named => told.find(([name]) => name === named)).find(found => found !== undefined)
    return range !== undefined && !range.some(parameter => /^q=0(\.0*)?$/.test(parameter))
  })
}

const partsOf = (mediaType: string): string[] =>
  mediaType
    .toLowerCase()
    .split(';')
    .map(part => part.trim())
const isOurVersion = (parameter: string): boolean => !parameter.startsWith('fhirversion=') || /^fhirversion="?4\.0"?$/.test(parameter)
/** FHIR is UTF-8; what stands here is read as that. */
const isOurCharset = (parameter: string): boolean => !parameter.startsWith('charset=') || /^charset="?(utf-?8|us-ascii)"?$/.test(parameter)

/** Throws: fhir.media_type. */
export function requireJsonBody(request: Request, types: string[]): void {
  const [, ...parameters] = partsOf(request.get('content-type') ?? '')
  const isRead = request.is(types) !== false && request.body instanceof Uint8Array && parameters.every(one => isOurVersion(one) && isOurCharset(one))
  if (!isRead) throw new HubError('fhir.media_type', { path: 'Content-Type' })
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

/** No body is an empty one. Throws: fhir.media_type. */
export function requireForm(request: Request): void {
  if (request.is('application/x-www-form-urlencoded') === false && request.get('content-length') !== '0')
    throw new HubError('fhir.media_type', { path: 'Content-Type' })
}

/** What stands behind the `?` of the address. */
export function queryOf(request: Request): URLSearchParams {
  const at = request.url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1))
}

/** What the caller of a read says he has, in the headers of a request or in an entry of a bundle. */
export interface Known {
  ifNoneMatch?: string | undefined
  ifModifiedSince?: string | undefined
}

export const knownIn = (request: Request): Known => ({ ifNoneMatch: request.get('if-none-match'), ifModifiedSince: request.get('if-modified-since') })

/** Does the caller have this version already? If-None-Match decides alone where it is sent. */
export function isUnchanged(
  { ifNoneMatch, ifModifiedSince }: Known,
  { etag = '', 'last-modified': lastModified }: Record<string, string | undefined>,
): boolean {
  if (ifNoneMatch !== undefined) return namesVersion(ifNoneMatch, etag)
  return lastModified !== undefined && Date.parse(lastModified) <= Date.parse(ifModifiedSince ?? '')
}

/** `*` is whatever stands there. */
export const namesVersion = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some(one => bare(one) === bare(etag))

const bare = (etag: string): string => etag.trim().replace(/^W\//, '')

/** The bytes as they are, with the length that HEAD tells too. */
export function sendFhir(response: Response, body: string | Buffer, status = 200): void {
  response.statusCode = status
  response.setHeader('Content-Type', FHIR_JSON)
  response.setHeader('Content-Length', Buffer.byteLength(body))
  response.end(body)
}

/** What is shown to this caller alone, and kept by nobody on the way. */
export function sendPage(response: Response, text: string): void {
  response.setHeader('Cache-Control', 'private, no-store')
  sendFhir(response, text)
}
