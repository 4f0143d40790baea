/*
  Recherche de médecin traitant (hub-cs#ACCES-MT): a base ServiceRequest with a priority and its Task to the CPTS of the person's commune.
  Spec: fhir-fr.md 2.3. No 48 hours here; its moves write appui.statut, like those of any Task that is no SNP (2.4).
*/
import type { Patient, ServiceRequest, Task } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { Draft, Write } from '../care-flow.ts'
import { warn } from '../objections.ts'
import { currentOf, referenceTo, targetOf } from '../person.ts'
import { delivered, taskFor, territoryExtension } from './task-made.ts'
import { requestKindOf } from './task-roles.ts'
import { communeOf, cptsOf } from './territory.ts'
import type { Asked } from './asked.ts'

/** A search that somebody asked for: to the structure he named, else to the CPTS. */
export async function deliverSearch(write: Write, { at, request, task }: Asked): Promise<void> {
  const patient = targetOf(request.subject) ?? ''
  if (task === undefined) {
    const commune = communeOf(await write.read<Patient>(patient), write.now)
    write.announce({ type: 'appui.statut', patient, about: await openTask(write, { at, request, commune }), changes: ['task.requested'] })
    return
  }
  await write.change(referenceTo(task), { ...delivered(write.now, task) })
  write.announce({ type: 'appui.statut', patient, about: referenceTo(task), changes: ['task.requested'] })
}

interface Search {
  at: Draft
  request: ServiceRequest
  commune: string | undefined
}

/** A demande d'appui showed that the person has no médecin traitant: one search at a time is asked for. */
export async function searchFor(write: Write, { at, request, commune }: Search): Promise<void> {
  const patient = targetOf(request.subject) ?? ''
  const running = await currentOf<ServiceRequest>(write, 'ServiceRequest', {
    parameters: { patient, status: 'active', code: `${SYSTEM.hub}|ACCES-MT` },
    isMeant: one => one.status === 'active' && requestKindOf(one) === 'ACCES-MT' && targetOf(one.subject) === patient,
  })
  if (running.length > 0) return
  const cpts = await cptsOf(write, commune)
  const search: ServiceRequest = {
    resourceType: 'ServiceRequest',
    identifier: [{ system: SYSTEM.uri, value: `urn:uuid:${crypto.randomUUID()}` }],
    status: 'active',
    intent: 'order',
    priority: request.priority ?? 'routine',
    code: { coding: [{ system: SYSTEM.hub, code: 'ACCES-MT' }] },
    subject: request.subject,
    authoredOn: write.now.toISOString(),
    ...(request.requester === undefined ? {} : { requester: request.requester }),
    ...(cpts === undefined ? {} : { performer: [{ reference: referenceTo(cpts) }] }),
    reasonCode: [{ text: 'Personne sans médecin traitant connu' }],
  }
  await openTask(write, { at, request: { ...search, id: write.add(search).split('/')[1] ?? '' }, commune })
}

/** Out: `Task/<id>`. */
async function openTask(write: Write, { at, request, commune }: Search): Promise<string> {
  const named = request.performer?.find(performer => /^Organization\//.test(targetOf(performer) ?? ''))
  const cpts = named ?? (await cptsOf(write, commune).then(found => (found === undefined ? undefined : { reference: referenceTo(found) })))
  if (cpts === undefined) warn(write, at, 'request.cpts')
  const more: Partial<Task> = {
    ...(cpts === undefined ? {} : { owner: cpts }),
    ...(commune === undefined ? {} : { extension: [territoryExtension(commune)] }),
  }
  return write.add(taskFor(write, request, { kind: 'ACCES-MT', ...more }))
}
