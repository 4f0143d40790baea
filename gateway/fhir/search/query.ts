/*
  What a search asks, checked against the table of what is claimed, and as it is passed on to the store.
    name => parameter [":" modifier] | chain [":" modifier] | control      chains, includes and their types are those of the table, letter by letter
    strict (the default): an unknown parameter is 400 with its name      lenient: it is passed over, and the answer says so
*/
import { HubError } from '../../../profiles/errors.ts'
import { COMMON_PARAMETERS, type ParameterKind, SEARCH_PARAMETERS } from '../../../profiles/tables/search-parameters.ts'
import { alternatives, behindItsEnd, isMoment, isWellFormed, storeValues } from './query-values.ts'
import { rowOf, type ServedType, servedTypes } from '../types.ts'
import { shapeFor } from './shape.ts'

const DEFAULT_COUNT = 20
const LARGEST_COUNT = 200
const LONGEST_URL = 4096
const MOST_PARAMETERS = 40

export interface SearchRequest {
  type: ServedType
  /** As the store is asked. */
  query: URLSearchParams
  /** Names passed over under `Prefer: handling=lenient`. */
  ignored: string[]
  /** Types that chains reach into: they are searched too. */
  reached: string[]
}

export interface SearchTerms {
  isLenient?: boolean
  /** Base of the hub: a reference of its own is asked for as a relative one. */
  baseUrl?: string
}

/** Modifiers beside `:missing`, which every kind has. The store passes over one it does not know, and answers more than was asked for. */
const MODIFIERS: Partial<Record<ParameterKind, readonly string[]>> = { token: ['not', 'in'], string: ['exact', 'contains'] }

/** What says how matches are shown, and not which they are. */
export const SHAPE = /^_(count|elements|summary|total|(rev)?include(:iterate)?)$/

const CONTROLS: Record<string, (value: string, type: ServedType) => boolean> = {
  _sort: (value, type) => value.split(',').every(key => parameterOf(type, key.replace(/^-/, '')) !== undefined),
  _elements: value => /^[A-Za-z][A-Za-z.]{0,99}(,[A-Za-z][A-Za-z.]{0,99})*$/.test(value),
  _summary: value => ['true', 'false', 'text', 'data', 'count'].includes(value),
  _total: value => ['none', 'estimate', 'accurate'].includes(value),
}

/** Throws: fhir.url_too_long. */
export function requireShortUrl(url: string): void {
  if (url.length > LONGEST_URL) throw new HubError('fhir.url_too_long', { path: '_search' })
}

/** Throws: fhir.parameter_unknown and fhir.request, at the parameter's name; fhir.too_large. */
export function readSearch(type: ServedType, sent: URLSearchParams, { isLenient = false, baseUrl }: SearchTerms = {}): SearchRequest {
  const asked: SearchRequest = { type, query: new URLSearchParams(), ignored: [], reached: [] }
  // Each is a join of the store.
  if (sent.size > MOST_PARAMETERS) throw new HubError('fhir.too_large', { path: type })
  requireOnce(sent)
  for (const [name, value] of sent) {
    if (name === '_format' || name === '_pretty' || name === '_count') continue
    if (own(CONTROLS, name) !== undefined) addControl(asked, name, value)
    else if (/^_(rev)?include(:|$)/.test(name)) addInclude(asked, name, value)
    else if (!addCondition(asked, name, baseUrl === undefined ? value : value.replaceAll(`${baseUrl}/`, ''))) {
      if (!isLenient) throw new HubError('fhir.parameter_unknown', { path: place(name) })
      asked.ignored.push(place(name))
    }
  }
  requireOneSpan(asked)
  const count = readCount(sent.get('_count'))
  asked.query.set('_count', String(count))
  // R4: who asks for no match asks how many there are.
  if (count === 0) asked.query.set('_summary', 'count')
  return asked
}

/** Of two of them one would be passed over. Throws: fhir.request, at its name. */
function requireOnce(sent: URLSearchParams): void {
  const repeated = ['_count', '_since', '_sort', '_summary', '_total'].find(name => sent.getAll(name).length > 1)
  const crossed = sent.has('_summary') && sent.has('_elements') ? '_elements' : undefined
  const path = repeated ?? crossed
  if (path !== undefined) throw new HubError('fhir.request', { path })
}

function addControl({ type, query }: SearchRequest, name: string, value: string): void {
  if (own(CONTROLS, name)?.(value, type) !== true) throw new HubError(name === '_sort' ? 'fhir.parameter_unknown' : 'fhir.request', { path: name })
  query.append(...(name === '_elements' || name === '_summary' ? shapeFor(type, name, value) : ([name, value] as const)))
}

/** Of one date the store takes a lower bound and an upper one together, or one condition of any other kind. Throws: fhir.request, at its name. */
function requireOneSpan({ type, query }: SearchRequest): void {
  for (const name of new Set([...query.keys()].map(key => key.replace(/:missing$/, '')))) {
    const sides = [...query.getAll(name), ...query.getAll(`${name}:missing`)].map(value => SIDES.findIndex(side => side.test(value)))
    const isOneSpan = sides.length === 1 || (!sides.includes(-1) && new Set(sides).size === sides.length)
    if (!isOneSpan && parameterOf(type, name) === 'date') throw new HubError('fhir.request', { path: place(name) })
  }
}

const SIDES = [/^(g|sa)/, /^(l|eb)/]

/** What is included on the way to another inclusion is followed with `:iterate`, whether or not the client wrote it. */
function addInclude({ type, query }: SearchRequest, name: string, value: string): void {
  const { includes, revincludes } = rowOf(type)
  const isIterated = name === '_include:iterate'
  const isServed =
    name === '_revinclude' ? revincludes.includes(value) : includes.includes(value) && (name === '_include' || value.startsWith('PractitionerRole:'))
  if (!isServed || (name !== '_include' && name !== '_revinclude' && !isIterated)) throw new HubError('fhir.parameter_unknown', { path: place(name) })
  query.append(name === '_include' && !value.startsWith(`${type}:`) ? '_include:iterate' : name, value)
}

/** Out: false for a parameter that the type does not have. */
function addCondition({ type, query, reached }: SearchRequest, name: string, value: string): boolean {
  const { kind, modifier, types } = termOf(type, name) ?? {}
  if (kind === undefined) return false
  if (modifier !== undefined && !allowsModifier(name, kind, modifier)) throw new HubError('fhir.parameter_unknown', { path: place(name) })
  // A blank stands for the + of a time zone that someone did not encode.
  const written = kind === 'date' ? value.replace(' ', '+') : value
  const isSound =
    modifier === 'missing' ? ['true', 'false'].includes(value) : isWellFormed(modifier === 'in' ? 'uri' : kind, written) && !isHalfTag(name, value)
  const conditions = isSound && modifier === undefined ? storeValues(kind, name === '_lastUpdated' ? behindItsEnd(written) : written, new Date()) : [written]
  if (!isSound || conditions === undefined) throw new HubError('fhir.request', { path: place(name) })
  for (const condition of conditions) query.append(name, condition)
  reached.push(...(types ?? []).filter(one => !reached.includes(one)))
  return true
}

/** Of a tag or security label the store knows no system without a code, and passes over that a code has no system. */
const isHalfTag = (name: string, value: string): boolean => /^_(tag|security)\b/.test(name) && alternatives(value).some(one => /^\||\|$/.test(one))

/** As the store is sent it: in a text that it looks for the beginning or the inside of, it takes `_` for any letter, and a backslash for what makes the next one itself. */
export function storeForm(type: ServedType, query: URLSearchParams): string {
  const isLiked = (name: string): boolean => termOf(type, name)?.kind === 'string' && !name.endsWith(':exact')
  const sent = [...query].map(([name, value]): [string, string] => [name, isLiked(name) ? value.replace(/\\\\|_/g, '\\\\$&') : value])
  return new URLSearchParams(sent).toString()
}

/** A chain may hold colons of its own, so the whole name is looked up first. */
function termOf(type: ServedType, name: string): { kind: ParameterKind; modifier?: string; types?: readonly string[] } | undefined {
  const [, base = name, modifier] = /^(.*):([^:.]+)$/.exec(name) ?? []
  for (const [one, rest] of [[name], [base, modifier]] as const) {
    const kind = parameterOf(type, one)
    const types = own(rowOf(type).chains, one)
    const found = kind ?? (types === undefined ? undefined : chainedKind(types, one))
    if (found !== undefined) return { kind: found, ...(rest === undefined ? {} : { modifier: rest }), ...(types === undefined ? {} : { types }) }
  }
  return undefined
}

const parameterOf = (type: string, code: string): ParameterKind | undefined => (own(COMMON_PARAMETERS, code) ?? own(SEARCH_PARAMETERS[type], code))?.kind

const own = <T>(rows: Readonly<Record<string, T>> | undefined, code: string): T | undefined =>
  rows !== undefined && Object.hasOwn(rows, code) ? rows[code] : undefined

/** A chain ends in a parameter of the last type it reaches. */
const chainedKind = (types: readonly string[], chain: string): ParameterKind | undefined => parameterOf(types.at(-1) ?? '', chain.split('.').at(-1) ?? '')

/** Of those of every type the store knows `:not` of a tag or security label alone: it passes over the others. */
const allowsModifier = (name: string, kind: ParameterKind, modifier: string): boolean =>
  own(COMMON_PARAMETERS, name.split(':')[0] ?? '') !== undefined
    ? modifier === 'not' && /^_(tag|security):/.test(name)
    : modifier === 'missing' || MODIFIERS[kind]?.includes(modifier) === true || (kind === 'reference' && servedTypes.some(type => type === modifier))

/** Throws: fhir.request at `_count`. */
export function readCount(text: string | null): number {
  if (text === null) return DEFAULT_COUNT
  if (!/^\d{1,9}$/.test(text)) throw new HubError('fhir.request', { path: '_count' })
  return Math.min(Number(text), LARGEST_COUNT)
}

/**
 * `_count` and `_since` of a history or `$everything`.
 * In: further = parameters that the caller reads itself. Throws: fhir.parameter_unknown, fhir.request.
 */
export function readPaging(sent: URLSearchParams, further: readonly string[]): URLSearchParams {
  requireKnown(sent, ['_count', '_since', ...further])
  requireOnce(sent)
  const paging = new URLSearchParams({ _count: String(readCount(sent.get('_count'))) })
  const since = sent.get('_since')?.replace(' ', '+')
  if (since === undefined) return paging
  if (!isMoment(since)) throw new HubError('fhir.request', { path: '_since' })
  // What says no zone is of UTC.
  paging.set('_since', new Date(since.replace(/T[\d:.]+$/, '$&Z')).toISOString())
  return paging
}

/** `_elements` and `_summary` of a read, as the store is asked for them. Throws: fhir.parameter_unknown, fhir.request. */
export function readShape(sent: URLSearchParams, type = ''): string {
  requireKnown(sent, ['_elements', '_summary'])
  requireOnce(sent)
  const shape = ['_elements', '_summary'].flatMap(name => sent.getAll(name).map((value): [string, string] => [name, value]))
  for (const [name, value] of shape) {
    if (value === 'count' || own(CONTROLS, name)?.(value, 'Binary') !== true) throw new HubError('fhir.request', { path: name })
  }
  return shape.length === 0 ? '' : `?${new URLSearchParams(shape.map(([name, value]) => shapeFor(type, name, value)))}`
}

/** What is no search has these parameters and no others. Throws: fhir.parameter_unknown, at its name. */
export function requireKnown(sent: URLSearchParams, known: readonly string[]): void {
  const unknown = [...sent.keys()].find(name => !['_format', '_pretty', ...known].includes(name))
  if (unknown !== undefined) throw new HubError('fhir.parameter_unknown', { path: place(unknown) })
}

/** The name of a parameter where it is one; a place never carries what might be a value. */
function place(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/.test(name) ? name : 'query'
}
