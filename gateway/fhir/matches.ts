/*
  A search whose matches are looked at one by one, so that total, pages and inclusions hold what the caller may see and nothing else.
    conditions => all matches of the store => those that may be seen => one page => what it includes
*/
import { HubError } from '../../profiles/errors.ts'
import { OPEN_PARAMETERS } from '../../profiles/tables/search-anchors.ts'
import type { Caller } from '../request.ts'
import { askStore, readBytes } from './ask-store.ts'
import type { FhirParts } from './door.ts'
import { readStorePage, type ShownEntry, type StoreEntry, type StorePage, writePage } from './searchset.ts'
import type { ServedType } from './types.ts'
import { type Shown, type View, visibility } from './visibility.ts'

const STORE_PAGE = 500
/** Matches that are looked at; who finds more has to say more. */
const MOST = 5000

export interface Matches {
  type: ServedType
  query: URLSearchParams
  view: View
}

type Match = ShownEntry & Shown

/** Every match that may be seen, in the order asked for. Throws: fhir.search_unbound above 5000 matches. */
async function visibleMatches(parts: FhirParts, { type, query, view }: Matches, traceparent: string): Promise<Match[]> {
  const asked = new URLSearchParams([...query].filter(([name]) => !SHAPE.test(name)))
  asked.set('_count', String(STORE_PAGE))
  const isOpen = [...asked.keys()].every(name => name.startsWith('_') || OPEN_PARAMETERS.has(name) || OPEN_PARAMETERS.has(name.split(':')[0] ?? ''))
  const matches: Match[] = []
  let page = await askPage(parts, searchOf(type, asked), traceparent)
  for (let looked = STORE_PAGE; ; looked += STORE_PAGE) {
    const entries = page.entries.filter(entry => entry.type === type)
    if (looked > MOST) throw new HubError('fhir.search_unbound', { path: type })
    const seen = await view.show(entries)
    matches.push(...entries.flatMap((entry, index) => ofMatch(entry, seen[index], isOpen)))
    const next = page.links.find(({ relation }) => relation === 'next')
    if (next === undefined) return matches
    page = await askPage(parts, { method: 'GET', path: next.query, headers: JSON_ONLY }, traceparent)
  }
}

/** A filter on what a level does not show finds nothing at that level, whatever its value. */
function ofMatch(entry: StoreEntry, seen: Shown | undefined, isOpen: boolean): Match[] {
  return seen === undefined || (seen.level !== 'complet' && !isOpen) ? [] : [{ entry, ...seen }]
}

const JSON_ONLY = { accept: 'application/fhir+json' }
/** What says how matches are shown, and not which they are. */
const SHAPE = /^_(count|elements|summary|total|(rev)?include(:iterate)?)$/

export function searchOf(type: string, query: URLSearchParams): Parameters<typeof askStore>[1] {
  // By POST, whichever way it came: what is searched for belongs in no URL, so in no log of the store.
  const headers = { ...JSON_ONLY, 'content-type': 'application/x-www-form-urlencoded', prefer: 'handling=strict' }
  return { method: 'POST', path: `${type}/_search`, headers, body: Buffer.from(query.toString()) }
}

async function askPage({ store }: FhirParts, asked: Parameters<typeof askStore>[1], traceparent: string): Promise<StorePage> {
  return readStorePage((await readBytes((await askStore(store, asked, traceparent)).body)).toString('utf8'))
}

export interface MatchPage extends Matches {
  self: string
  /** How many matches that may be seen come before. */
  offset: number
  object: string
  outcomes?: string[]
}

/** Out: one page, as JSON text. */
export async function matchPage(parts: FhirParts, caller: Caller, asked: MatchPage): Promise<string> {
  const { type, query, view, self, offset, object, outcomes = [] } = asked
  const { actor, requestId, traceparent } = caller
  const count = Number(query.get('_count'))
  const all = await visibleMatches(parts, asked, traceparent)
  const wanted = query.get('_summary') === 'count' ? [] : all.slice(offset, offset + count)
  const entries = await shaped(parts, { type, query, view }, { wanted, traceparent })
  const found = entries.map(({ entry }) => `${entry.type}/${entry.id}`)
  await parts.audit({ actor, action: 'search', object, outcome: 'shown', requestId, found })
  const baseUrl = parts.baseUrl()
  const further = (relation: string, at: number): { relation: string; url: string } => ({
    relation,
    url: `${baseUrl}?_page=${parts.pageLinks.seal({ path: query.toString(), type, action: 'search', offset: at }, actor)}`,
  })
  const links = [
    { relation: 'self', url: self },
    ...(query.get('_summary') !== 'count' && offset + count < all.length ? [further('next', offset + count)] : []),
    ...(offset > 0 ? [further('previous', Math.max(0, offset - count))] : []),
  ]
  const total = query.get('_total') === 'none' ? undefined : all.length
  return writePage({ baseUrl, links, total, entries, rest: BUNDLE, outcomes })
}

const BUNDLE = [
  { key: 'resourceType', text: '"Bundle"' },
  { key: 'type', text: '"searchset"' },
]

/** What is included, and the elements asked for, come from the store once more, for this page alone. */
async function shaped(
  parts: FhirParts,
  { type, query, view }: Matches,
  { wanted, traceparent }: { wanted: Match[]; traceparent: string },
): Promise<ShownEntry[]> {
  const shape = [...query].filter(([name]) => /^_(elements|summary|(rev)?include(:iterate)?)$/.test(name))
  if (shape.length === 0 || wanted.length === 0) return wanted
  const asked = new URLSearchParams([['_id', wanted.map(({ entry }) => entry.id).join(',')], ['_count', String(STORE_PAGE)], ...shape])
  const page = await askPage(parts, searchOf(type, asked), traceparent)
  const again = new Map(page.entries.filter(entry => entry.type === type).map(entry => [entry.id, entry]))
  const matches = wanted.map(match => (match.level === 'complet' ? trimmed(match, again.get(match.entry.id)) : match))
  const known = new Set(wanted.map(({ entry }) => entry.id))
  const included = page.entries.filter(entry => entry.type !== type || !known.has(entry.id))
  const seen = await view.show(included)
  return [...matches, ...included.flatMap((entry, index) => (seen[index] === undefined ? [] : [{ entry, text: seen[index].text }]))]
}

const trimmed = (match: Match, entry: StoreEntry | undefined): ShownEntry => (entry === undefined ? match : { entry, text: entry.text() })

/** A further page: the matches are looked at anew. */
export async function furtherMatches(
  parts: FhirParts,
  caller: Caller,
  { type, query, offset, self }: { type: ServedType; query: string; offset: number; self: string },
): Promise<string> {
  const view = await visibility({ parts, actor: caller.actor, type, interaction: 'search' })
  return matchPage(parts, caller, { type, query: new URLSearchParams(query), view, self, offset, object: `${type}?_page` })
}
