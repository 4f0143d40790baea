/*
  A request of care (ServiceRequest) and its one Task: a request is delivered when it becomes active, from then on it follows its Task.
    draft → active                     delivered by its kind: demande d'appui, soins non programmés, recherche de médecin traitant
    active → revoked                   the Task is cancelled, if the caller may
    active ⇄ on-hold                   nothing follows
    active → completed                 with or after its Task only
    any → entered-in-error             the Task too
  Spec: fhir-fr.md 2.3.
*/
import type { RelatedPerson, ServiceRequest, Task } from 'fhir/r4.js'
import { OPEN } from '../../../profiles/tables/task-moves.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { deliverSearch } from './find-gp.ts'
import { refuse } from '../objections.ts'
import { changedMembers, placeOf, referenceTo, targetOf } from '../person.ts'
import { refuseOtherPersons } from '../same-person.ts'
import { deliverSupport } from './support-request.ts'
import { modifiedAt } from './task-made.ts'
import { businessBy, eventAbout, kindOf, moveBy, type RequestKind, requestKindOf, stands, statusReason, tasksOf } from './task-roles.ts'
import { deliverUnscheduled } from './unscheduled-care.ts'
import { closeValidation } from './validation-mt.ts'
import type { Asked } from './asked.ts'

const DELIVER: Readonly<Record<RequestKind, (write: Write, asked: Asked) => Promise<void>>> = {
  'DEM-APPUI': deliverSupport,
  SNP: deliverUnscheduled,
  'ACCES-MT': deliverSearch,
}

export const CARE_REQUEST: CareFlow = {
  name: 'care-request',
  types: ['ServiceRequest'],
  async judge(write, draft) {
    const request = draft.resource as ServiceRequest
    const before = draft.before as ServiceRequest | undefined
    const kind = requestKindOf(before ?? request)
    if (kind === undefined) return
    await refuseOtherPersons(write, draft, { supportingInfo: request.supportingInfo, basedOn: request.basedOn, replaces: request.replaces })
    await requireOwnRequester(write, draft, request)
    if (request.priority === 'stat' && kind !== 'ACCES-MT') refuse(write, draft, 'urgence-vitale')
    if (request.priority === undefined && kind === 'ACCES-MT') refuse(write, draft, 'request.priority')
    if (before !== undefined && before.status !== 'draft') {
      for (const member of changedMembers(before, request)) if (!CHANGING.has(member)) refuse(write, draft, 'request.frozen', member)
    }
    const tasks = await tasksOf(write, placeOf(draft), kind)
    if (isOpening(draft)) return open(write, draft, { kind, task: tasks[0] })
    if (before !== undefined && before.status !== request.status) await follow(write, draft, tasks)
  },
}

/** A person speaks for himself, a relative for his own; professionals and structures for anybody. */
async function requireOwnRequester(write: Write, draft: Draft, { requester, subject }: ServiceRequest): Promise<void> {
  const target = targetOf(requester)
  const person = target?.startsWith('RelatedPerson/') ? targetOf((await write.read<RelatedPerson>(target))?.patient) : target
  if (person?.startsWith('Patient/') && person !== targetOf(subject)) refuse(write, draft, 'request.requester')
}

/** Does this write make the request active? */
export function isOpening({ type, by, resource, before }: Draft): boolean {
  const [now, earlier] = [resource as ServiceRequest, before as ServiceRequest | undefined]
  return type === 'ServiceRequest' && by === 'client' && now.status === 'active' && (earlier === undefined || earlier.status === 'draft')
}

/** A Task that the client keeps as a draft is delivered when he moves it himself. */
async function open(write: Write, draft: Draft, { kind, task }: { kind: RequestKind; task: Task | undefined }): Promise<void> {
  const isHeldBack = task?.status === 'draft' && write.drafts().some(one => placeOf(one) === referenceTo(task))
  if (!isHeldBack) await deliver(write, kind, { at: draft, request: requestAt(draft), ...(task === undefined ? {} : { task }) })
}

const requestAt = (draft: Draft): ServiceRequest => ({ ...(draft.resource as ServiceRequest), id: draft.id })

/** Hands a request to whom it is for. */
export const deliver = (write: Write, kind: RequestKind, asked: Asked): Promise<void> => DELIVER[kind](write, asked)

const CHANGING = new Set(['resourceType', 'id', 'meta', 'status', 'note', 'supportingInfo'])

async function follow(write: Write, draft: Draft, tasks: readonly Task[]): Promise<void> {
  const [from, to] = [(draft.before as ServiceRequest).status, (draft.resource as ServiceRequest).status]
  const isOpen = from === 'active' || from === 'on-hold' || from === 'draft'
  const task = tasks.find(({ status }) => OPEN.includes(status as never)) ?? tasks[0]
  const isMovedHere = task !== undefined && write.drafts().some(one => placeOf(one) === referenceTo(task))
  if (to === 'entered-in-error') return withTask(write, draft, { task, isMovedHere, status: 'entered-in-error' })
  if (to === 'revoked' && isOpen) return withTask(write, draft, { task, isMovedHere, status: 'cancelled' })
  const isPause = (from === 'active' && to === 'on-hold') || (from === 'on-hold' && to === 'active')
  if (isPause && (task === undefined || (await stands(write, task, 'owner')) || (await stands(write, task, 'author')))) return
  if (to === 'completed' && isOpen && task?.status === 'completed') return
  refuse(write, draft, 'request.move')
}

async function withTask(
  write: Write,
  draft: Draft,
  { task, isMovedHere, status }: { task: Task | undefined; isMovedHere: boolean; status: 'cancelled' | 'entered-in-error' },
): Promise<void> {
  if (task === undefined || isMovedHere || task.status === status) return
  if ((await moveBy(write, task, status)) === undefined) return refuse(write, draft, 'request.move')
  const reason = status === 'cancelled' ? { statusReason: task.statusReason ?? { ...statusReason('autre'), text: 'Demande retirée' } } : {}
  await write.change(referenceTo(task), { status, ...reason, ...businessBy(task, status), lastModified: modifiedAt(write.now, task.authoredOn) })
  const kind = kindOf(task)
  if (kind === 'DEM-APPUI') await closeValidation(write, task)
  if (kind !== undefined) write.announce(eventAbout(kind, task, [`task.${status}`]))
}
