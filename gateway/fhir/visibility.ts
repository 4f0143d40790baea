/*
  Who may see whom: the one place the FHIR door asks, before it reads and again for each resource it found.
  Today a scope opens a type, a person sees what is about him alone, and an identity that is not sure stays with who brought it;
  circle, consent and level will be decided here and nowhere else.
*/
import { HubError } from '../../profiles/errors.ts'
import { type Actor, requireScope } from '../access/actor.ts'
import { allows, type Interaction } from '../access/scopes.ts'
import type { SearchRequest } from './query.ts'
import { concerns, isSetApart, type Origins } from './set-apart.ts'
import type { ServedType } from './types.ts'

export interface Question {
  /** Who asks the store and the ledger, where a resource alone does not say. */
  origins: Origins
  actor: Actor
  type: ServedType
  interaction: 'read' | 'vread' | 'history' | 'search' | 'everything'
  /** Of a search. */
  search?: SearchRequest
}

/** A resource of the store, and its JSON text where someone must look inside; empty for a deleted version. */
export interface Found {
  type: string
  id: string
  text(): string
}

export interface View {
  /** The query to ask the store: the caller's, narrowed to what it may see. */
  query: URLSearchParams
  /** May this resource be shown? What may not is absent, as if it did not exist. */
  shows(found: Found): Promise<boolean>
}

const SCOPE: Record<Question['interaction'], Interaction> = { read: 'r', vread: 'r', history: 'r', search: 's', everything: 'r' }

/** Throws: fhir.scope. */
export async function visibility({ origins, actor, type, interaction, search }: Question): Promise<View> {
  requireScope(actor, type, SCOPE[interaction])
  // A condition on another type answers questions about it: it is a search of that type too.
  for (const reached of search?.reached ?? []) requireScope(actor, reached, 's')
  return {
    query: narrowed(search?.query ?? new URLSearchParams(), type, actor),
    async shows(found) {
      // Included resources are read like any other: what _include brings along needs a scope of its own.
      if (found.type !== type && !allows(actor, found.type, 'r')) return false
      // What a search was narrowed to needs no second look; some of its elements may not be there to look at.
      const isNarrowed = interaction === 'search' && found.type === type
      if (!isNarrowed && !isOpenTo(actor, found)) return false
      return !isSetApart(found) || concerns(origins, actor, found)
    },
  }
}

/** The element that says whom a resource is about; professionals and structures are about nobody. */
const ABOUT: Record<string, 'id' | 'subject' | 'patient' | 'for' | 'nobody'> = {
  Patient: 'id',
  Task: 'for',
  Consent: 'patient',
  RelatedPerson: 'patient',
  Organization: 'nobody',
  Practitioner: 'nobody',
  PractitionerRole: 'nobody',
}

function narrowed(query: URLSearchParams, type: ServedType, { context, person }: Actor): URLSearchParams {
  const about = ABOUT[type] ?? 'subject'
  if (context !== 'patient' || about === 'nobody') return query
  const own = new URLSearchParams(query)
  own.append(about === 'id' ? '_id' : 'patient', ownPatient(person))
  return own
}

function isOpenTo({ context, person }: Actor, { type, id, text }: Found): boolean {
  if (context !== 'patient') return true
  const about = ABOUT[type] ?? 'subject'
  if (about === 'nobody') return true
  if (about === 'id') return id === ownPatient(person)
  const resource = JSON.parse(text() || '{}') as Record<string, { reference?: string } | undefined>
  return resource[about]?.reference === person?.patient
}

/** Throws: fhir.scope for a token of a person that names none. */
function ownPatient(person: Actor['person']): string {
  if (person === undefined) throw new HubError('fhir.scope', { path: 'Patient' })
  return person.patient.slice('Patient/'.length)
}
