/*
  Search, by GET or POST _search.
    GET <Type>?…      POST <Type>/_search (form)
*/
import type { Request, Response } from 'express'
import type { BundleEntry, OperationOutcome } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import { aboutOf } from '../../access/rights/thing.ts'
import { type Caller, callerOf } from '../../request.ts'
import { answerPage } from './answer-page.ts'
import { bind } from './bind.ts'
import { asksOpenElements, isCut, matchPage, searchOf } from './matches.ts'
import { askStore, readBytes } from '../ask-store.ts'
import { requireJson, sendPage } from '../negotiate.ts'
import { readPopulation } from './population.ts'
import { populationPage } from './population-page.ts'
import { readSearch, type SearchRequest } from './query.ts'
import { isLenient, sentParameters } from './sent-search.ts'
import { requireServed, type ServedType } from '../types.ts'
import { levelOfSearch } from './search-level.ts'
import { visibility } from '../visibility.ts'
import type { FhirParts } from '../parts.ts'

export async function search(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const type = requireServed(request.params['type'])
  const sent = sentParameters(request)
  requireJson(request, sent.get('_format'))
  sendPage(response, await searchPage(parts, callerOf(request), { type, sent, isLenient: isLenient(request) }))
}

interface Searching {
  type: ServedType
  sent: URLSearchParams
  isLenient?: boolean
}

/** Out: the searchset, as JSON text. */
export async function searchPage(parts: FhirParts, caller: Caller, { type, sent, isLenient = false }: Searching): Promise<string> {
  const search = readSearch(type, sent, { isLenient, baseUrl: parts.baseUrl() })
  const { actor, traceparent } = caller
  const view = visibility({ parts, actor, type, interaction: 'search', search })
  const named = { self: `${parts.baseUrl()}/${type}?${search.query}`, object: `${type}?${[...new Set(sent.keys())].join('&')}` }
  const party = await view.party()
  const population = readPopulation(search, party)
  if (population !== undefined)
    return populationPage(parts, caller, { type, view, query: search.query, ...named, population, offset: 0, outcomes: passedOver(search) }).catch(
      unknownValueSet(search),
    )
  const bound = await bind(parts.rights, search, { actor, party })
  const seen = await levelOfSearch(parts, { ...bound, type, actor, party })
  const asked = { type, view, query: bound.query, ...named, decided: seen === undefined ? [] : [seen] }
  if (seen !== undefined && !asksOpenElements(seen.level, type, bound.query)) throw new HubError('fhir.level', { path: type })
  // Where all is seen whole, the store's own pages and totals are the caller's.
  const answer =
    seen?.level === 'complet' && seen.isOfEach && (aboutOf(type) === 'nobody' || !isCut(bound.query))
      ? wholePage(parts, caller, asked)
      : matchPage(parts, caller, { ...asked, offset: 0, outcomes: passedOver(search) })
  return answer.catch(unknownValueSet(search))

  function wholePage(parts: FhirParts, caller: Caller, { object, self, query, decided }: typeof asked): Promise<string> {
    const count = async (): Promise<number | undefined> => counted(parts, { type, query, traceparent })
    return answerPage(parts, caller, {
      type,
      view,
      self,
      asked: searchOf(type, query),
      object,
      decided,
      total: known => (known === undefined && search.query.get('_total') !== 'none' ? count() : known),
      outcomes: passedOver(search),
    })
  }
}

/** The store answers 404 for a value set it does not have, 500 for one that it cannot expand. */
function unknownValueSet({ query }: SearchRequest): (error: unknown) => never {
  return error => {
    const path = [...query.keys()].find(name => name.endsWith(':in'))
    if (path === undefined || !(error instanceof HubError) || (error.code !== 'store.not_found' && error.reply !== '500')) throw error
    throw new HubError('fhir.request', { path, cause: error })
  }
}

/** The store leaves the total out while it is still collecting what it found. */
async function counted(
  parts: FhirParts,
  { type, query, traceparent }: { type: ServedType; query: URLSearchParams; traceparent: string },
): Promise<number | undefined> {
  const counting = new URLSearchParams([...query].filter(([name]) => !/^_(count|sort|elements|summary|total|(rev)?include(:iterate)?)$/.test(name)))
  counting.set('_summary', 'count')
  const { body } = await askStore(parts.store, searchOf(type, counting), traceparent)
  return (JSON.parse((await readBytes(body)).toString('utf8')) as { total?: number }).total
}

/** What was passed over under `handling=lenient`, said in an entry of its own. */
function passedOver({ ignored }: SearchRequest): string[] {
  if (ignored.length === 0) return []
  const entry: BundleEntry<OperationOutcome> = {
    resource: {
      resourceType: 'OperationOutcome',
      issue: ignored.map(name => ({
        severity: 'warning',
        code: 'not-supported',
        details: { text: 'This search parameter is not served; it was passed over.' },
        expression: [name],
      })),
    },
    search: { mode: 'outcome' },
  }
  return [JSON.stringify(entry)]
}
