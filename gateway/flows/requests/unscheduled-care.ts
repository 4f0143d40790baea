/*
  Soins non programmés: a request to the CPTS that is answered within 48 hours; deadlines.ts watches over it.
  Spec: fhir-fr.md 2.4, 7 (d); national agreement of the CPTS.
*/
import type { Patient, Task } from 'fhir/r4.js'
import type { Write } from '../care-flow.ts'
import { referenceTo, targetOf } from '../person.ts'
import { delivered, instantOf, taskFor, territoryExtension } from './task-made.ts'
import { communeOf, territoryOf } from './territory.ts'
import type { Asked } from './asked.ts'

const ANSWERED_WITHIN_MS = 48 * 3_600_000

export async function deliverUnscheduled(write: Write, { request, task }: Asked): Promise<void> {
  const patient = targetOf(request.subject) ?? ''
  const commune = communeOf(await write.read<Patient>(patient), write.now)
  const extension = commune === undefined ? {} : { extension: [...(task?.extension ?? []), territoryExtension(commune)] }
  if (task === undefined) {
    const [owner] = request.performer ?? []
    const end = new Date(Date.parse(instantOf(request.authoredOn ?? write.now.toISOString())) + ANSWERED_WITHIN_MS).toISOString()
    const made = taskFor(write, request, { kind: 'SNP', restriction: { period: { end } }, ...extension, ...(owner === undefined ? {} : { owner }) })
    write.announce({ type: 'snp.statut', patient, about: write.add(made), changes: ['task.requested'] })
    return
  }
  const members: Partial<Task> = {
    ...delivered(write.now, task),
    ...(territoryOf(task).length > 0 ? {} : extension),
  }
  if (Object.keys(members).length > 0) await write.change(referenceTo(task), { ...members })
  write.announce({ type: 'snp.statut', patient, about: referenceTo(task), changes: ['task.requested'] })
}
