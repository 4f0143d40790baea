/*
  A relative or a legal representative written through the FHIR door: he stays the relative of one person, since what he may read hangs on it.
*/
import type { RelatedPerson } from 'fhir/r4.js'
import type { CareFlow } from '../care-flow.ts'
import { refuseForeign } from './own-entry.ts'

export const RELATIVE: CareFlow = {
  name: 'relative',
  types: ['RelatedPerson'],
  async judge(write, draft) {
    const before = draft.before as RelatedPerson | undefined
    if (before !== undefined && (draft.resource as RelatedPerson).patient.reference !== before.patient.reference) write.refuse(draft, OTHER_PERSON)
    // Who comes in by his number, and whether he reads for the person.
    await refuseForeign(write, draft, { first: ['identifier', 'relationship'], own: [] })
  },
}

const OTHER_PERSON = {
  rule: 'relative.other-person',
  element: 'patient',
  text: {
    en: 'A relative belongs to one person; for another person write another one.',
    fr: 'Un proche est rattaché à une seule personne ; pour une autre personne, créez-en un autre.',
  },
}
