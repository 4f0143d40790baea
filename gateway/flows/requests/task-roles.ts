/*
  What a Task of care is and who stands where to it: kind, the Tasks of a request, requester, owner and author as the caller meets them.
*/
import type { ServiceRequest, Task } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { broughtBy, movesOf, TASK_STATUSES, type TaskKind, type TaskMove, type TaskRole } from '../../../profiles/tables/task-moves.ts'
import { wroteFirst } from '../authorship.ts'
import type { CareEvent, Write } from '../care-flow.ts'
import { codeOf, currentOf, hasCode, referenceTo, targetOf } from '../person.ts'

const KINDS: readonly TaskKind[] = ['DEM-APPUI', 'VALIDATION-MT', 'SNP', 'ACCES-MT', 'ACTION']
export type RequestKind = 'DEM-APPUI' | 'SNP' | 'ACCES-MT'
const REQUEST_KINDS: readonly RequestKind[] = ['DEM-APPUI', 'SNP', 'ACCES-MT']

export const kindOf = (task: Task): TaskKind | undefined => KINDS.find(kind => hasCode(task.code, SYSTEM.hub, kind))

export const requestKindOf = ({ category = [], code }: ServiceRequest): RequestKind | undefined =>
  REQUEST_KINDS.find(kind => hasCode([...category, code ?? {}], SYSTEM.hub, kind))

export const isRequestKind = (kind: TaskKind): kind is RequestKind => REQUEST_KINDS.some(one => one === kind)

/** The one event of a Task in a write: the status codes it has taken. */
export function eventAbout(kind: TaskKind, task: Task, changes: string[]): CareEvent {
  return { type: kind === 'SNP' ? 'snp.statut' : 'appui.statut', patient: targetOf(task.for) ?? '', about: referenceTo(task), changes }
}

export const businessStatusOf = (task: Task): string | undefined => codeOf(task.businessStatus, SYSTEM.hubBusinessStatus)

export const businessStatus = (code: string): { coding: { system: string; code: string }[] } => ({ coding: [{ system: SYSTEM.hubBusinessStatus, code }] })

/** The business status that comes with a move of the hub. */
export function businessBy(task: Task, to: string): Pick<Task, 'businessStatus'> {
  const kind = kindOf(task)
  const brought = kind === undefined ? undefined : broughtBy(kind, to, businessStatusOf(task))
  return brought === undefined ? {} : { businessStatus: businessStatus(brought) }
}

export const statusReason = (code: string): { coding: { system: string; code: string }[] } => ({ coding: [{ system: SYSTEM.hubStatusReason, code }] })

/** The Tasks that do the work of a request; not those entered in error. */
export function tasksOf(write: Write, request: string, kind: TaskKind): Promise<Task[]> {
  return currentOf<Task>(write, 'Task', {
    parameters: { focus: request },
    isMeant: task => kindOf(task) === kind && targetOf(task.focus) === request && task.status !== 'entered-in-error',
  })
}

/** Does the caller stand in this role? The hub itself never calls. */
export async function stands(write: Write, task: Task, role: TaskRole): Promise<boolean> {
  switch (role) {
    case 'hub':
      return false
    case 'owner':
      return task.owner === undefined ? stands(write, task, 'requester') : write.actsFor(targetOf(task.owner))
    case 'requester':
      return (
        (await write.actsFor(targetOf(task.requester))) || (!isProfessional(targetOf(task.requester)) && wroteFirst(write, { type: 'Task', id: task.id ?? '' }))
      )
    case 'author':
      return (await write.actsFor(targetOf(task.requester))) || wroteFirst(write, { type: 'Task', id: task.id ?? '' })
  }
}

/** A person or a relative often has no software: who wrote the request down speaks for him. */
const isProfessional = (requester: string | undefined): boolean => /^(Practitioner|PractitionerRole|Organization)\//.test(requester ?? '')

/** The row by which the caller may move the Task; undefined when there is no such move, or it is not his. */
export async function moveBy(write: Write, task: Task, to: string): Promise<TaskMove | undefined> {
  const kind = kindOf(task)
  for (const move of kind === undefined ? [] : movesOf(kind, task.status, to)) {
    for (const role of move.who) if (await stands(write, task, role)) return move
  }
  return undefined
}

/** Where the caller may move the Task. */
export async function movesFor(write: Write, task: Task): Promise<string[]> {
  const moves = await Promise.all(TASK_STATUSES.map(async to => ((await moveBy(write, task, to)) === undefined ? [] : [to])))
  return moves.flat()
}
