/*
  A chain of resources (a plan that replaces another, a structure under another) never comes back to where it began.
*/
import type { FhirResource, Reference } from 'fhir/r4.js'
import type { Draft, Write } from './care-flow.ts'
import { placeOf, targetOf } from './person.ts'

/** Longer than any chain that people make. */
const MOST_LINKS = 50

interface Chain<R extends FhirResource> {
  /** `replaces`, `partOf` */
  element: string
  rule: string
  next(resource: R): readonly (Reference | undefined)[]
}

/** Refuses a draft that its own chain leads back to. */
export async function refuseCircle<R extends FhirResource>(write: Write, draft: Draft, { element, rule, next }: Chain<R>): Promise<void> {
  const start = placeOf(draft)
  const onward = (resource: R): string[] => next(resource).flatMap(reference => targetOf(reference) ?? [])
  const met = new Set(onward(draft.resource as R))
  for (const link of met) {
    if (link === start) {
      const text = { en: 'This leads back to itself.', fr: 'Cet élément renvoie à lui-même.' }
      return write.refuse(draft, { rule, element, text })
    }
    const found = met.size < MOST_LINKS ? await write.read<R>(link) : undefined
    for (const further of found === undefined ? [] : onward(found)) met.add(further)
  }
}
