/*
  The resource types that the FHIR door serves today, for reading.
*/
import { HubError } from '../../profiles/errors.ts'

export const SERVED_TYPES = [
  'Binary',
  'CarePlan',
  'CareTeam',
  'Communication',
  'CommunicationRequest',
  'Composition',
  'Condition',
  'Consent',
  'DocumentReference',
  'Encounter',
  'Goal',
  'List',
  'Observation',
  'Organization',
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Provenance',
  'QuestionnaireResponse',
  'RelatedPerson',
  'ServiceRequest',
  'Task',
] as const

export type ServedType = (typeof SERVED_TYPES)[number]

/** Throws: fhir.type_unknown. */
export function requireServed(type: string | undefined): ServedType {
  const served = SERVED_TYPES.find(one => one === type)
  if (served === undefined) throw new HubError('fhir.type_unknown')
  return served
}

/** Binary is found through its DocumentReference only. */
export const isSearchable = (type: ServedType): boolean => type !== 'Binary'

/** FHIR id: 1 to 64 of A-Z a-z 0-9 - and . ; anything else exists nowhere. Throws: store.not_found. */
export function requireId(id: unknown): string {
  if (typeof id !== 'string' || !/^[A-Za-z0-9.-]{1,64}$/.test(id)) throw new HubError('store.not_found')
  return id
}
