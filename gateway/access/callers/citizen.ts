/*
  Which person a citizen's token opens: himself by his qualified INS, or somebody whose RelatedPerson he is. Nothing else leads to a Patient.
*/
import type { RelatedPerson } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { Actor } from './actor.ts'
import type { IssuerConfig } from './config.ts'

export type Citizen = NonNullable<Actor['person']>

export interface CitizenLookups {
  /** Ids of the Patients with this qualified INS, of an authority of this environment. */
  qualifiedPersons(matricule: string): Promise<string[]>
  /** The store's RelatedPersons with this identifier. */
  relativesOf(identifier: { system: string; value: string }): Promise<RelatedPerson[]>
  now(): Date
}

/**
 * In:     the claims of a verified token; `patient` is the request's choice, `Patient/<id>` or its id, where the token leads to several persons.
 * Throws: oauth.grant, the same whatever the reason: nobody learns who is known here.
 */
export async function findCitizen(
  claims: Record<string, unknown>,
  names: IssuerConfig['claims'],
  choice: { patient: string | undefined; lookups: CitizenLookups },
): Promise<Citizen> {
  const { patient, lookups } = choice
  const found = [...(await himself(claims[names.ins], lookups)), ...(await asRelative(claims[names.relative], lookups))]
  const meant = patient === undefined ? found : found.filter(one => one.patient === `Patient/${patient.replace(/^Patient\//, '')}`)
  const [only] = meant
  if (only === undefined || meant.length > 1) throw new HubError('oauth.grant')
  return only
}

async function himself(ins: unknown, { qualifiedPersons }: CitizenLookups): Promise<Citizen[]> {
  if (typeof ins !== 'string' || !/^[0-9AB]{15}$/.test(ins)) return []
  return (await qualifiedPersons(ins)).map(id => ({ patient: `Patient/${id}` }))
}

async function asRelative(claim: unknown, { relativesOf, now }: CitizenLookups): Promise<Citizen[]> {
  const [, system, value] = typeof claim === 'string' ? (/^([^|]{1,255})\|([^|]{1,255})$/.exec(claim) ?? []) : []
  if (system === undefined || value === undefined) return []
  const day = now().toISOString()
  return (await relativesOf({ system, value })).flatMap(({ id, active, period, patient }) => {
    const isOver = active === false || (period?.end !== undefined && period.end < day.slice(0, period.end.length))
    return isOver || patient.reference === undefined ? [] : [{ patient: patient.reference, relative: `RelatedPerson/${id}` }]
  })
}
