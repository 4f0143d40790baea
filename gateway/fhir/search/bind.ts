/*
  What a search is about: a person, a resource, one's own place. What names nothing is narrowed to what is the caller's own, or refused with a hint.
*/
import { HubError } from '../../../profiles/errors.ts'
import { type Anchors, anchorsOf } from '../../../profiles/tables/search-anchors.ts'
import { SEARCH_PARAMETERS } from '../../../profiles/tables/search-parameters.ts'
import type { Actor } from '../../access/callers/actor.ts'
import type { Party } from '../../access/rights/party.ts'
import { aboutOf } from '../../access/rights/thing.ts'
import type { Rights } from '../../access/rights/rights-in.ts'
import { ownReferences } from './population.ts'
import type { SearchRequest } from './query.ts'

export interface Bound {
  query: URLSearchParams
  /** The one person it names, `Patient/<id>`, where it names one by id. */
  patient?: string
}

/** Throws: fhir.search_unbound with the parameters that would bind it; fhir.scope for a token of a person that names none. */
export async function bind(rights: Rights, { type, query }: SearchRequest, { actor, party }: { actor: Actor; party: Party }): Promise<Bound> {
  const about = aboutOf(type)
  if (about === 'nobody') return { query }
  const own = new URLSearchParams(query)
  const anchors = anchorsOf(type)
  const isAnchored = (): boolean => [...own].some(([name, value]) => isAnchor(anchors, name, value))
  // A Provenance is found by the person only where he himself was written: that of his plan by the plan, each decided by itself.
  const isByTarget = type === 'Provenance' && isAnchored()
  if (actor.context === 'patient' && !isByTarget) own.append(about === 'id' ? '_id' : personParameter(type), ownPatient(actor.person))
  if (!isAnchored()) await narrow(rights, { own, type, anchors, party })
  const patient = personNamed(own, about)
  if (about !== 'id') await widen(rights, own, { patient, parameter: personParameter(type) })
  return { query: own, ...(patient === undefined ? {} : { patient }) }
}

const personParameter = (type: string): string => (SEARCH_PARAMETERS[type]?.['patient'] === undefined ? 'subject' : 'patient')
const BY_ID = ['patient', 'subject', 'subject:Patient', 'patient:Patient', 'for']
const BY_IDENTIFIER = ['patient.identifier', 'subject:Patient.identifier', 'patient:Patient.identifier']

/** What is about a person who was merged is found under each of those who are one: references are never rewritten. */
async function widen(rights: Rights, query: URLSearchParams, { patient, parameter }: { patient: string | undefined; parameter: string }): Promise<void> {
  if (patient !== undefined) {
    const linked = await rights.linked(patient)
    if (linked.length > 1) for (const name of BY_ID) if (query.has(name)) query.set(name, linked.join(','))
  }
  const name = BY_IDENTIFIER.find(one => query.getAll(one).length === 1)
  // Of several numbers each may be of somebody else: they are asked for as they are.
  const [, system, value] = /^([^|,]+)\|([^|,]+)$/.exec(query.get(name ?? '') ?? '') ?? []
  if (name === undefined || system === undefined || value === undefined) return
  const linked = await rights.linkedByIdentifier([{ system, value }])
  if (linked.length === 0) return
  query.delete(name)
  query.append(parameter, linked.join(','))
}

/** `:not` and `:missing` name nothing, nor does a system without a value. */
const isAnchor = ({ by }: Anchors, name: string, value: string): boolean =>
  !/\|(,|$)/.test(value) && (by.includes(name) || (by.includes(name.split(':')[0] ?? '') && !/:(not|missing|in|contains)$/.test(name)))

/** Persons a caller has to do with that still fit into one question to the store; of more it finds those it may see one by one. */
const MOST_PERSONS = 500

async function narrow(rights: Rights, { own, type, anchors, party }: { own: URLSearchParams; type: string; anchors: Anchors; party: Party }): Promise<void> {
  const { narrowed, by } = anchors
  const parties = ownReferences(party)
  if (narrowed === undefined || party.structures.length === 0) throw unbound(type, by)
  if (narrowed !== '_id') return own.append(narrowed, parties.join(','))
  const persons = await rights.candidates({ type: 'Patient', parties }, { limit: MOST_PERSONS + 1 })
  // An id that nobody has finds nobody.
  if (persons.length <= MOST_PERSONS) own.append('_id', persons.map(({ reference }) => reference.slice('Patient/'.length)).join(',') || '-')
}

function unbound(type: string, by: readonly string[]): HubError {
  const names = by.filter(name => !name.includes('.')).join(', ')
  const text = {
    en: `This search names neither a person nor a resource: add one of ${names}.`,
    fr: `Cette recherche ne désigne ni personne ni ressource : ajoutez un paramètre parmi ${names}.`,
  }
  return new HubError('fhir.search_unbound', {
    path: type,
    issues: [{ severity: 'error', code: 'forbidden', rule: 'fhir.search_unbound', expression: type, text, hint: `add one of ${names}` }],
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
