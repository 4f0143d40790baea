/*
  A Task of care: who may write it, from which status to which, and what follows; the table is profiles/tables/task-moves.ts.
    made      draft or requested by anybody who may write; further on by its owner only, who records what he did
              VALIDATION-MT by the DAC that asks; an answer counts only where it is given to a question that stood
    changed   never what it is about; businessStatus and owner by its owner; the rest by owner, requester or author
  Spec: fhir-fr.md 2.4.
*/
import type { Organization, ServiceRequest, Task } from 'fhir/r4.js'
import { broughtBy, mayProgress, type TaskKind } from '../../../profiles/tables/task-moves.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { deliver, isOpening } from './care-request.ts'
import { objection, refuse } from '../objections.ts'
import { changedMembers, isSameContent, placeOf, referenceTo, targetOf } from '../person.ts'
import { refuseOtherPersons } from '../same-person.ts'
import { businessStatus, businessStatusOf, eventAbout, isRequestKind, kindOf, moveBy, movesFor, requestKindOf, stands, tasksOf } from './task-roles.ts'
import { type Change, tellOf, whatFollows } from './task-effects.ts'
import { modifiedAt } from './task-made.ts'
import { isDac, isOtherThanCpts } from './territory.ts'
import { dayInFrance, hasWaited } from './working-days.ts'

export const CARE_TASK: CareFlow = {
  name: 'care-task',
  types: ['Task'],
  async judge(write, draft) {
    const task: Task = { ...(draft.resource as Task), id: draft.id }
    const before = draft.before as Task | undefined
    const kind = kindOf(before ?? task)
    if (kind === undefined) return
    await refuseOtherPersons(write, draft, { partOf: task.partOf, basedOn: task.basedOn })
    if (isOverAtOnce(task) && !(before !== undefined && isOverAtOnce(before))) refuse(write, draft, 'task.deadline')
    if (before === undefined) return judgeNew(write, draft, { kind, task })
    if (isSameContent(before, task)) return
    await judgeChange(write, draft, { kind, task, before })
  },
  async firstRead(write, resource) {
    const task = resource as Task
    const kind = kindOf(task)
    if (kind === undefined || task.status !== 'requested' || !(await stands(write, task, 'owner'))) return
    const status = broughtBy(kind, 'received', businessStatusOf(task))
    await write.change(referenceTo(task), {
      status: 'received',
      lastModified: modifiedAt(write.now, task.authoredOn),
      ...(status === undefined ? {} : { businessStatus: businessStatus(status) }),
    })
    await tellOf(write, task, { to: 'received', tells: ['requester'] })
    write.announce(eventAbout(kind, task, ['task.received', ...(status === undefined ? [] : [`task.${status}`])]))
  },
}

/** A deadline before the Task was authored; a day is compared with its day in France. */
const isOverAtOnce = ({ restriction: { period: { end = '' } = {} } = {}, authoredOn = '' }: Task): boolean =>
  Math.min(end.length, authoredOn.length) > 10
    ? Date.parse(end) < Date.parse(authoredOn)
    : end !== '' && dayInFrance(end) < dayInFrance(authoredOn).slice(0, dayInFrance(end).length)

async function judgeNew(write: Write, draft: Draft, { kind, task }: { kind: TaskKind; task: Task }): Promise<void> {
  const isEarly = task.status === 'draft' || task.status === 'requested'
  if (kind === 'VALIDATION-MT') await requireAskedByDac(write, draft, task)
  else if (!isEarly && !(await stands(write, task, 'owner'))) return refuse(write, draft, 'task.move')
  if (isRequestKind(kind)) return joinRequest(write, draft, { kind, task })
  if (task.status !== 'draft') write.announce(eventAbout(kind, task, [`task.${task.status}`]))
}

async function requireAskedByDac(write: Write, draft: Draft, task: Task): Promise<void> {
  const support = await write.read<Task>(targetOf(task.partOf?.[0]) ?? '')
  const owner = targetOf(support?.owner)
  if (owner !== undefined && (targetOf(task.requester) !== owner || !(await write.actsFor(owner)))) refuse(write, draft, 'task.validation')
}

/** The one Task of its request; it delivers the request, unless the request of the same write does. */
async function joinRequest(write: Write, draft: Draft, { kind, task }: { kind: TaskKind; task: Task }): Promise<void> {
  const reference = targetOf(task.focus) ?? ''
  const request = await write.read<ServiceRequest>(reference)
  if (!isRequestKind(kind) || request === undefined) return
  if (targetOf(request.subject) !== targetOf(task.for)) refuse(write, draft, 'task.person')
  if (requestKindOf(request) !== kind) return refuse(write, draft, 'task.focus')
  const drafts = write.drafts()
  const isEarlier = (other: Task): boolean => {
    const place = drafts.findIndex(one => placeOf(one) === referenceTo(other))
    return place < 0 || place < drafts.indexOf(draft)
  }
  const others = (await tasksOf(write, reference, kind)).filter(other => other.id !== draft.id)
  if (draft.before === undefined && others.some(isEarlier)) return refuse(write, draft, 'request.one-task')
  if (!/^(draft|active|on-hold)$/.test(request.status)) return refuse(write, draft, 'request.closed')
  const isDeliveredThere = drafts.some(one => placeOf(one) === reference && isOpening(one))
  if (task.status === 'draft' || isDeliveredThere) return
  if (request.status === 'draft') await write.change(reference, { status: 'active' })
  await deliver(write, kind, { at: draft, request, task })
}

const FROZEN = new Set(['code', 'intent', 'focus', 'for', 'requester', 'basedOn', 'partOf', 'authoredOn'])

async function judgeChange(write: Write, draft: Draft, { kind, task, before }: Change): Promise<void> {
  for (const element of changedMembers(before, task).filter(member => FROZEN.has(member))) refuse(write, draft, 'task.frozen', element)
  const isMoved = before.status !== task.status
  const move = isMoved ? await moveBy(write, before, task.status) : undefined
  if (isMoved && move === undefined) {
    const moves = await movesFor(write, before)
    return write.refuse(draft, {
      ...objection(draft, 'task.move'),
      hint: `from ${before.status} the caller may go to ${moves.join(', ') || 'no other status'}`,
    })
  }
  const isOwner = await stands(write, before, 'owner')
  if (!isOwner && !(await stands(write, before, 'requester')) && !(await stands(write, before, 'author'))) return refuse(write, draft, 'task.actor')
  if (before.status === 'draft') {
    if (task.status === 'requested' && isRequestKind(kind)) return joinRequest(write, draft, { kind, task })
  } else {
    if (targetOf(before.owner) !== targetOf(task.owner)) await judgeOwner(write, draft, { kind, task, before }, isOwner)
    judgeProgress(write, draft, { kind, task, before }, isOwner)
  }
  await whatFollows(write, draft, { kind, task, before }, move?.tells ?? [])
}

/** Re-orientation: by the owner, with a reason; a demande d'appui goes to a DAC. */
async function judgeOwner(write: Write, draft: Draft, { kind, task, before }: Change, isOwner: boolean): Promise<void> {
  if (!isOwner) return refuse(write, draft, 'task.owner-move')
  if (task.statusReason === undefined && !hasNewNote(before, task)) refuse(write, draft, 'task.reorientation')
  const owner = targetOf(task.owner) ?? ''
  if (kind === 'SNP' && isOtherThanCpts(await write.read<Organization>(owner))) refuse(write, draft, 'task.cpts')
  if (kind === 'DEM-APPUI' && (!owner.startsWith('Organization/') || !isDac(await write.read<Organization>(owner)))) refuse(write, draft, 'task.owner')
}

const CLOSING = /^(completed|failed|rejected|cancelled|entered-in-error)$/
const hasNewNote = (before: Task, task: Task): boolean => (task.note ?? []).length > (before.note ?? []).length

function judgeProgress(write: Write, draft: Draft, { kind, task, before }: Change, isOwner: boolean): void {
  const [from, to] = [businessStatusOf(before), businessStatusOf(task)]
  const isClosing = CLOSING.test(task.status)
  if (from !== to && !isClosing && !(isOwner && mayProgress(kind, task.status, { from, to }))) refuse(write, draft, 'task.business-status')
  if (kind !== 'DEM-APPUI') return
  if (to === 'mt-sans-reponse' && from !== to) {
    if (!hasNewNote(before, task)) refuse(write, draft, 'task.mt-note')
    if (!hasWaited(before.authoredOn, write.now, write.limits.mtAnswerWorkingDays)) refuse(write, draft, 'task.mt-wait')
  }
  if (to === 'attente-mt' && task.status === 'accepted' && before.status === 'received') refuse(write, draft, 'task.attente-mt')
}
