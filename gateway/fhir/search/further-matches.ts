/*
  A further page of a search whose matches are looked at one by one: what may be seen is decided anew.
*/
import type { Caller } from '../../request.ts'
import { matchPage } from './matches.ts'
import { readPopulation } from './population.ts'
import { populationPage } from './population-page.ts'
import type { ServedType } from '../types.ts'
import { visibility } from '../visibility.ts'
import type { FhirParts } from '../parts.ts'

export interface Further {
  type: ServedType
  /** As it was asked on the first page. */
  query: string
  offset: number
  mark: string | undefined
  total: number | undefined
  self: string
}

/** Out: the searchset, as JSON text. */
export async function furtherMatches(parts: FhirParts, caller: Caller, { type, query: asked, offset, mark, total, self }: Further): Promise<string> {
  const view = visibility({ parts, actor: caller.actor, type, interaction: 'search' })
  const query = new URLSearchParams(asked)
  const page = { type, query, view, self, offset, mark, object: `${type}?_page` }
  const population = readPopulation({ type, query }, await view.party())
  return population === undefined ? matchPage(parts, caller, page) : populationPage(parts, caller, { ...page, population, total })
}
