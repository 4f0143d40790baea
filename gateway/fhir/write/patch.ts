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
/** RFC 6901: `~` stands before 0 or 1, an index has no zero before it (no element of R4 is named by one). */
const POINTER = /^(\/(?!0\d)([^~/]|~[01])*)*$/
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
  // A list whose last element went is none (R4, JSON).
  const isGone = (member: string): boolean =>
    after[member] === undefined || (isDeepStrictEqual(after[member], []) && !operations.some(({ path }) => path === `/${member}`))
  const changes = [...new Set(touched)].map(member => [member, isGone(member) ? undefined : withNumbers(JSON.stringify(after[member]))])
  const written = spliced(text, Object.fromEntries(changes))
  if (Buffer.byteLength(written) > LARGEST_RESOURCE) throw new HubError('fhir.too_large', { path: type })
  return written
}

/** Throws: fhir.too_large for more operations than anybody needs; fhir.invalid also for a text that begins like our numbers: it would be written as JSON. */
function readOperations({ text, type, place }: Pick<Asked, 'type' | 'text' | 'place'>): Operation[] {
  if (text.includes(NUMBER_MARK)) throw unfit(place)
  const operations: unknown = JSON.parse(withQuotedNumbers(text))
  if (!Array.isArray(operations) || !operations.every(isOperation)) throw unfit(place)
  if (operations.length > MOST_OPERATIONS) throw new HubError('fhir.too_large', { path: type })
  return operations
}

function isOperation(one: unknown): one is Operation {
  const { op, path, from } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>
  const isPointer = (text: unknown): text is string => typeof text === 'string' && POINTER.test(text)
  // Nothing moves into itself.
  return typeof op === 'string' && isPointer(path) && (from === undefined || isPointer(from)) && !(op === 'move' && path.startsWith(`${from}/`))
}

/** Throws: fhir.too_large for copies of copies: each may double what the one before has made. */
function applied(before: Record<string, unknown>, operations: Operation[], { type, place }: Pick<Asked, 'type' | 'place'>): Record<string, unknown> {
  const after = structuredClone(before)
  let copied = 0
  for (const operation of operations) {
    try {
      copied += operation.op === 'copy' ? JSON.stringify(jsonPatch.getValueByPointer(after, operation.from)).length : 0
      if (copied <= LARGEST_RESOURCE) for (const step of stepsOf(operation, after)) jsonPatch.applyOperation(after, step, true, true, true)
    } catch (error) {
      // The error of the library quotes values.
      if (!isSameByNumbers(after, operation, error)) throw unfit(`${place}${elementAt(operation.path)}`)
    }
    if (copied > LARGEST_RESOURCE) throw new HubError('fhir.too_large', { path: type })
  }
  return after
}

/** A move is a removal and an addition: the library would add behind the end. */
function stepsOf(operation: Operation, document: unknown): Operation[] {
  if (operation.op !== 'move') return [operation]
  const { from, path } = operation
  return [
    { op: 'remove', path: from },
    { op: 'add', path, value: jsonPatch.getValueByPointer(document, from) },
  ]
}

/** Numbers are tested by their value, however they are written. */
function isSameByNumbers(document: unknown, operation: Operation, error: unknown): boolean {
  if (operation.op !== 'test' || (error as { name?: unknown }).name !== 'TEST_OPERATION_FAILED') return false
  const [found, asked] = [jsonPatch.getValueByPointer(document, operation.path), operation.value].map(one => JSON.parse(withNumbers(JSON.stringify(one))))
  return isDeepStrictEqual(found, asked)
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
