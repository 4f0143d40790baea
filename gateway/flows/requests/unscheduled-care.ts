/*
  Soins non programmés: a request to the CPTS that is answered within 48 hours; deadlines.ts watches over it.
  Spec: fhir-fr.md 2.4, 7 (d); national agreement of the CPTS.
*/
import type { Organization, Patient, Task } from 'fhir/r4.js'
import type { Write } from '../care-flow.ts'
import { refuse } from '../objections.ts'
import { placeOf, referenceTo, targetOf } from '../person.ts'
import { delivered, instantOf, taskFor, territoryExtension } from './task-made.ts'
import { communeOf, isOtherThanCpts, territoryOf } from './territory.ts'
import type { Asked } from './asked.ts'

const ANSWERED_WITHIN_MS = 48 * 3_600_000

export async function deliverUnscheduled(write: Write, { at, request, task }: Asked): Promise<void> {
  const patient = targetOf(request.subject) ?? ''
  const owner = task?.owner ?? request.performer?.[0]
  const named = write.drafts().find(one => task?.owner !== undefined && placeOf(one) === referenceTo(task))
  if (isOtherThanCpts(await write.read<Organization>(targetOf(owner) ?? ''))) return refuse(write, named ?? at, 'task.cpts')
  const commune = communeOf(await write.read<Patient>(patient), write.now)
  const extension = commune === undefined ? {} : { extension: [...(task?.extension ?? []), territoryExtension(commune)] }
  const end = new Date(Date.parse(instantOf(request.authoredOn ?? write.now.toISOString())) + ANSWERED_WITHIN_MS).toISOString()
  const made = { kind: 'SNP', restriction: { period: { end } }, ...extension, ...(owner === undefined ? {} : { owner }) } as const
  const about = task === undefined ? write.add(taskFor(write, request, made)) : referenceTo(task)
  const members: Partial<Task> = task === undefined ? {} : { ...delivered(write.now, task), ...(territoryOf(task).length > 0 ? {} : extension) }
  if (Object.keys(members).length > 0) await write.change(about, { ...members })
  write.announce({ type: 'snp.statut', patient, about, changes: ['task.requested'] })
}
