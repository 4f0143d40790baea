/*
  What a flow knows about the person of a write: current consents and circle, in the store and in the drafts of the same write.
*/
import { isDeepStrictEqual } from 'node:util'
import type { CareTeam, CareTeamParticipant, CodeableConcept, Consent, FhirResource, Period, Reference } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import type { Draft, Write } from './care-flow.ts'
import { isRunning } from './period.ts'

/** `Task/<id>` of a resource that is stored, or will be. */
export const referenceTo = (resource: FhirResource): string => `${resource.resourceType}/${resource.id ?? ''}`

export const placeOf = (draft: Pick<Draft, 'type' | 'id'>): string => `${draft.type}/${draft.id}`

/** Without the version behind it. */
export const targetOf = (reference: Reference | undefined): string | undefined => reference?.reference?.split('/_history/')[0]

/** The same content, whatever the versions and tags around it. */
export const isSameContent = (left: FhirResource, right: FhirResource): boolean =>
  isDeepStrictEqual({ ...left, meta: undefined }, { ...right, meta: undefined })

/** Members of the first level that are not the same in both. */
export function changedMembers(before: FhirResource, after: FhirResource): string[] {
  const [old, changed] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return [...new Set([...old.keys(), ...changed.keys()])].filter(member => !isDeepStrictEqual(old.get(member), changed.get(member)))
}

export const hasCode = (concepts: CodeableConcept | readonly CodeableConcept[] | undefined, system: string, code: string): boolean =>
  [concepts ?? []].flat().some(concept => concept.coding?.some(coding => coding.system === system && coding.code === code) === true)

/** The first code of this system, in order. */
export const codeOf = (concepts: CodeableConcept | readonly CodeableConcept[] | undefined, system: string): string | undefined =>
  [concepts ?? []]
    .flat()
    .flatMap(concept => concept.coding ?? [])
    .find(coding => coding.system === system)?.code

/** A date without time lasts until its end, wherever that day ends last. */
export function isOver(period: Period | undefined, now: Date): boolean {
  const end = period?.end
  if (end === undefined) return false
  const lasts = end.length > 10 ? 0 : 36 * 3_600_000
  return Date.parse(end) + lasts < now.getTime()
}

/** What the store holds, as this write will leave it, and what this write adds. */
export async function currentOf<R extends FhirResource>(
  write: Write,
  type: R['resourceType'],
  { parameters, isMeant }: { parameters: Record<string, string | string[]>; isMeant(resource: R): boolean },
): Promise<R[]> {
  const drafts = write.drafts().filter(draft => draft.type === type)
  const stored = await write.search<R>(type, parameters)
  const untouched = stored.filter(one => !drafts.some(draft => draft.id === one.id))
  return [...drafts.map(draft => ({ ...draft.resource, id: draft.id }) as R), ...untouched].filter(isMeant)
}

/** Active consents by which the person was informed, or agreed. */
export function informedBy(write: Write, patient: string): Promise<Consent[]> {
  const natures = ['information', 'accord']
  return currentOf<Consent>(write, 'Consent', {
    parameters: { patient, status: 'active', category: natures.map(nature => `${SYSTEM.hub}|${nature}`).join(',') },
    isMeant: consent =>
      consent.status === 'active' &&
      targetOf(consent.patient) === patient &&
      natures.some(nature => hasCode(consent.category, SYSTEM.hub, nature)) &&
      !isOver(consent.provision?.period, write.now),
  })
}

export const activeCircles = (write: Write, patient: string): Promise<CareTeam[]> =>
  currentOf<CareTeam>(write, 'CareTeam', {
    parameters: { patient, status: 'active' },
    isMeant: team => team.status === 'active' && targetOf(team.subject) === patient,
  })

/** The active circle of the person. */
export const circleOf = async (write: Write, patient: string): Promise<CareTeam | undefined> => (await activeCircles(write, patient))[0]

/** Who is in the circle now. */
export const membersOf = (circle: CareTeam, now: Date): CareTeamParticipant[] => (circle.participant ?? []).filter(({ period }) => isRunning(period, now))
