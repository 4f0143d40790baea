/*
  One page of a population search: candidates of the ledger, each decided, the page alone fetched from the store and decided once more as it leaves.
    total    exact up to 1000 candidates, above only where `_total=accurate` asks for it
*/
import { decide } from '../../access/rights/decide.ts'
import { factsOf } from '../../access/rights/rights.ts'
import { askedBy } from '../../access/rights/rights-in.ts'
import type { Candidate, Population } from '../../ledger/rights/worklist.ts'
import type { Caller } from '../../request.ts'
import { asksOpenElements, type Matches, type MatchPage, matchesOf, writeMatches } from './matches.ts'
import { ownReferences, restOf } from './population.ts'
import type { FhirParts } from '../parts.ts'

/** Candidates asked for at once. */
const WINDOW = 1000
/** Windows looked through for one page. */
const MOST_WINDOWS = 50

export interface PopulationPage extends MatchPage {
  population: Population
  /** As the first page knew it. */
  total?: number | undefined
}

/** Out: one page, as JSON text. */
export async function populationPage(parts: FhirParts, caller: Caller, asked: PopulationPage): Promise<string> {
  const { type, query, view, offset } = asked
  const count = Number(query.get('_count'))
  const { wanted, isMore, total } = await collect(parts, caller, asked)
  const isCount = query.get('_summary') === 'count'
  const ids = isCount ? [] : wanted.map(({ reference }) => reference.slice(type.length + 1))
  const asking = new URLSearchParams({ _id: ids.join(','), _count: String(count) })
  const { matches } = ids.length === 0 ? { matches: [] } : await matchesOf(parts, { type, view, query: asking }, caller.traceparent)
  const placed = matches.sort((left, right) => ids.indexOf(left.entry.id) - ids.indexOf(right.entry.id))
  const next = { offset: offset + wanted.length, mark: JSON.stringify(wanted.at(-1)) }
  return writeMatches(parts, caller, { ...asked, matches: placed, total, others: isMore && !isCount ? { next } : {} })
}

interface Collected {
  wanted: Candidate[]
  isMore: boolean
  total: number | undefined
}

async function collect(parts: FhirParts, caller: Caller, { query, view, offset, mark, population, total }: PopulationPage): Promise<Collected> {
  const count = Number(query.get('_count'))
  const isAccurate = query.get('_total') === 'accurate' || query.get('_summary') === 'count'
  const seen: Candidate[] = []
  let after = mark === undefined ? undefined : (JSON.parse(mark) as Candidate)
  let known: number | undefined
  for (let window = 0; window < MOST_WINDOWS; window += 1) {
    const candidates = await parts.rights.candidates(population, { limit: WINDOW, ...(after === undefined ? {} : { after }) })
    const visible = await decided(parts, caller, { view, query, candidates, population })
    const met = await metOf(parts, caller, { type: population.type, query, view, candidates })
    seen.push(...candidates.filter(({ reference }, index) => visible[index] === true && (met?.has(reference) ?? true)))
    const isEnd = candidates.length < WINDOW
    after = candidates.at(-1)
    known = offset === 0 && isEnd ? seen.length : total
    if (isEnd || (seen.length > count && !(isAccurate && offset === 0))) break
  }
  return { wanted: seen.slice(0, count), isMore: seen.length > count, total: query.get('_total') === 'none' ? undefined : known }
}

/** Where the ledger does not know all that is asked (`active=true`): those whom the store finds by the rest of it. */
async function metOf(
  parts: FhirParts,
  { traceparent }: Caller,
  { type, query, view, candidates }: Matches & { candidates: readonly Candidate[] },
): Promise<Set<string> | undefined> {
  const rest = restOf(type, query)
  if (rest.length === 0 || candidates.length === 0) return undefined
  const ids = candidates.map(({ reference }) => reference.slice(type.length + 1))
  const { matches } = await matchesOf(parts, { type, view, query: new URLSearchParams([['_id', ids.join(',')], ...rest]) }, traceparent)
  return new Set(matches.map(({ entry }) => `${type}/${entry.id}`))
}

/** May these be seen, as far as the ledger can tell? A Task below `complet` is for those it names, by what that level shows. */
async function decided(
  { rights }: FhirParts,
  { actor }: Caller,
  { view, query, candidates, population: { type } }: Pick<PopulationPage, 'view' | 'query' | 'population'> & { candidates: readonly Candidate[] },
): Promise<boolean[]> {
  const [party, persons, authors] = await Promise.all([
    view.party(),
    rights.persons(candidates.map(({ patient }) => patient)),
    rights.authors(candidates.map(({ reference }) => reference)),
  ])
  const asked = askedBy(actor, rights)
  const own = ownReferences(party)
  return candidates.map(({ reference, patient, parties }) => {
    const person = persons.get(patient) ?? { patient, rows: [], isSetApart: false }
    const { level } = decide(factsOf({ party, person, thing: { type, reference, authors: authors.get(reference) ?? [] }, asked }))
    return level === 'complet' || (level !== 'aucun' && (type !== 'Task' || (asksOpenElements(level, type, query) && parties.some(one => own.includes(one)))))
  })
}
