/*
  JSON of a client, read strictly: UTF-8, one meaning for each key, no deeper than anybody needs. The text is kept beside its value, so that decimals stay as written.
    bytes => [ UTF-8 BOM ] JSON text (RFC 8259)     two keys are the same when they are after unescaping     depth = objects and arrays around a value
*/
import { HubError } from '../../profiles/errors.ts'
import type { Issue } from '../../profiles/issues.ts'
import { endOfString } from './json-text.ts'

export interface StrictJson {
  text: string
  value: unknown
}

/** A QuestionnaireResponse of thirty nested groups needs 64. */
const DEEPEST = 128
/** The densest FHIR has one in nineteen bytes: 25 MB of `{},` have six times as many, and hold up everybody while they are read. */
const MOST_VALUES = 1_500_000
/** In one object. */
const MOST_KEYS = 10_000

const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const QUOTE = 0x22
const COLON = 0x3a
const COMMA = 0x2c
const LETTER_E = 0x65

/** Throws: fhir.body_utf8, fhir.body_depth, fhir.too_large, fhir.invalid, fhir.body_json, fhir.body_duplicate_key, the last with its place. */
export function readStrictJson(bytes: Uint8Array): StrictJson {
  const text = decode(bytes)
  const repeated = firstRepeatedKey(text)
  const value = parse(text)
  if (repeated !== undefined) throw new HubError('fhir.body_duplicate_key', { path: pathOf(value, repeated) })
  return { text, value }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // The decoder's own error says no more than that.
    throw new HubError('fhir.body_utf8')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's words quote the body.
    throw new HubError('fhir.body_json')
  }
}

type Step = string | number

/** An object or array that is open; `at` is the key or index that is being read. */
interface Frame {
  isObject: boolean
  keys?: Set<string>
  at: Step
}

/**
 * One pass over the text, sound or not; what is not JSON is found by the parser afterwards.
 * Out:    the steps to the first key that stands twice in its object.
 * Throws: fhir.body_depth, fhir.too_large for more values than anybody sends, fhir.invalid for a number that nobody could write out.
 */
function firstRepeatedKey(text: string): Step[] | undefined {
  const open: Frame[] = []
  let found: Step[] | undefined
  let values = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    const frame = open[open.length - 1]
    if ((code === COMMA || code === OPEN_OBJECT || code === OPEN_ARRAY) && ++values > MOST_VALUES) throw new HubError('fhir.too_large', { path: 'body' })
    if (code === QUOTE) {
      const end = endOfString(text, at)
      if (frame?.isObject === true && isKey(text, end)) {
        const key = keyOf(text.slice(at, end))
        frame.at = key
        frame.keys ??= new Set()
        if (frame.keys.size > MOST_KEYS) throw new HubError('fhir.too_large', { path: 'body' })
        if (found === undefined && frame.keys.size === frame.keys.add(key).size) found = open.map(one => one.at)
      }
      at = end - 1
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (open.length === DEEPEST) throw new HubError('fhir.body_depth')
      open.push({ isObject: code === OPEN_OBJECT, at: 0 })
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) open.pop()
    else if (code === COMMA && typeof frame?.at === 'number') frame.at += 1
    else if ((code | 0x20) === LETTER_E && isFar(text, at)) throw new HubError('fhir.invalid', { issues: [FAR_NUMBER] })
  }
  return found
}

/** `1e-999999999` has few characters, and a milliard of digits where the store writes it out. */
function isFar(text: string, at: number): boolean {
  EXPONENT.lastIndex = at - 1
  return EXPONENT.test(text)
}

const EXPONENT = /\d[eE][+-]?0*[1-9]\d{3}/y

const FAR_NUMBER: Issue = {
  severity: 'error',
  code: 'value',
  rule: 'value.decimal',
  expression: 'Resource',
  text: { en: 'A number has an exponent below 1000.', fr: 'L’exposant d’un nombre est inférieur à 1000.' },
}

function isKey(text: string, from: number): boolean {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at += 1
  return text.charCodeAt(at) === COLON
}

function keyOf(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return String(JSON.parse(quoted))
  } catch {
    // Not JSON: the parser refuses the whole text.
    return quoted
  }
}

/** `Bundle.entry[2].resource.status`, cut before a step that is no name of an element: it could be a value. */
function pathOf(value: unknown, steps: Step[]): string {
  const type = typeof value === 'object' && value !== null && 'resourceType' in value ? value.resourceType : undefined
  const root = typeof type === 'string' && /^[A-Z][A-Za-z]{1,40}$/.test(type) ? type : 'Resource'
  const strange = steps.findIndex(step => typeof step === 'string' && !/^_?[a-z][A-Za-z0-9]{0,60}$/.test(step))
  const known = strange === -1 ? steps : steps.slice(0, strange)
  return known.reduce<string>((path, step) => (typeof step === 'number' ? `${path}[${step}]` : `${path}.${step}`), root)
}
