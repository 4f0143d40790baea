/*
  A search whose matches are looked at one by one, so that total, pages and inclusions hold what the caller may see and nothing else.
    conditions => all matches of the store => those that may be seen => one page => what it includes
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Level } from '../../../profiles/tables/decisions.ts'
import { isOpenAt } from '../../../profiles/tables/search-anchors.ts'
import type { Caller } from '../../request.ts'
import type { ForwardRequest } from '../../store/store.ts'
import { askStore, JSON_ONLY, readBytes } from '../ask-store.ts'
import type { FhirParts } from '../parts.ts'
import { withoutUnnamed } from '../named.ts'
import type { Page, PagedAction } from './page-links.ts'
import { SHAPE, storeForm } from './query.ts'
import { readStorePage, type ShownEntry, type StoreEntry, type StorePage, writePage } from './searchset.ts'
import type { ServedType } from '../types.ts'
import type { Decided, Shown, View } from '../visibility.ts'

export const STORE_PAGE = 500
/** Matches that are looked at; who finds more has to say more. */
const MOST = 5000

export interface Matches {
  type: ServedType
  query: URLSearchParams
  view: View
}

type Match = ShownEntry & Shown

export interface Looked {
  /** Every match that may be seen, in the order asked for. */
  matches: Match[]
  /** About whom the others are, where they are few: the audit says who was looked for. */
  hidden: Decided[]
}

const FEW = 20

/** Throws: fhir.search_unbound above 5000 matches. */
export async function matchesOf(parts: FhirParts, { type, query, view }: Matches, traceparent: string): Promise<Looked> {
  const asked = new URLSearchParams([...query].filter(([name]) => !SHAPE.test(name)))
  asked.set('_count', String(STORE_PAGE))
  // A filter on what a level does not show finds nothing at that level, whatever its value.
  const isOpen = (level: Level): boolean => asksOpenElements(level, type, asked)
  return lookAtAll(parts, { first: searchOf(type, asked), type, view, most: MOST, isWanted: entry => entry.type === type, isOpen }, traceparent)
}

export interface LookAt extends Pick<Matches, 'type' | 'view'> {
  first: ForwardRequest
  /** How many are looked at before it is refused. */
  most: number
  isWanted(entry: StoreEntry): boolean
  isOpen?(level: Level): boolean
}

/** Everything the store finds, decided one by one. Throws: fhir.search_unbound. */
export async function lookAtAll(parts: FhirParts, { first, type, view, most, isWanted, isOpen = () => true }: LookAt, traceparent: string): Promise<Looked> {
  const matches: Match[] = []
  const hidden: Decided[] = []
  let page = await askPage(parts, first, traceparent)
  for (let looked = STORE_PAGE; ; looked += STORE_PAGE) {
    const entries = page.entries.filter(isWanted)
    if (looked > most) throw new HubError('fhir.search_unbound', { path: type })
    for (const [index, { shown, decided }] of (await view.look(entries)).entries()) {
      const entry = entries[index]
      if (entry !== undefined && shown !== undefined && isOpen(shown.level)) matches.push({ entry, ...shown })
      else if (decided !== undefined) hidden.push(decided)
    }
    const next = page.links.find(({ relation }) => relation === 'next')
    if (next === undefined) return { matches, hidden: hidden.length > FEW ? [] : hidden }
    page = await askPage(parts, { method: 'GET', path: next.query, headers: JSON_ONLY }, traceparent)
  }
}

/** Does it ask nothing of an element that this level hides? */
export function asksOpenElements(level: Level, type: string, query: URLSearchParams): boolean {
  if (level !== 'restreint' && level !== 'minimal') return true
  const named = ([name, value]: [string, string]): string => (/(^|\.)identifier$/.test(name) && /\|(,|$)/.test(value) ? `${name}:system` : name)
  return [...query]
    .flatMap(one => (one[0] === '_sort' ? one[1].split(',').map(key => `${key.replace(/^-/, '')}:sort`) : [named(one)]))
    .every(name => SHAPE.test(name) || isOpenAt(level, type, name))
}

export function searchOf(type: ServedType, query: URLSearchParams): ForwardRequest {
  // By POST, whichever way it came: what is searched for belongs in no URL, so in no log of the store.
  const headers = { ...JSON_ONLY, 'content-type': 'application/x-www-form-urlencoded', prefer: 'handling=strict' }
  return { method: 'POST', path: `${type}/_search`, headers, body: Buffer.from(storeForm(type, query)) }
}

/** In: asked = of a search, or the store's own paging link. */
export async function askPage({ store }: FhirParts, asked: ForwardRequest, traceparent: string): Promise<StorePage> {
  return readStorePage((await readBytes((await askStore(store, asked, traceparent)).body)).toString('utf8'))
}

export interface MatchPage extends Matches {
  self: string
  /** How many matches that may be seen come before. */
  offset: number
  /** Where it begins, of a further page. */
  mark?: string | undefined
  object: string
  outcomes?: string[]
  /** About the person who was named, whatever was found. */
  decided?: Decided[]
  /** A search, unless said. */
  action?: PagedAction
  /** What a link to another page carries: its query, unless said. */
  path?: string
}

/** Out: one page, as JSON text. */
export async function matchPage(parts: FhirParts, caller: Caller, asked: MatchPage): Promise<string> {
  const { matches: all, hidden } = await matchesOf(parts, asked, caller.traceparent)
  return writeMatches(parts, caller, { ...asked, decided: [...(asked.decided ?? []), ...hidden], ...pageAt(all, asked) })
}

/** The page of these that begins there: at what it was to begin with, as long as that is among them. */
export function pageAt(all: readonly Match[], { query, offset, mark }: Pick<MatchPage, 'query' | 'offset' | 'mark'>): PickedMatches {
  // Who asks for no entry asks how many there are.
  const count = query.get('_summary') === 'count' ? 0 : Number(query.get('_count'))
  const marked = all.findIndex(match => markOf(match) === mark)
  const begin = marked < 0 ? offset : marked
  const placeAt = (at: number): Place => ({ offset: at, ...(all[at] === undefined ? {} : { mark: markOf(all[at]) }) })
  return {
    matches: all.slice(begin, begin + count),
    total: query.get('_total') === 'none' ? undefined : all.length,
    others: {
      ...(count > 0 && begin + count < all.length ? { next: placeAt(begin + count) } : {}),
      ...(begin > 0 ? { previous: placeAt(Math.max(0, begin - count)) } : {}),
    },
  }
}

const markOf = ({ entry: { type, id } }: Match): string => `${type}/${id}`

type Place = Pick<Page, 'mark'> & { offset: number }

interface PickedMatches {
  /** Those of this page. */
  matches: Match[]
  total: number | undefined
  /** Where other pages begin. */
  others: { next?: Place; previous?: Place }
}

export type WrittenMatches = MatchPage & PickedMatches

/** With what they include, audited before they leave. */
export async function writeMatches(parts: FhirParts, caller: Caller, page: WrittenMatches): Promise<string> {
  const { type, query, self, object, outcomes = [], matches, total, others, action = 'search', path = query.toString() } = page
  const { actor, requestId, traceparent } = caller
  const entries = await shaped(parts, page, { wanted: matches, traceparent })
  const found = entries.map(({ entry }) => `${entry.type}/${entry.id}`)
  const decided = [...matches, ...(page.decided ?? [])]
  await parts.audit({ actor, action, object, outcome: outcomeOf(found, decided), requestId, found, decided })
  const baseUrl = parts.baseUrl()
  const links = Object.entries(others).map(([relation, place]) => ({
    relation,
    url: `${baseUrl}?_page=${parts.pageLinks.seal({ path, type, action, ...place, total }, actor)}`,
  }))
  return writePage({ baseUrl, links: [{ relation: 'self', url: self }, ...links], total, entries, rest: BUNDLE, outcomes })
}

/** Nothing was found of a person who may not be seen: the audit calls that what it is. */
export const outcomeOf = (found: readonly string[], decided: readonly Decided[]): string =>
  found.length === 0 && decided.length > 0 && decided.every(({ level }) => level === 'aucun') ? 'store.not_found' : 'shown'

const BUNDLE = [
  { key: 'resourceType', text: '"Bundle"' },
  { key: 'type', text: '"searchset"' },
]

/** What leaves elements of a resource out: it is decided by the whole. */
const CUTTING = /^_(elements|summary)$/
const INCLUDING = /^_(rev)?include(:iterate)?$/

/** A count shows no resource, so it leaves nothing of one out. */
export const isCut = (query: URLSearchParams): boolean => [...query].some(([name, value]) => CUTTING.test(name) && value !== 'count' && value !== 'false')

/** What is included, and the elements asked for, come from the store once more, for this page alone: what is included is decided whole, and shown so. */
async function shaped(
  parts: FhirParts,
  { type, query, view }: Matches,
  { wanted, traceparent }: { wanted: Match[]; traceparent: string },
): Promise<ShownEntry[]> {
  const again = async (names: RegExp): Promise<StoreEntry[]> => {
    const shape = [...query].filter(([name]) => names.test(name))
    if (shape.length === 0 || wanted.length === 0) return []
    const asked = new URLSearchParams([['_id', wanted.map(({ entry }) => entry.id).join(',')], ['_count', String(STORE_PAGE)], ...shape])
    return (await askPage(parts, searchOf(type, asked), traceparent)).entries
  }
  const [cut, brought] = await Promise.all([again(CUTTING), again(INCLUDING)])
  const parted = new Map(cut.map(entry => [entry.id, entry]))
  const matches = wanted.map(match => (match.level === 'complet' ? trimmed(match, parted.get(match.entry.id)) : match))
  const known = new Set(wanted.map(({ entry }) => entry.id))
  const included = brought.filter(entry => entry.type !== type || !known.has(entry.id))
  const seen = await view.show(included)
  const along = included.flatMap((entry, index) => (seen[index] === undefined ? [] : [{ entry, text: seen[index].text }]))
  return [...matches, ...withoutUnnamed([...wanted, ...along]).slice(wanted.length)]
}

const trimmed = (match: Match, entry: StoreEntry | undefined): ShownEntry => (entry === undefined ? match : { entry, text: entry.text() })
