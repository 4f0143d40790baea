/*
  The médecin traitant of a person, always as a PractitionerRole.
    in this order: Task.input mt · PCP of the active circle · Patient.generalPractitioner
  Spec: fhir-fr.md 2.2, 2.3, 2.4; issue 4, "Rules common to these".
*/
import type { Patient, PractitionerRole, Reference, Task } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { Write } from '../care-flow.ts'
import { circleOf, hasCode, membersOf, referenceTo, targetOf } from '../person.ts'

/** Out: `PractitionerRole/<id>`; undefined when none is known. */
export async function findMedecinTraitant(write: Write, patient: string, task?: Task): Promise<string | undefined> {
  const named = task?.input?.find(input => hasCode(input.type, SYSTEM.hub, 'mt'))?.valueReference
  const circle = await circleOf(write, patient)
  const members = circle === undefined ? [] : membersOf(circle, write.now).filter(({ role }) => hasCode(role, SYSTEM.participationFunction, 'PCP'))
  const person = await write.read<Patient>(patient)
  for (const reference of [named, ...members.map(({ member }) => member), ...(person?.generalPractitioner ?? [])]) {
    const role = await roleOf(write, reference)
    if (role !== undefined) return role
  }
  return undefined
}

/** A professional known without his place of work stands for his first active role. */
export async function roleOf(write: Write, reference: Reference | undefined): Promise<string | undefined> {
  const target = targetOf(reference)
  if (target?.startsWith('PractitionerRole/')) return target
  if (!target?.startsWith('Practitioner/')) return undefined
  const roles = await write.search<PractitionerRole>('PractitionerRole', { practitioner: target })
  const role = roles.find(({ active }) => active !== false)
  return role === undefined ? undefined : referenceTo(role)
}

/** Is the one who asks the médecin traitant himself: this role, another role of the same professional, or the structure this role is in. */
export async function isSameProfessional(write: Write, requester: string | undefined, mt: string): Promise<boolean> {
  if (requester === undefined) return false
  if (requester === mt) return true
  const role = await write.read<PractitionerRole>(mt)
  const practitioner = targetOf(role?.practitioner)
  if (requester.startsWith('PractitionerRole/')) {
    return practitioner !== undefined && targetOf((await write.read<PractitionerRole>(requester))?.practitioner) === practitioner
  }
  return requester === practitioner || requester === targetOf(role?.organization)
}
