/*
  A professional and the roles he exercises, written through the FHIR door (fhir-fr.md 2.7): the name behind an RPPS is not overwritten, a role stays that of one professional at one structure.
*/
import type { Practitioner, PractitionerRole } from 'fhir/r4.js'
import { isSameName } from '../../../profiles/identity.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { refuseForeign } from './own-entry.ts'

export const PROFESSIONAL: CareFlow = {
  name: 'professional',
  types: ['Practitioner'],
  async judge(write, draft) {
    await refuseForeign(write, draft, { first: ['identifier'], own: ['telecom'] })
    if (bearsKnownName(write, draft)) return
    await write.change(`Practitioner/${draft.id}`, { name: (draft.before as Practitioner).name })
  },
  async met(write, draft) {
    bearsKnownName(write, draft)
  },
}

export const PROFESSIONAL_ROLE: CareFlow = {
  name: 'professional-role',
  types: ['PractitionerRole'],
  async judge(write, draft) {
    const before = draft.before as PractitionerRole | undefined
    if (before === undefined) return
    const { practitioner, organization } = draft.resource as PractitionerRole
    if (practitioner?.reference !== before.practitioner?.reference) write.refuse(draft, OTHER_PROFESSIONAL)
    if (organization?.reference !== before.organization?.reference) write.refuse(draft, OTHER_STRUCTURE)
    await refuseForeign(write, draft, { first: [], own: ['telecom'] })
  },
}

/** A marriage or a misspelling: the directory decides, not the last one who writes. */
function bearsKnownName(write: Write, draft: Draft): boolean {
  const known = (draft.before as Practitioner | undefined)?.name?.[0]?.family
  const said = (draft.resource as Practitioner).name?.[0]?.family
  if (known === undefined || said === undefined || isSameName(known, said)) return true
  write.warn(draft, OTHER_NAME)
  return false
}

const OTHER_NAME = {
  rule: 'professional.other-name',
  element: 'name',
  text: {
    en: 'This professional is known under another family name, which was kept.',
    fr: 'Ce professionnel est connu sous un autre nom de famille, qui a été conservé.',
  },
}
const OTHER_PROFESSIONAL = {
  rule: 'role.other-professional',
  element: 'practitioner',
  text: {
    en: 'A role belongs to one professional; another one needs a role of their own.',
    fr: "Une situation d'exercice appartient à un seul professionnel ; un autre professionnel a la sienne.",
  },
}
const OTHER_STRUCTURE = {
  rule: 'role.other-structure',
  element: 'organization',
  text: {
    en: 'A role is exercised at one structure; elsewhere it is another role.',
    fr: 'Une situation d’exercice se rattache à une seule structure ; ailleurs, c’est une autre situation.',
  },
}
