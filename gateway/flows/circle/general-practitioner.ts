/*
  The médecin traitant of the circle and the one on the record of the person agree: of two sources the last dated one is kept, and the caller is told.
  A circle is never opened to somebody because a record names him: there the hub only warns.
*/
import type { CareTeam, CareTeamParticipant, Patient, Reference } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { isSameProfessional } from './medecin-traitant.ts'
import { isRunning } from '../period.ts'
import { circleOf, hasCode, placeOf, targetOf } from '../person.ts'

/** In: the draft of an active circle. */
export async function agreeOnGeneralPractitioner(write: Write, draft: Draft): Promise<void> {
  const circle = draft.resource as CareTeam
  const entry = generalPractitionerIn(circle, write.now)
  const person = targetOf(circle.subject) ?? ''
  const patient = entry === undefined ? undefined : await write.read<Patient>(person)
  if (entry === undefined || patient === undefined || (await isNamed(write, entry.member, patient))) return
  const text = {
    en: 'The médecin traitant of the circle is not the one on the record of the person.',
    fr: 'Le médecin traitant du cercle n’est pas celui du dossier de la personne.',
  }
  const kept = isLater(entry, { draft, patient, now: write.now })
  const outcome = kept
    ? { en: 'The record now names that of the circle.', fr: 'Le dossier reprend celui du cercle.' }
    : { en: 'The record is more recent.', fr: 'Le dossier est plus récent.' }
  write.warn(draft, { rule: 'mt.differs', element: 'participant', text: { en: `${text.en} ${outcome.en}`, fr: `${text.fr} ${outcome.fr}` } })
  if (kept) await write.change(person, { generalPractitioner: [{ reference: targetOf(entry.member) }] })
}

function generalPractitionerIn({ participant = [] }: CareTeam, now: Date): CareTeamParticipant | undefined {
  return participant.find(({ role, period }) => isRunning(period, now) && hasCode(role, SYSTEM.participationFunction, 'PCP'))
}

/** What this very write says of him is the latest; else the day he joined is compared with the last version of the record. */
function isLater(entry: CareTeamParticipant, { draft, patient, now }: { draft: Draft; patient: Patient; now: Date }): boolean {
  const before = draft.before as CareTeam | undefined
  const was = before?.status === 'active' ? generalPractitionerIn(before, now) : undefined
  if (targetOf(was?.member) !== targetOf(entry.member)) return true
  return Date.parse(entry.period?.start ?? '') > Date.parse(patient.meta?.lastUpdated ?? '')
}

/** A record names a professional, one of his roles, or his structure. */
async function isNamed(write: Write, member: Reference | undefined, { generalPractitioner = [] }: Patient): Promise<boolean> {
  for (const named of generalPractitioner) if (await isSameProfessional(write, targetOf(named), targetOf(member) ?? '')) return true
  return false
}

/** The other side: a record that is given another médecin traitant than the circle has. */
export const GENERAL_PRACTITIONER: CareFlow = {
  name: 'general-practitioner',
  types: ['Patient'],
  async judge(write, draft) {
    const patient = draft.resource as Patient
    if (draft.before === undefined || patient.generalPractitioner === undefined) return
    const circle = await circleOf(write, placeOf(draft))
    const entry = circle === undefined ? undefined : generalPractitionerIn(circle, write.now)
    if (entry === undefined || (await isNamed(write, entry.member, patient))) return
    const text = { en: 'The circle of this person has another médecin traitant.', fr: 'Le cercle de soins de cette personne a un autre médecin traitant.' }
    write.warn(draft, { rule: 'mt.differs', element: 'generalPractitioner', text })
  },
}
