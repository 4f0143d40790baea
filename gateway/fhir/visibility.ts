/*
  Who may see whom: the one place the FHIR door asks, before it reads and again for each resource it found.
  Today a scope opens a type; circle, consent and level will be decided here and nowhere else.
*/
import { type Actor, requireScope } from '../access/actor.ts'
import { allows } from '../access/scopes.ts'
import { reachedTypes } from './query.ts'
import type { ServedType } from './types.ts'

export interface Question {
  actor: Actor
  type: ServedType
  interaction: 'read' | 'vread' | 'search'
  /** Of a read. */
  id?: string
  /** Of a search. */
  query?: URLSearchParams
}

export interface View {
  /** The query to ask the store: the caller's, narrowed to what it may see. */
  query: URLSearchParams
  /** May this resource be shown? What may not is absent, as if it did not exist. */
  shows(found: { type: string; id: string }): boolean
}

/** Throws: fhir.scope. */
export async function visibility({ actor, type, interaction, query }: Question): Promise<View> {
  requireScope(actor, type, interaction === 'search' ? 's' : 'r')
  // A condition on another type answers questions about it: it is a search of that type too.
  for (const reached of query === undefined ? [] : reachedTypes(query)) requireScope(actor, reached, 's')
  return {
    query: query ?? new URLSearchParams(),
    // Included resources are read like any other: what _include brings along needs a scope of its own.
    shows: found => found.type === type || allows(actor, found.type, 'r'),
  }
}
