/*
  What is about a person is about one of this hub, stays about him, and holds nothing of another one: so a history is never half his, and nothing comes in with it.
*/
import type { DomainResource, FhirResource, Reference } from 'fhir/r4.js'
import type { CareFlow, Draft, Write } from './care-flow.ts'
import { refuse } from './objections.ts'
import { targetOf } from './person.ts'
import { personOf } from './same-person.ts'

/** Types whose own flow judges more than these lines do keep their own words for a change of person. */
const JUDGED_ELSEWHERE = ['CarePlan', 'CareTeam', 'Consent', 'Goal', 'QuestionnaireResponse', 'RelatedPerson']

export const ONE_PERSON: CareFlow = {
  name: 'one-person',
  types: [...JUDGED_ELSEWHERE, 'Communication', 'Condition', 'DocumentReference', 'Encounter', 'Observation', 'ServiceRequest', 'Task'],
  async judge(write, draft) {
    refuseStranger(write, draft)
    refuseChange(write, draft)
    refuseContained(write, draft)
  },
}

/** A person by words alone, contained, or of another server: nobody could be asked whether he lets it be seen. National cards of documents carry theirs; a `urn:` of no entry is told by the door. */
function refuseStranger(write: Write, draft: Draft): void {
  const { subject, patient, for: beneficiary } = draft.resource as { subject?: Reference; patient?: Reference; for?: Reference }
  const about = subject ?? patient ?? beneficiary
  if (draft.before !== undefined || draft.type === 'DocumentReference' || about === undefined || /^(Patient\/|urn:)/.test(targetOf(about) ?? '')) return
  const element = subject !== undefined ? 'subject' : patient !== undefined ? 'patient' : 'for'
  const text = { en: 'This reference leads to nobody of this hub.', fr: 'Cette référence ne mène à personne de ce hub.' }
  write.refuse(draft, { rule: 'fhir.reference_unknown', code: 'not-found', element, text })
}

function refuseChange(write: Write, draft: Draft): void {
  const before = personOf(draft.before)
  if (JUDGED_ELSEWHERE.includes(draft.type) || before === undefined || before === personOf(draft.resource)) return
  refuse(write, draft, 'person.changed')
}

function refuseContained(write: Write, draft: Draft): void {
  const person = personOf(draft.resource)
  for (const [place, contained] of ((draft.resource as DomainResource).contained ?? []).entries()) {
    const about = personOf(contained as FhirResource)
    if (about?.startsWith('Patient/') && about !== person) refuse(write, draft, 'contained.other-person', `contained[${place}]`)
  }
}
