/*
  All there is about a person, as far as the caller may see it.
    GET, POST Patient/<id>/$everything      _type, _since, _count
*/
import { HubError } from '../../../profiles/errors.ts'
import { aboutOf } from '../../access/rights/thing.ts'
import { allows } from '../../access/callers/scopes.ts'
import type { Caller } from '../../request.ts'
import { requireVisible } from '../ask-store.ts'
import type { FhirParts } from '../parts.ts'
import { membersOf } from '../json-text.ts'
import { lookAtAll, pageAt, STORE_PAGE, writeMatches } from './matches.ts'
import { withoutUnnamed } from '../named.ts'
import { readPaging } from './query.ts'
import type { StoreEntry } from './searchset.ts'
import { rowOf, type ServedType, servedTypes } from '../types.ts'
import { visibility } from '../visibility.ts'

interface Everything {
  id: string
  sent: URLSearchParams
  /** Of a further page: how many come before, and its address. */
  offset?: number
  mark?: string | undefined
  self?: string
}

/** Resources of one person that are looked at; who finds more asks for some types. */
const MOST = 20_000

/** Out: the searchset, as JSON text. All is decided anew for each page, so that neither total nor pages tell of what is hidden. */
export async function everythingPage(parts: FhirParts, caller: Caller, { id, sent, offset = 0, mark, self }: Everything): Promise<string> {
  const { actor, traceparent } = caller
  const view = visibility({ parts, actor, type: 'Patient', interaction: 'everything' })
  await requireVisible(parts.store, { type: 'Patient', id }, { view, traceparent })
  const open = (asked: URLSearchParams): ServedType[] => askedTypes(asked).filter(type => allows(actor, type, 'r'))
  const types = open(sent)
  const query = readPaging(sent, ['_type'])
  const since = query.get('_since')
  // Who is asked for alone is named by what is not.
  const looked = types.some(type => aboutOf(type) === 'nobody') ? open(new URLSearchParams()) : types
  const first = { method: 'GET', path: await pathIn(parts, id, looked), headers: { accept: 'application/fhir+json' } } as const
  const isWanted = ({ type }: StoreEntry): boolean => looked.some(one => one === type)
  const { matches } = await lookAtAll(parts, { first, type: 'Patient', view, most: MOST, isWanted }, traceparent)
  const wanted = withoutUnnamed(matches).filter(
    ({ entry }) => types.some(type => type === entry.type) && (since === null || lastUpdated(entry) >= Date.parse(since)),
  )
  for (const value of sent.getAll('_type')) query.append('_type', value)
  return writeMatches(parts, caller, {
    action: 'everything',
    type: 'Patient',
    query,
    view,
    self: self ?? `${parts.baseUrl()}/Patient/${id}/$everything?${query}`,
    path: `${id}?${query}`,
    object: `Patient/${id}`,
    offset,
    ...pageAt(wanted, { query, offset, mark }),
  })
}

/** Of persons who are one, all: the store is asked for each of them. No type at all would mean every type. */
async function pathIn({ rights }: FhirParts, id: string, types: readonly string[]): Promise<string> {
  const linked = await rights.linked(`Patient/${id}`)
  const asked = new URLSearchParams({ _count: String(STORE_PAGE), _type: types.join(',') || 'Patient' })
  return linked.length > 1
    ? `Patient/$everything?_id=${linked.map(one => one.slice('Patient/'.length)).join(',')}&${asked}`
    : `Patient/${id}/$everything?${asked}`
}

function lastUpdated({ text }: StoreEntry): number {
  const meta = membersOf(text()).find(member => member.key === 'meta')
  return Date.parse((JSON.parse(meta?.text ?? '{}') as { lastUpdated?: string }).lastUpdated ?? '')
}

/** Throws: fhir.parameter_unknown at `_type` for a type that is not served. */
function askedTypes(sent: URLSearchParams): ServedType[] {
  const asked = sent.getAll('_type').flatMap(types => types.split(','))
  if (asked.some(type => !servedTypes.some(served => served === type))) throw new HubError('fhir.parameter_unknown', { path: '_type' })
  const stored = servedTypes.filter(type => rowOf(type).home === 'store')
  return asked.length === 0 ? stored : stored.filter(type => asked.includes(type))
}
