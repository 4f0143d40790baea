/*
  Statements about somebody else than the patient (subject/relatedSubject): the mother's job, the child's birth. Never a fact about the patient.
    subject => relatedSubject { code subject { administrativeGenderCode birthTime } }      it holds for what stands inside, too
*/
import type { Observation, RelatedPerson } from 'fhir/r4.js'
import { list, only } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { StatementScene } from '../frame/contract.ts'
import { conceptOf } from './values.ts'

/** Undefined for a statement about the patient. A section may be about somebody else as a whole, with the sections in it. */
export function otherPersonOf(statement: CdaElement): CdaElement | undefined {
  for (let around: CdaElement | undefined = statement; around !== undefined && around.local !== 'structuredBody'; around = around.parent) {
    const related = around.at('subject', 'relatedSubject')
    if (related !== undefined) return related
  }
  return undefined
}

const SUBJECT = 'subject'
export const GENDERS: Readonly<Record<string, RelatedPerson['gender']>> = { F: 'female', M: 'male' }

/** An observation in the patient's record whose focus is that person. */
export function focusOf(statement: CdaElement, at: StatementScene): Pick<Observation, 'contained' | 'focus'> {
  const other = otherPersonOf(statement)
  if (other === undefined) return {}
  const relationship = conceptOf(other.child('code'), at)
  const gender = GENDERS[other.child('subject')?.child('administrativeGenderCode')?.attr('code') ?? '']
  const person: RelatedPerson = {
    resourceType: 'RelatedPerson',
    id: SUBJECT,
    patient: at.patient,
    ...list('relationship', relationship === undefined ? [] : [relationship]),
    ...only('gender', gender),
  }
  return { contained: [person], focus: [{ reference: `#${SUBJECT}` }] }
}
