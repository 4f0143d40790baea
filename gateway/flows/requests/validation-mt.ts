/*
  The médecin traitant and a demande d'appui he did not make: he is told, asked, and his answer moves it on or ends it.
    VALIDATION-MT completed, output decision    mt-valide → businessStatus mt-valide     mt-refuse → rejected, statusReason refus-mt
  Once the DAC has gone on without him (mt-sans-reponse, sans-mt, accepted) his answer is kept and moves nothing.
  Spec: fhir-fr.md 2.3, 2.4, 7 (b) 4 and 5.
*/
import type { ServiceRequest, Task } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { CareEvent, Draft, Write } from '../care-flow.ts'
import { tell } from './notice.ts'
import { refuse } from '../objections.ts'
import { codeOf, currentOf, hasCode, referenceTo, targetOf } from '../person.ts'
import { followTask } from './request-follows.ts'
import { modifiedAt, taskFor } from './task-made.ts'
import { businessStatus, businessStatusOf, eventAbout, kindOf, statusReason } from './task-roles.ts'

/** In: the demande d'appui as it will be stored, and `PractitionerRole/<id>` of the médecin traitant. */
export async function openValidation(write: Write, { request, task, mt }: { request: ServiceRequest; task: Task; mt: string }): Promise<void> {
  const at = write.now.toISOString()
  const partOf = [{ reference: referenceTo(task) }]
  const more = { owner: { reference: mt }, authoredOn: at, lastModified: at, ...(task.owner === undefined ? {} : { requester: task.owner }) }
  write.add(taskFor(write, request, { kind: 'VALIDATION-MT', partOf, ...more }))
  await tell(write, task, { words: 'mt.asked', category: 'INFO-MT', recipient: mt })
}

/** A demande d'appui that is closed asks nobody any more. */
export async function closeValidation(write: Write, task: Task): Promise<void> {
  const open = await currentOf<Task>(write, 'Task', {
    parameters: { 'part-of': referenceTo(task), status: 'requested,received' },
    isMeant: one => kindOf(one) === 'VALIDATION-MT' && targetOf(one.partOf?.[0]) === referenceTo(task) && /^(requested|received)$/.test(one.status),
  })
  for (const one of open) {
    const reason = { ...statusReason('autre'), text: 'La demande d’appui est close' }
    await write.change(referenceTo(one), { status: 'cancelled', statusReason: reason, lastModified: modifiedAt(write.now, one.authoredOn) })
  }
}

const DECISIONS = ['mt-valide', 'mt-refuse']

/** The médecin traitant has answered. Out: the event of the demande d'appui; undefined where the answer moves nothing. */
export async function decide(write: Write, draft: Draft, validation: Task): Promise<CareEvent | undefined> {
  const output = validation.output?.find(({ type }) => hasCode(type, SYSTEM.hub, 'decision'))
  const decision = codeOf(output?.valueCodeableConcept, SYSTEM.hubBusinessStatus) ?? ''
  // A Task without its one decision breaks hub-task-4, which says so.
  if (output !== undefined && !DECISIONS.includes(decision)) refuse(write, draft, 'task.decision')
  const task = await write.read<Task>(targetOf(validation.partOf?.[0]) ?? '')
  const isAwaited = task !== undefined && /^(requested|received)$/.test(task.status) && businessStatusOf(task) !== 'sans-mt'
  if (!isAwaited || !DECISIONS.includes(decision)) return undefined
  const lastModified = modifiedAt(write.now, task.authoredOn)
  const isRefusal = decision === 'mt-refuse'
  await write.change(referenceTo(task), {
    businessStatus: businessStatus(decision),
    lastModified,
    ...(isRefusal ? { status: 'rejected', statusReason: statusReason('refus-mt') } : {}),
  })
  if (isRefusal) {
    await followTask(write, task, 'rejected')
    await tell(write, task, { words: 'task.rejected', category: 'MESSAGE', recipient: targetOf(task.requester) })
  }
  return eventAbout('DEM-APPUI', task, isRefusal ? ['task.rejected', 'task.mt-refuse'] : ['task.mt-valide'])
}
