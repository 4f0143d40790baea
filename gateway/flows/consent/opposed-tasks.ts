/*
  An opposition ends what was asked of whom it names: his open Tasks are cancelled, and their requests with them. He sees them no more, and the requester could not take them back.
    nobody named    the Tasks of everybody but the person and his relatives          narrowed to some types or documents, or not running yet    none
  Spec: fhir-fr.md 2.4 (cancelled by the hub on opposition), 2.5 (matching an actor).
*/
import type { CareTeam, Consent, Organization, PractitionerRole, Task } from 'fhir/r4.js'
import type { Write } from '../care-flow.ts'
import { isRunning } from '../period.ts'
import { currentOf, membersOf, referenceTo, targetOf } from '../person.ts'
import { followTask } from '../requests/request-follows.ts'
import { modifiedAt } from '../requests/task-made.ts'
import { tellOf } from '../requests/task-effects.ts'
import { businessBy, eventAbout, isRequestKind, kindOf, statusReason } from '../requests/task-roles.ts'
import { closeValidation } from '../requests/validation-mt.ts'

const DELIVERED = ['requested', 'received', 'accepted', 'in-progress', 'on-hold']
const MOST_LEVELS = 20

/** In: an active opposition. */
export async function cancelOpposed(write: Write, { patient, provision }: Consent): Promise<void> {
  const isNarrow = [provision?.class, provision?.code, provision?.data].some(limits => limits !== undefined)
  if (isNarrow || !isRunning(provision?.period, write.now)) return
  const person = targetOf(patient) ?? ''
  const open = await currentOf<Task>(write, 'Task', {
    parameters: { patient: person, status: DELIVERED.join(',') },
    isMeant: task => DELIVERED.includes(task.status) && targetOf(task.for) === person,
  })
  const opposed = await opposedBy(
    write,
    (provision?.actor ?? []).map(({ reference }) => targetOf(reference) ?? ''),
  )
  for (const task of open) if (await opposed(targetOf(task.owner))) await cancel(write, task)
}

async function cancel(write: Write, { id }: Task): Promise<void> {
  // The question to a médecin traitant ends with the request it is about.
  const task = await write.read<Task>(`Task/${id}`)
  const kind = task === undefined ? undefined : kindOf(task)
  if (task === undefined || kind === undefined || !DELIVERED.includes(task.status)) return
  await write.change(referenceTo(task), {
    status: 'cancelled',
    statusReason: statusReason('opposition'),
    lastModified: modifiedAt(write.now, task.authoredOn),
    ...businessBy(task, 'cancelled'),
  })
  if (isRequestKind(kind)) await followTask(write, task, 'cancelled')
  if (kind === 'DEM-APPUI') await closeValidation(write, task)
  await tellOf(write, task, { to: 'cancelled', tells: ['requester'] })
  write.announce(eventAbout(kind, task, ['task.cancelled']))
}

/** Is the owner of a Task one of those who are refused? */
async function opposedBy(write: Write, actors: readonly string[]): Promise<(owner: string | undefined) => Promise<boolean>> {
  const refused = new Set((await Promise.all(actors.map(actor => namedBy(write, actor)))).flat())
  return async owner => {
    if (owner === undefined || /^(Patient|RelatedPerson)\//.test(owner)) return owner !== undefined && refused.has(owner)
    return actors.length === 0 || (await aroundOf(write, owner)).some(one => refused.has(one))
  }
}

/** Who refuses a professional refuses him wherever he works; who refuses a circle, its members. */
async function namedBy(write: Write, actor: string): Promise<string[]> {
  if (actor.startsWith('PractitionerRole/')) return [actor, targetOf((await write.read<PractitionerRole>(actor))?.practitioner) ?? actor]
  const circle = actor.startsWith('CareTeam/') ? await write.read<CareTeam>(actor) : undefined
  return [actor, ...(circle === undefined ? [] : membersOf(circle, write.now).flatMap(({ member }) => targetOf(member) ?? []))]
}

/** He himself, where he works, and what stands above it. */
async function aroundOf(write: Write, owner: string): Promise<string[]> {
  const role = owner.startsWith('PractitionerRole/') ? await write.read<PractitionerRole>(owner) : undefined
  const found = [owner, targetOf(role?.practitioner)].filter(one => one !== undefined)
  let structure = owner.startsWith('Organization/') ? owner : targetOf(role?.organization)
  for (let level = 0; structure !== undefined && level < MOST_LEVELS; level += 1) {
    found.push(structure)
    structure = targetOf((await write.read<Organization>(structure))?.partOf)
  }
  return found
}
