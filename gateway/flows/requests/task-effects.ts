/*
  What follows when a Task of care has changed: its business status, its request, who is told, the event.
  Spec: fhir-fr.md 2.4, column "Effect".
*/
import type { Task } from 'fhir/r4.js'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import { broughtBy, OPEN, type TaskKind, type TaskMove } from '../../../profiles/tables/task-moves.ts'
import type { Draft, Write } from '../care-flow.ts'
import { findMedecinTraitant } from '../circle/medecin-traitant.ts'
import { tell } from './notice.ts'
import { placeOf, targetOf } from '../person.ts'
import { followOwner, followTask } from './request-follows.ts'
import { modifiedAt } from './task-made.ts'
import { businessStatus, businessStatusOf, eventAbout, isRequestKind } from './task-roles.ts'
import { closeValidation, decide } from './validation-mt.ts'

export interface Change {
  kind: TaskKind
  before: Task
  task: Task
}

export async function whatFollows(write: Write, draft: Draft, { kind, task, before }: Change, tells: NonNullable<TaskMove['tells']>): Promise<void> {
  const isMoved = before.status !== task.status
  const isHandedOn = before.status !== 'draft' && targetOf(before.owner) !== targetOf(task.owner)
  const brought = isMoved ? broughtBy(kind, task.status, businessStatusOf(task)) : undefined
  await write.change(placeOf(draft), membersBy(write, { kind, task, before }, brought))
  if (isMoved && isRequestKind(kind)) await followTask(write, task, task.status)
  if (isMoved && kind === 'DEM-APPUI' && !OPEN.some(status => status === task.status)) await closeValidation(write, task)
  if (isHandedOn) await handOn(write, { kind, task, before })
  await tellOf(write, task, { to: task.status, tells })
  const answer = isMoved && kind === 'VALIDATION-MT' && task.status === 'completed' ? await decide(write, draft, task) : undefined
  const status = brought ?? businessStatusOf(task)
  const changes = [
    ...(isMoved ? [`task.${task.status}`] : []),
    ...(status !== undefined && status !== businessStatusOf(before) ? [`task.${status}`] : []),
    ...(isHandedOn ? ['task.owner'] : []),
  ]
  if (changes.length > 0) write.announce(answer ?? eventAbout(kind, task, changes))
}

/** What the hub writes into the client's Task: the status that comes with the move, the time when the client left the old one, the territory he left out. */
function membersBy(write: Write, { task, before }: Change, brought: string | undefined): Record<string, unknown> {
  const territory = before.extension?.find(({ url }) => url === EXTENSION.territoire)
  const isLeftOut = territory !== undefined && task.extension?.some(({ url }) => url === EXTENSION.territoire) !== true
  return {
    ...(brought === undefined || brought === businessStatusOf(task) ? {} : { businessStatus: businessStatus(brought) }),
    ...(task.lastModified === before.lastModified ? { lastModified: modifiedAt(write.now, task.authoredOn) } : {}),
    ...(isLeftOut ? { extension: [...(task.extension ?? []), territory] } : {}),
  }
}

async function handOn(write: Write, { kind, task, before }: Change): Promise<void> {
  if (isRequestKind(kind)) await followOwner(write, task, before)
  await tell(write, before, { words: 'task.given', category: 'MESSAGE', recipient: targetOf(task.owner) })
  await tell(write, task, { words: 'task.owner', category: 'MESSAGE', recipient: targetOf(task.requester) })
}

/** Those whom a move concerns, each once. */
export async function tellOf(write: Write, task: Task, { to, tells }: { to: Task['status']; tells: NonNullable<TaskMove['tells']> }): Promise<void> {
  if (!isTold(to)) return
  const requester = targetOf(task.requester)
  const mt = tells.includes('mt') ? await findMedecinTraitant(write, targetOf(task.for) ?? '', task) : undefined
  if (tells.includes('requester')) await tell(write, task, { words: `task.${to}`, category: 'MESSAGE', recipient: requester })
  if (mt !== undefined && mt !== requester) await tell(write, task, { words: `task.${to}`, category: 'INFO-MT', recipient: mt })
}

const TOLD = ['received', 'rejected', 'cancelled', 'completed', 'failed'] as const
const isTold = (status: string): status is (typeof TOLD)[number] => TOLD.some(one => one === status)
