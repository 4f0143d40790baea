/*
  One resource speaks of one person, and so does all it refers to; the person and the business identifiers of a resource stay what they are.
*/
import type { FhirResource, Identifier, Reference } from 'fhir/r4.js'
import { canonical } from '../../mappers/care-plan-diff/same.ts'
import type { Draft, Write } from './care-flow.ts'
import { refuse } from './objections.ts'
import { targetOf } from './person.ts'

/** `Patient/<id>` a resource is about, under whichever name its type has for it. */
export function personOf(resource: FhirResource | undefined): string | undefined {
  const about = resource as { subject?: Reference; patient?: Reference; for?: Reference } | undefined
  return targetOf(about?.subject ?? about?.patient ?? about?.for)
}

/** Refuses each reference of an element that leads to a resource about somebody else. In: element → its references, `careTeam`, `activity`. */
export async function refuseOtherPersons(
  write: Write,
  draft: Draft,
  elements: Readonly<Record<string, readonly (Reference | undefined)[] | undefined>>,
): Promise<void> {
  const person = personOf(draft.resource)
  const places = Object.entries(elements).flatMap(([element, references = []]) =>
    references.map((reference, index) => ({ element: `${element}[${index}]`, target: targetOf(reference) })),
  )
  const found = await Promise.all(
    places.map(async ({ element, target }) => ({
      element,
      other: target === undefined || target.startsWith('#') ? undefined : personOf(await write.read(target)),
    })),
  )
  for (const { element, other } of found) {
    if (other !== undefined && other !== person) refuse(write, draft, 'reference.other-person', element)
  }
}

/** On a new version: the same person, and every identifier it had. */
export function refuseAnotherIdentity(write: Write, draft: Draft, noun: string): void {
  const { before, resource } = draft
  if (before === undefined) return
  if (personOf(before) !== personOf(resource)) {
    const element = 'subject' in before ? 'subject' : 'patient'
    write.refuse(draft, { rule: `${noun}.person`, element, text: { en: 'The person cannot change.', fr: 'La personne concernée ne peut pas changer.' } })
  }
  const kept = new Set(identifiersOf(resource))
  if (identifiersOf(before).some(one => !kept.has(one)))
    write.refuse(draft, {
      rule: `${noun}.identifier`,
      element: 'identifier',
      text: { en: 'An identifier stays for life.', fr: 'L’identifiant est stable : il ne change pas.' },
    })
}

function identifiersOf(resource: FhirResource): string[] {
  const { identifier = [] } = resource as { identifier?: Identifier | Identifier[] }
  return [identifier].flat().map(({ system, value }) => canonical([system, value]))
}
