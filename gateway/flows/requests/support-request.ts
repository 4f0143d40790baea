/*
  Demande d'appui: delivered to the one DAC of the person's territory, once the person was informed, with the médecin traitant in the know.
    requester = MT      nothing more to ask
    another MT known    businessStatus attente-mt, VALIDATION-MT and INFO-MT to him
    no MT known         businessStatus sans-mt, ACCES-MT to the CPTS
  Spec: fhir-fr.md 2.3, 7 (b); CSP L6327-1.
*/
import type { Organization, Patient, Reference, ServiceRequest, Task } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { Draft, Write } from '../care-flow.ts'
import { searchFor } from './find-gp.ts'
import { findMedecinTraitant, isSameProfessional } from '../circle/medecin-traitant.ts'
import { objection, refuse, warn } from '../objections.ts'
import { informedBy, referenceTo, targetOf } from '../person.ts'
import { delivered, inputOf, taskFor, territoryExtension } from './task-made.ts'
import { businessStatus, businessStatusOf, eventAbout } from './task-roles.ts'
import { communeOf, dacsOf, isDac, territoryOf } from './territory.ts'
import { openValidation } from './validation-mt.ts'
import type { Asked } from './asked.ts'

export async function deliverSupport(write: Write, { at, request, task }: Asked): Promise<void> {
  const patient = targetOf(request.subject) ?? ''
  const [consent] = await informedBy(write, patient)
  if (consent === undefined) return refuse(write, at, 'request.informed')
  const commune = communeOf(await write.read<Patient>(patient), write.now) ?? territoryOf(task ?? {})[0]
  const dac = await dacOf(write, { at, request, commune })
  if (dac === undefined) return
  await route(write, { at, request, ...(task === undefined ? {} : { task }) }, dac)

  const mt = await findMedecinTraitant(write, patient, task)
  const isFromMt = mt !== undefined && (await isSameProfessional(write, targetOf(request.requester), mt))
  const status = mt === undefined ? 'sans-mt' : isFromMt ? undefined : 'attente-mt'
  if (status === 'attente-mt' && task !== undefined && !['draft', 'requested', 'received'].includes(task.status)) return refuse(write, at, 'task.attente-mt')

  const accord = request.supportingInfo?.find(({ reference }) => reference?.startsWith('Consent/')) ?? { reference: referenceTo(consent) }
  const made = await theTask(write, { request, task, dac, commune, status, accord })
  if (status === 'attente-mt') await openValidation(write, { request, task: made, mt: mt ?? '' })
  if (status === 'sans-mt') await searchFor(write, { at, request, commune })
  write.announce(eventAbout('DEM-APPUI', made, ['task.requested', ...(status === undefined ? [] : [`task.${status}`])]))
}

/** The one DAC of the commune; where the commune is not known, the DAC that the requester named. Throws: fhir.conflict when two cover it. */
async function dacOf(write: Write, { at, request, commune }: { at: Draft; request: ServiceRequest; commune: string | undefined }): Promise<string | undefined> {
  if (commune === undefined) {
    for (const performer of request.performer ?? []) {
      const named = targetOf(performer)
      if (named?.startsWith('Organization/') && isDac(await write.read<Organization>(named))) {
        warn(write, at, 'request.commune')
        return named
      }
    }
  }
  const [dac, second] = commune === undefined ? [] : await dacsOf(write, commune)
  if (second !== undefined) {
    const { rule, text, element } = objection(at, 'request.two-dacs')
    throw new HubError('fhir.conflict', { issues: [{ severity: 'error', code: 'conflict', rule, text, expression: `${at.place}.${element ?? ''}` }] })
  }
  if (dac === undefined) return void refuse(write, at, 'request.territory')
  return referenceTo(dac)
}

/** A structure that does not cover the commune gives way to the DAC that does, in the request and in its Task; a CareTeam stays. */
async function route(write: Write, { at, request, task }: Asked, dac: string): Promise<void> {
  const performers = request.performer ?? []
  const structures = performers.filter(performer => targetOf(performer)?.startsWith('Organization/'))
  const isElsewhere = structures.some(structure => targetOf(structure) !== dac)
  if (isElsewhere) await write.change(referenceTo(request), { performer: [{ reference: dac }, ...performers.filter(one => !structures.includes(one))] })
  const isTaskElsewhere = task !== undefined && targetOf(task.owner) !== dac
  if (isTaskElsewhere) await write.change(referenceTo(task), { owner: { reference: dac } })
  if (isElsewhere || isTaskElsewhere) warn(write, at, 'request.routed')
}

interface TaskOf {
  request: ServiceRequest
  task: Task | undefined
  dac: string
  commune: string | undefined
  status: string | undefined
  accord: Reference
}

/** The client's own Task, delivered; else the one the hub makes. */
async function theTask(write: Write, { request, task, dac, commune, status, accord }: TaskOf): Promise<Task> {
  const owner = { reference: dac }
  const extension = commune === undefined ? {} : { extension: [territoryExtension(commune)] }
  if (task === undefined) {
    const input = [
      ...(request.reasonCode ?? []).map(reason => inputOf('motif', { valueCodeableConcept: reason })),
      inputOf('accord', { valueReference: accord }),
    ]
    const made = taskFor(write, request, {
      kind: 'DEM-APPUI',
      owner,
      input,
      ...extension,
      ...(status === undefined ? {} : { businessStatus: businessStatus(status) }),
    })
    return { ...made, id: write.add(made).split('/')[1] ?? '' }
  }
  const members: Partial<Task> = {
    ...delivered(write.now, task),
    ...(territoryOf(task).length > 0 || commune === undefined ? {} : { extension: [...(task.extension ?? []), ...(extension.extension ?? [])] }),
    ...businessOf(task, status),
  }
  if (Object.keys(members).length > 0) await write.change(referenceTo(task), { ...members })
  return { ...task, ...members, owner }
}

/** What a client wrote about the médecin traitant yields to what the hub found out. */
function businessOf(task: Task, status: string | undefined): Partial<Task> {
  const written = businessStatusOf(task)
  if (status !== undefined) return written === status ? {} : { businessStatus: businessStatus(status) }
  const isAboutMt = written !== undefined && /^(attente-mt|mt-.*|sans-mt)$/.test(written)
  return isAboutMt && written !== 'mt-valide' ? { businessStatus: businessStatus('mt-valide') } : {}
}
