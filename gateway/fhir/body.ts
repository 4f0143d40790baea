/*
  The body of a request as one FHIR resource: its text, its value, its type, and no larger than the hub takes.
*/
import type { FhirResource } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import { elementsOf, membersOf } from './json-text.ts'
import { readStrictJson } from './strict-json.ts'

export interface Body {
  type: string
  /** As the client wrote it. */
  text: string
  /** Of the form of a resource as far as `resourceType` goes; the rest is for the validator. */
  resource: FhirResource
}

/** What the parser of the HTTP server takes at most. */
export const LARGEST_BODY = 25 << 20
/** Of any resource, the content of a Binary apart; also of a Bundle beside its resources. */
export const LARGEST_RESOURCE = 4 << 20
const MOST_ENTRIES = 500

/**
 * In:     the type the address asks for; without it any.
 * Throws: fhir.body_utf8, fhir.body_depth, fhir.body_json, fhir.body_duplicate_key, fhir.body_type, fhir.too_large, fhir.too_many_entries.
 */
export function readBody(bytes: Uint8Array, expected?: string): Body {
  const { text, value } = readStrictJson(bytes)
  const type = typeOf(value)
  if (type === undefined || (expected !== undefined && type !== expected)) throw new HubError('fhir.body_type', { path: 'resourceType' })
  if (type === 'Bundle') checkEntries(value, bytes.byteLength > LARGEST_RESOURCE ? text : undefined)
  else if (bytes.byteLength - contentLength(value) > LARGEST_RESOURCE) throw new HubError('fhir.too_large', { path: type })
  return { type, text, resource: value as FhirResource }
}

function typeOf(value: unknown): string | undefined {
  const type = typeof value === 'object' && value !== null && 'resourceType' in value ? value.resourceType : undefined
  return typeof type === 'string' && /^[A-Z][A-Za-z]{1,40}$/.test(type) ? type : undefined
}

/** What a Binary holds is no part of what anybody judges. */
function contentLength(resource: unknown): number {
  const data = typeOf(resource) === 'Binary' ? (resource as { data?: unknown }).data : undefined
  return typeof data === 'string' ? Buffer.byteLength(data) : 0
}

/** In: the text of a bundle in which something may be too large. */
function checkEntries(bundle: unknown, text: string | undefined): void {
  const entries = typeof bundle === 'object' && bundle !== null && 'entry' in bundle && Array.isArray(bundle.entry) ? bundle.entry : []
  if (entries.length > MOST_ENTRIES) throw new HubError('fhir.too_many_entries', { path: 'Bundle.entry' })
  if (text === undefined) return
  const written = entries.length === 0 ? undefined : membersOf(text).find(member => member.key === 'entry')
  let besides = Buffer.byteLength(text)
  for (const [index, entry] of (written === undefined ? [] : elementsOf(written.text)).entries()) {
    const resource = entry.startsWith('{') ? membersOf(entry).find(member => member.key === 'resource') : undefined
    if (resource === undefined) continue
    const size = Buffer.byteLength(resource.text)
    besides -= size
    const inside: unknown = entries[index]
    const content = typeof inside === 'object' && inside !== null && 'resource' in inside ? contentLength(inside.resource) : 0
    if (size - content > LARGEST_RESOURCE) throw new HubError('fhir.too_large', { path: `Bundle.entry[${index}].resource` })
  }
  if (besides > LARGEST_RESOURCE) throw new HubError('fhir.too_large', { path: 'Bundle' })
}
