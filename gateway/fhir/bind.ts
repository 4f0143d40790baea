/*
  What a search is about: a person, a resource, one's own place. What names nothing is narrowed to what is the caller's own, or refused with a hint.
*/
import { HubError } from '../../profiles/errors.ts'
import { type Anchors, anchorsOf } from '../../profiles/tables/search-anchors.ts'
import type { Actor } from '../access/actor.ts'
import type { Party } from '../access/party.ts'
import { aboutOf } from '../access/thing.ts'
import type { Rights } from '../access/rights-in.ts'
import type { SearchRequest } from './query.ts'

export interface Bound {
  query: URLSearchParams
  /** The one person it names, `Patient/<id>`, where it names one by id. */
  patient?: string
}

/** Who is nobody is found by nobody. */
const NOBODY = '-'

/** Throws: fhir.search_unbound with the parameters that would bind it; fhir.scope for a token of a person that names none. */
export async function bind(rights: Rights, { type, query }: SearchRequest, { actor, party }: { actor: Actor; party: Party }): Promise<Bound> {
  const about = aboutOf(type)
  if (about === 'nobody') return { query }
  const own = new URLSearchParams(query)
  if (actor.context === 'patient') own.append(about === 'id' ? '_id' : 'patient', ownPatient(actor.person))
  const anchors = anchorsOf(type)
  if (![...own.keys()].some(name => isAnchor(anchors, name))) await narrow(rights, { own, type, anchors, party })
  const patient = personNamed(own, about)
  return { query: own, ...(patient === undefined ? {} : { patient }) }
}

/** `:not` and `:missing` name nothing. */
const isAnchor = ({ by }: Anchors, name: string): boolean =>
  by.includes(name) || (by.includes(name.split(':')[0] ?? '') && !/:(not|missing|in|contains)$/.test(name))

async function narrow(rights: Rights, { own, type, anchors, party }: { own: URLSearchParams; type: string; anchors: Anchors; party: Party }): Promise<void> {
  const { narrowed, by } = anchors
  const references = [...party.references, ...party.structures.slice(0, 1)]
  if (narrowed === undefined || party.structures.length === 0) throw unbound(type, by)
  if (narrowed !== '_id') return own.append(narrowed, references.join(','))
  const persons = await rights.around(references)
  own.append('_id', persons.map(one => one.slice('Patient/'.length)).join(',') || NOBODY)
}

function unbound(type: string, by: readonly string[]): HubError {
  const names = by.filter(name => !name.includes('.')).join(', ')
  const text = {
    en: `This search names neither a person nor a resource: add one of ${names}.`,
    fr: `Cette recherche ne désigne ni personne ni ressource : ajoutez un paramètre parmi ${names}.`,
  }
  return new HubError('fhir.search_unbound', {
    path: type,
    issues: [{ severity: 'error', code: 'forbidden', rule: 'fhir.search_unbound', expression: type, text }],
  })
}

function personNamed(query: URLSearchParams, about: string): string | undefined {
  const names = about === 'id' ? ['_id'] : ['patient', 'subject', 'subject:Patient']
  const ids = new Set(names.flatMap(name => query.getAll(name)).map(value => value.replace(/^Patient\//, '')))
  const [id, ...others] = ids
  return id !== undefined && others.length === 0 && /^[A-Za-z0-9.-]{1,64}$/.test(id) ? `Patient/${id}` : undefined
}

function ownPatient(person: Actor['person']): string {
  if (person === undefined) throw new HubError('fhir.scope', { path: 'Patient' })
  return person.patient.slice('Patient/'.length)
}
