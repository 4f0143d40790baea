/*
  Whom a resource names for a statement: who wrote it down, who did or will do it.
*/
import type { Reference } from 'fhir/r4.js'
import { listOf, stated, toIdentifier } from '../../cda/datatypes.ts'
import { readIis } from '../../cda/read-datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { StatementScene } from '../frame/contract.ts'

/** Whoever is known by his name alone is a human. */
const ofTypes =
  (types: RegExp) =>
  ({ reference }: Reference): boolean =>
    reference === undefined || types.test(reference)

/** A human; devices write nothing down. */
export const isHuman = ofTypes(/^(?:PractitionerRole|Practitioner|Patient|RelatedPerson)\//)
export const isProvider = ofTypes(/^(?:PractitionerRole|Practitioner|Organization|Patient|RelatedPerson)\//)

/** Where FHIR takes no patient. */
export const isProfessional = ofTypes(/^(?:PractitionerRole|Practitioner|Organization)\//)

/** One human who is no patient. */
export const isPractitioner = ofTypes(/^Practitioner(?:Role)?\//)

export const participantsOf = (statement: CdaElement, typeCode: string): CdaElement[] =>
  statement.all('participant').filter(one => one.attr('typeCode') === typeCode)

/** By number and name. */
export function placesOf(statement: CdaElement, ...types: string[]): Reference[] {
  const roles = types.flatMap(type => participantsOf(statement, type).flatMap(one => one.child('participantRole') ?? []))
  const places = roles.map(role => ({
    ...stated({ identifier: readIis(role).map(toIdentifier)[0], display: role.at('playingEntity', 'name')?.line() }),
  }))
  return places.filter(place => Object.keys(place).length > 0)
}

export const actorsOf = (statement: CdaElement, at: StatementScene, isActor = isProvider): { performer?: { actor: Reference }[] } =>
  listOf('performer', at.performersOf(statement).filter(isActor), actor => ({ actor }))

export function recorderOf(statement: CdaElement, at: StatementScene): Reference | undefined {
  return at.authorsOf(statement).find(isHuman)
}

export function requesterOf(statement: CdaElement, at: StatementScene): Reference | undefined {
  return at.authorsOf(statement).find(isProvider)
}
