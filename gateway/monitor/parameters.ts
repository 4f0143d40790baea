/*
  The parameters of the monitor's lists: a closed list each, refused with their name otherwise.
*/
import type { Request } from 'express'
import { HubError } from '../../profiles/errors.ts'
import type { EventFilter } from '../ledger/deliveries/events.ts'
import type { IncidentFilter } from '../ledger/watch/incidents.ts'
import type { LaneFilter } from '../ledger/lanes/lane-list.ts'
import type { RepairFilter } from '../ledger/watch/repairs.ts'

const DAY_MS = 86_400_000
const DEFAULT_LIMIT = 50
const LARGEST_LIMIT = 500

/** What stands behind the `?` of the address. */
export const parametersOf = (request: Request): URLSearchParams => new URL(request.url, 'http://hub').searchParams

/** Throws: fhir.request, fhir.parameter_unknown, at the parameter's name. */
export function readListPage(sent: URLSearchParams): { after?: string; limit: number } {
  requireKnown(sent, ['after', 'limit'])
  return readPage(sent)
}

/** Throws: as readListPage. `type` is taken as the code or as the CloudEvents type. */
export function readEventFilter(sent: URLSearchParams): EventFilter {
  requireKnown(sent, ['resource', 'type', 'after', 'limit'])
  const type = textOf(sent, 'type')?.replace(/^fr\.e-parcours\.(.+)\.v1$/, '$1')
  const resource = textOf(sent, 'resource')
  return { ...readPage(sent), ...(type === undefined ? {} : { type }), ...(resource === undefined ? {} : { resource }) }
}

/** Throws: as readListPage. */
export function readRepairFilter(sent: URLSearchParams): Omit<RepairFilter, 'territory'> {
  requireKnown(sent, ['name', 'action', 'object', 'from', 'to', 'after', 'limit'])
  const [name, action, object] = ['name', 'action', 'object'].map(one => textOf(sent, one))
  return { name, action, object, from: readTime(sent, 'from'), to: readTime(sent, 'to'), ...readPage(sent) }
}

/** Throws: as readListPage. The last day unless it says otherwise; one that ends before it begins is refused. */
export function readPeriod(sent: URLSearchParams): { from: Date; to: Date } {
  requireKnown(sent, ['from', 'to'])
  const to = readTime(sent, 'to') ?? new Date()
  const from = readTime(sent, 'from') ?? new Date(to.getTime() - DAY_MS)
  if (to < from) throw new HubError('fhir.request', { path: 'to' })
  return { from, to }
}

/** Throws: as readListPage. */
export function readIncidentFilter(sent: URLSearchParams): Omit<IncidentFilter, 'territory'> {
  requireKnown(sent, ['state', 'partner', 'after', 'limit'])
  return { state: oneOf(sent, 'state', ['open', 'closed'] as const), subject: textOf(sent, 'partner'), ...readPage(sent) }
}

/** Throws: as readListPage. Parked lanes unless `state` says otherwise. */
export function readLaneFilter(sent: URLSearchParams): Omit<LaneFilter, 'territory'> {
  requireKnown(sent, ['state', 'kind', 'after', 'limit'])
  const state = oneOf(sent, 'state', ['parked', 'waiting', 'ready', 'all'] as const) ?? 'parked'
  return {
    state: state === 'all' ? undefined : state,
    kind: oneOf(sent, 'kind', ['inbound', 'delivery'] as const),
    after: textOf(sent, 'after'),
    limit: readLimit(sent),
  }
}

export interface QuestionRead {
  recipient: string
  document: string
  person: string
  partner: string
  sender: string
  /** Now unless said. */
  at: Date
  limit: number
  after?: number
}

/** Throws: fhir.request, fhir.parameter_unknown; fhir.request at what is needed and missing. */
export function readQuestion(sent: URLSearchParams, { needs = [], takes = [] }: { needs?: string[]; takes?: string[] }): QuestionRead {
  requireKnown(sent, [...needs, ...takes])
  const missing = needs.find(name => textOf(sent, name) === undefined)
  if (missing !== undefined) throw new HubError('fhir.request', { path: missing })
  const after = textOf(sent, 'after')
  if (after !== undefined && !/^\d{1,15}$/.test(after)) throw new HubError('fhir.request', { path: 'after' })
  const text = (name: string): string => textOf(sent, name) ?? ''
  return {
    recipient: text('recipient'),
    document: text('document'),
    person: text('person'),
    partner: text('partner'),
    sender: text('sender'),
    at: readTime(sent, 'at') ?? new Date(),
    limit: readLimit(sent),
    ...(after === undefined ? {} : { after: Number(after) }),
  }
}

/** Throws: fhir.path_unknown; what has not the form of an id is the id of nothing. */
export function requireUuid(text: unknown, path: string): string {
  if (!isUuid(text)) throw new HubError('fhir.path_unknown', { path })
  return text
}

export function readPage(sent: URLSearchParams): { after?: string; limit: number } {
  const after = textOf(sent, 'after')
  if (after !== undefined && !isUuid(after)) throw new HubError('fhir.request', { path: 'after' })
  return { limit: readLimit(sent), ...(after === undefined ? {} : { after }) }
}

function readLimit(sent: URLSearchParams): number {
  const text = textOf(sent, 'limit')
  if (text === undefined) return DEFAULT_LIMIT
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new HubError('fhir.request', { path: 'limit' })
  return Math.min(Number(text), LARGEST_LIMIT)
}

export function readTime(sent: URLSearchParams, name: string): Date | undefined {
  const text = textOf(sent, name)
  if (text === undefined) return undefined
  // A date alone or a time with its zone; a plus sign that was not encoded arrives as a blank.
  const match = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+ -]\d\d:\d\d))?$/.test(text)
  const time = new Date(text.replace(' ', '+'))
  if (!match || Number.isNaN(time.getTime())) throw new HubError('fhir.request', { path: name })
  return time
}

export function oneOf<const Value extends string>(sent: URLSearchParams, name: string, values: readonly Value[]): Value | undefined {
  const text = textOf(sent, name)
  if (text === undefined) return undefined
  const value = values.find(one => one === text)
  if (value === undefined) throw new HubError('fhir.request', { path: name })
  return value
}

export function textOf(sent: URLSearchParams, name: string): string | undefined {
  const value = sent.get(name)
  return value === null || value === '' ? undefined : value
}

export function requireKnown(sent: URLSearchParams, names: string[]): void {
  for (const name of sent.keys())
    if (!names.includes(name)) throw new HubError('fhir.parameter_unknown', { path: /^[A-Za-z_]{1,32}$/.test(name) ? name : 'query' })
}

function isUuid(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
