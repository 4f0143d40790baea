/*
  What a search of the audit asks: `date` always, so that nobody reads all of it at once.
    date  period-start  patient  patient.identifier  agent  agent-name  agent-role  altid  entity  type  subtype  outcome  _id  _count  _sort (date)  _summary (count)
*/
import { HubError } from '../../../profiles/errors.ts'
import type { AuditFilter } from '../../ledger/audit/audit-search.ts'
import { readCount, requireKnown } from '../search/query.ts'
import { isWellFormed, spanOf, storeValues } from '../search/query-values.ts'

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
  const entities = sent.getAll('entity').map(codeOf)
  const patients = personsIn(sent.getAll('patient'), entities)
  const [object] = entities.filter(one => !isPerson(one))
  const agents = ['agent', 'altid', 'agent-name'].flatMap(name => sent.getAll(name)).map(codeOf)
  const roles = sent.getAll('agent-role').flatMap(value => value.split(','))
  const identifiers = sent.getAll('patient.identifier').flatMap(value => value.split(','))
  const outcomes = sent.get('outcome')?.split(',').map(codeOf)
  const filter: AuditFilter = {
    dates,
    ...(patients === undefined ? {} : { patients }),
    ...(agents.length === 0 ? {} : { agents }),
    ...(roles.length === 0 ? {} : { roles: roles.map(codeOf) }),
    ...textOf(sent, 'type', 'kind'),
    ...(object === undefined ? {} : { object }),
    ...textOf(sent, 'subtype', 'interaction'),
    ...textOf(sent, '_id', 'id'),
    ...(outcomes === undefined || (outcomes.includes('0') && outcomes.length > 1) ? {} : { isRefused: !outcomes.includes('0') }),
  }
  if (filter.id !== undefined && !/^[0-9a-f-]{36}$/.test(filter.id)) throw new HubError('fhir.request', { path: '_id' })
  const named = identifiers.length === 0 ? {} : { identifiers: identifiers.map(identifierOf) }
  // Of a count nothing is shown.
  const count = readCount(sent.get('_summary') === 'count' ? '0' : sent.get('_count'))
  return { filter, ...named, count, isOldestFirst: isOldestFirst(sent), ...readAfter(sent.get('_after')) }
}

const isPerson = (reference: string): boolean => reference.startsWith('Patient/')

/** A person is asked about in the same way by either name: where both are given, both must fit. */
function personsIn(patients: readonly string[], entities: readonly string[]): string[] | undefined {
  const asked = [
    ...patients.map(value => value.split(',').map(one => (isPerson(one) ? one : `Patient/${one}`))),
    ...entities.filter(isPerson).map(one => [one]),
  ]
  return asked.length === 0 ? undefined : asked.reduce((all, more) => all.filter(one => more.includes(one)))
}

function textOf<Key extends 'interaction' | 'id' | 'kind'>(sent: URLSearchParams, name: string, key: Key): { [One in Key]?: string } {
  const value = sent.get(name)
  return value === null ? {} : ({ [key]: codeOf(value).replace(/^search-type$/, 'search') } as { [One in Key]?: string })
}

/** Throws: fhir.request for what has no system: a number alone is nobody's. */
function identifierOf(token: string): { system: string; value: string } {
  const [, system = '', value = ''] = /^([^|]+)\|([^|]+)$/.exec(token) ?? []
  if (value === '') throw new HubError('fhir.request', { path: 'patient.identifier' })
  return { system, value }
}

/** Of a token its code. */
const codeOf = (value: string): string => value.slice(value.indexOf('|') + 1)

/** A day, a month or a year stands for all of it, as does a minute or a second; what says no zone is of UTC, as the entries are written. An entry is of one moment: behind its end it is as much as it starts behind it. */
function readDate(value: string): AuditFilter['dates'] {
  const written = value.replace(' ', '+').replace(/T[\d:.]+$/, '$&Z')
  const asked = isWellFormed('date', written) ? storeValues('date', written, new Date()) : undefined
  if (asked === undefined || written.startsWith('ne')) throw new HubError('fhir.request', { path: 'date' })
  return asked.flatMap(condition => {
    const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/.exec(condition) ?? []
    const [start, end] = [new Date(text), endOf(text)]
    if (prefix === 'ge') return [{ operator: '>=' as const, at: start }]
    if (prefix === 'lt' || prefix === 'eb') return [{ operator: '<' as const, at: start }]
    if (prefix === 'gt' || prefix === 'sa') return [{ operator: '>=' as const, at: end }]
    return [...(prefix === 'eq' ? [{ operator: '>=' as const, at: start }] : []), { operator: '<' as const, at: end }]
  })
}

/** A time lasts as long as it is written: a minute, a second, a thousandth. */
function endOf(text: string): Date {
  const lastsMs = text.length <= 10 ? 0 : !/T\d\d:\d\d:/.test(text) ? 60_000 : text.includes('.') ? 1 : 1000
  return new Date(spanOf(text)[1].getTime() + lastsMs)
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
