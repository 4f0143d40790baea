/*
  JSON Patch (RFC 6902) of what the store holds; only the members of the first level that the table of served types lists, numbers as they are written.
*/
import { isDeepStrictEqual } from 'node:util'
import jsonPatch, { type Operation } from 'fast-json-patch'
import { HubError } from '../../../profiles/errors.ts'
import { LARGEST_RESOURCE } from '../body.ts'
import { NUMBER_MARK, withQuotedNumbers } from '../json-text.ts'
import { rowOf } from '../types.ts'
import type { Asked } from './asked.ts'
import type { Current } from './current.ts'
import { spliced } from './splice.ts'

const MOST_OPERATIONS = 1000
const IS_ARCHIVED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived'

/** Throws: fhir.invalid for what is no patch or does not fit the resource, fhir.method for other elements, fhir.too_large. */
export function patched({ text }: Current, asked: Pick<Asked, 'type' | 'text' | 'place'>): string {
  const { type } = asked
  const operations = readOperations(asked)
  const touched = operations.flatMap(operation => [operation.path, ...('from' in operation ? [operation.from] : [])]).map(path => path.split('/')[1] ?? '')
  if (!touched.every(member => rowOf(type).patchable.includes(member))) throw new HubError('fhir.method', { path: type })
  const before = JSON.parse(withQuotedNumbers(text)) as Record<string, unknown>
  const after = applied(before, operations, asked)
  if (type === 'DocumentReference' && !isDeepStrictEqual(otherExtensions(before), otherExtensions(after))) throw new HubError('fhir.method', { path: type })
  const changes = [...new Set(touched)].map(member => [member, after[member] === undefined ? undefined : withNumbers(JSON.stringify(after[member]))])
  const written = spliced(text, Object.fromEntries(changes))
  if (Buffer.byteLength(written) > LARGEST_RESOURCE) throw new HubError('fhir.too_large', { path: type })
  return written
}

/** Throws: fhir.too_large for more operations than anybody needs; fhir.invalid also for a text that begins like our numbers: it would be written as JSON. */
function readOperations({ text, type, place }: Pick<Asked, 'type' | 'text' | 'place'>): Operation[] {
  if (text.includes(NUMBER_MARK)) throw unfit(place)
  const operations: unknown = JSON.parse(withQuotedNumbers(text))
  if (!Array.isArray(operations) || operations.length === 0 || !operations.every(isOperation)) throw unfit(place)
  if (operations.length > MOST_OPERATIONS) throw new HubError('fhir.too_large', { path: type })
  return operations
}

function isOperation(one: unknown): one is Operation {
  const { op, path, from = '' } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>
  return [op, path, from].every(member => typeof member === 'string')
}

/** Throws: fhir.too_large for copies of copies: each may double what the one before has made. */
function applied(before: Record<string, unknown>, operations: Operation[], { type, place }: Pick<Asked, 'type' | 'place'>): Record<string, unknown> {
  const after = structuredClone(before)
  let copied = 0
  for (const operation of operations) {
    try {
      copied += operation.op === 'copy' ? JSON.stringify(jsonPatch.getValueByPointer(after, operation.from)).length : 0
      if (copied <= LARGEST_RESOURCE) jsonPatch.applyOperation(after, operation, true, true, true)
    } catch {
      // The error of the library quotes values.
      throw unfit(`${place}${elementAt(operation.path)}`)
    }
    if (copied > LARGEST_RESOURCE) throw new HubError('fhir.too_large', { path: type })
  }
  return after
}

/** The element of the first level that a pointer leads to: `/note/0/text` → `.note[0]`. What stands below may be anything. */
const elementAt = (pointer: string): string => pointer.replace(/^\/(\w+)(?:\/(\d+))?.*$/s, (_, member, at) => `.${member}${at === undefined ? '' : `[${at}]`}`)

function unfit(expression: string): HubError {
  const text = { en: 'This is no JSON Patch that fits the resource.', fr: "Ce n'est pas un JSON Patch applicable à la ressource." }
  return new HubError('fhir.invalid', { issues: [{ severity: 'error', code: 'value', rule: 'patch.unfit', expression, text }] })
}

function otherExtensions({ extension }: Record<string, unknown>): unknown[] {
  return Array.isArray(extension) ? extension.filter(one => (one as { url?: unknown }).url !== IS_ARCHIVED) : []
}

const withNumbers = (text: string): string => text.replaceAll(/"\\u0001([^"]*)"/g, '$1')
