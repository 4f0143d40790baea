/*
  Searches among the subscriptions of one client, with the parameters the table claims.
*/
import type { Subscription } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import { readSearch } from '../search/query.ts'
import { momentBounds } from '../search/query-values.ts'

export interface Candidate {
  id: string
  changedAt: Date
  /** As it is shown. */
  text: string
}

export interface Page<One> {
  items: One[]
  total: number
  /** Where the next page begins. */
  next?: number
  isCount: boolean
}

/** Further pages are asked for with `_offset`, which only the links of an answer carry. */
const OFFSET = '_offset'

/** Throws: fhir.parameter_unknown, fhir.request. */
export function findAmong<One extends Candidate>(all: readonly One[], sent: URLSearchParams, { isLenient = false }: { isLenient?: boolean } = {}): Page<One> {
  const asked = new URLSearchParams(sent)
  const from = Number(asked.get(OFFSET) ?? 0)
  if (!Number.isSafeInteger(from) || from < 0) throw new HubError('fhir.request', { path: OFFSET })
  asked.delete(OFFSET)
  const { query } = readSearch('Subscription', asked, { isLenient })
  const found = all.filter(one => [...query].every(([name, value]) => meets(one, name, value)))
  if (/^-/.test(query.get('_sort') ?? '')) found.reverse()
  const count = Number(query.get('_count'))
  const isCount = query.get('_summary') === 'count' || count === 0
  return {
    items: isCount ? [] : found.slice(from, from + count),
    total: found.length,
    isCount,
    ...(!isCount && from + count < found.length ? { next: from + count } : {}),
  }
}

/** The query of the further page. */
export function queryAt(sent: URLSearchParams, offset: number): string {
  const query = new URLSearchParams(sent)
  query.set(OFFSET, String(offset))
  return query.toString()
}

type Read = (resource: Subscription) => readonly string[]

const VALUES: Record<string, Read> = {
  status: ({ status }) => [status],
  type: ({ channel }) => [channel.type],
  payload: ({ channel }) => [channel.payload].filter(value => value !== undefined),
  url: ({ channel }) => [channel.endpoint].filter(value => value !== undefined),
  criteria: ({ criteria }) => [criteria],
  _id: ({ id }) => [id].filter(value => value !== undefined),
  _profile: ({ meta }) => meta?.profile ?? [],
  _tag: ({ meta }) => (meta?.tag ?? []).map(({ code = '' }) => code),
  _security: ({ meta }) => (meta?.security ?? []).map(({ code = '' }) => code),
}

function meets({ text, changedAt }: Candidate, named: string, value: string): boolean {
  const [name = '', modifier] = named.split(':')
  if (name === '_lastUpdated')
    return momentBounds(value, new Date())?.every(bounds => bounds.some(({ operator, at }) => (operator === '<' ? changedAt < at : changedAt >= at))) === true
  const read = VALUES[name]
  if (read === undefined) return true
  const found = read(JSON.parse(text) as Subscription)
  if (modifier === 'missing') return (found.length === 0) === (value === 'true')
  const isFound = value.split(',').some(one => found.some(known => isMeant({ name, modifier, known }, one)))
  return modifier === 'not' ? !isFound : isFound
}

function isMeant({ name, modifier, known }: { name: string; modifier: string | undefined; known: string }, asked: string): boolean {
  if (name === 'url' || name === '_profile') return known === asked
  if (name !== 'criteria' || modifier === 'exact') return known === asked.slice(asked.lastIndexOf('|') + 1)
  return modifier === 'contains' ? known.toLowerCase().includes(asked.toLowerCase()) : known.toLowerCase().startsWith(asked.toLowerCase())
}
