/*
  Who may change what: those a resource names, and the structure that wrote it first.
*/
import type { CareTeam, Provenance, Reference } from 'fhir/r4.js'
import type { Draft, Write } from './care-flow.ts'
import { membersOf, placeOf } from './person.ts'

/** Does the caller act for any of them? */
export async function actsForAny(write: Write, references: readonly (Reference | undefined)[] = []): Promise<boolean> {
  for (const one of references) if (await write.actsFor(one?.reference)) return true
  return false
}

/** Did the caller's structure write the first version? Its Provenance says so. */
export async function wroteFirst(write: Write, written: Pick<Draft, 'type' | 'id'>): Promise<boolean> {
  const found = await write.search<Provenance>('Provenance', { target: placeOf(written), _sort: '_lastUpdated', _count: '1' })
  return actsForAny(
    write,
    found[0]?.agent.flatMap(({ who, onBehalfOf }) => [onBehalfOf, who]),
  )
}

/** Does the caller act for a member whose time is running? */
export function isMember(write: Write, circle: CareTeam): Promise<boolean> {
  return actsForAny(
    write,
    membersOf(circle, write.now).map(({ member }) => member),
  )
}
