/*
  What a search of the audit asks: `date` always, so that nobody reads all of it at once.
    date  period-start  patient  patient.identifier  agent  agent-name  agent-role  altid  entity  type  subtype  outcome  _id  _count  _sort (date)  _summary (count)
*/
import { HubError } from '../../../profiles/errors.ts'
import type { AuditFilter } from '../../ledger/audit/audit-search.ts'
import { readCount, requireKnown } from '../search/query.ts'
import { momentBounds } from '../search/query-values.ts'

export interface AuditSearch {
  filter: AuditFilter
  /** Of the persons it is about. */
  identifiers?: { system: string; value: string }[]
  count: number
  isOldestFirst: boolean
  after?: { at: Date; id: string }
}

const KNOWN = [
  ...['date', 'period-start', 'patient', 'patient.identifier', 'agent', 'agent-name', 'agent-role', 'altid', 'entity', 'type', 'subtype', 'outcome'],
  ...['_id', '_count', '_after', '_total', '_sort', '_summary'],
]

/** Throws: fhir.parameter_unknown, fhir.request, at the parameter's name. */
export function readAuditSearch(sent: URLSearchParams): AuditSearch {
  requireKnown(sent, KNOWN)
  // An entry is of one moment: its period starts when it was recorded.
  const dates = [...sent.getAll('date'), ...sent.getAll('period-start')].flatMap(readDate)
  if (!sent.has('date')) throw new HubError('fhir.request', { path: 'date' })
  const entities = codesOf(sent, 'entity')
  const patients = personsIn([...codesOf(sent, 'patient').map(all => all.map(asPerson)), ...entities.filter(all => all.some(isPerson))])
  const identifiers = sent.getAll('patient.identifier').flatMap(value => value.split(','))
  const outcomes = sent.get('outcome')?.split(',').map(codeOf)
  const filter: AuditFilter = {
    dates,
    ...(patients === undefined ? {} : { patients }),
    agents: codesOf(sent, 'agent', 'altid', 'agent-name'),
    roles: codesOf(sent, 'agent-role'),
    kinds: codesOf(sent, 'type'),
    objects: entities.filter(all => !all.some(isPerson)),
    interactions: codesOf(sent, 'subtype').map(all => all.map(one => one.replace(/^search-type$/, 'search'))),
    ...(sent.has('_id') ? { id: sent.get('_id') ?? '' } : {}),
    ...(outcomes === undefined || (outcomes.includes('0') && outcomes.length > 1) ? {} : { isRefused: !outcomes.includes('0') }),
  }
  if (filter.id !== undefined && !/^[0-9a-f-]{36}$/.test(filter.id)) throw new HubError('fhir.request', { path: '_id' })
  const named = identifiers.length === 0 ? {} : { identifiers: identifiers.map(identifierOf) }
  // Of a count nothing is shown.
  const count = readCount(sent.get('_summary') === 'count' ? '0' : sent.get('_count'))
  return { filter, ...named, count, isOldestFirst: isOldestFirst(sent), ...readAfter(sent.get('_after')) }
}

const isPerson = (reference: string): boolean => reference.startsWith('Patient/')
const asPerson = (reference: string): string => (isPerson(reference) ? reference : `Patient/${reference}`)

/** For each time one of these was sent, the codes of which one is enough. */
const codesOf = (sent: URLSearchParams, ...names: string[]): string[][] => names.flatMap(name => sent.getAll(name)).map(value => value.split(',').map(codeOf))

/** A person is asked about in the same way by either name: where both are given, both must fit. */
const personsIn = (asked: readonly string[][]): string[] | undefined =>
  asked.length === 0 ? undefined : asked.reduce((all, more) => all.filter(one => more.includes(one)))

/** Throws: fhir.request for what has no system: a number alone is nobody's. */
function identifierOf(token: string): { system: string; value: string } {
  const [, system = '', value = ''] = /^([^|]+)\|([^|]+)$/.exec(token) ?? []
  if (value === '') throw new HubError('fhir.request', { path: 'patient.identifier' })
  return { system, value }
}

/** Of a token its code. */
const codeOf = (value: string): string => value.slice(value.indexOf('|') + 1)

function readDate(value: string): AuditFilter['dates'] {
  const bounds = momentBounds(value, new Date())
  if (bounds === undefined) throw new HubError('fhir.request', { path: 'date' })
  return bounds
}

/** The newest first, unless the oldest are asked for. */
function isOldestFirst(sent: URLSearchParams): boolean {
  const order = sent.get('_sort') ?? '-date'
  if (!/^-?(date|period-start)$/.test(order)) throw new HubError('fhir.request', { path: '_sort' })
  return !order.startsWith('-')
}

function readAfter(text: string | null): { after?: { at: Date; id: string } } {
  const [, at, id] = /^(\S+) ([0-9a-f-]{36})$/.exec(text ?? '') ?? []
  return Number.isNaN(Date.parse(at ?? '')) || id === undefined ? {} : { after: { at: new Date(at ?? ''), id } }
}
