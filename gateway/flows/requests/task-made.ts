/*
  The Tasks the hub opens itself for a request: what the request says, in the form of the Task's profile.
*/
import type { Extension, ServiceRequest, Task, TaskInput } from 'fhir/r4.js'
import { EXTENSION, PROFILE, SYSTEM } from '../../../profiles/canonicals.ts'
import type { TaskKind } from '../../../profiles/tables/task-moves.ts'
import type { Write } from '../care-flow.ts'
import { referenceTo } from '../person.ts'

const PROFILE_OF: Partial<Record<TaskKind, string>> = {
  'DEM-APPUI': PROFILE.taskSupport,
  'VALIDATION-MT': PROFILE.taskValidation,
  SNP: PROFILE.taskUnscheduled,
}

export const inputOf = (code: string, value: Omit<TaskInput, 'type'>): TaskInput => ({ type: { coding: [{ system: SYSTEM.hub, code }] }, ...value })

export const territoryExtension = (commune: string): Extension => ({ url: EXTENSION.territoire, valueCoding: { system: SYSTEM.commune, code: commune } })

/** A date without time begins at midnight, so that hours can be added to it. */
export const instantOf = (date: string): string => (date.length > 10 ? date : `${date.slice(0, 10)}T00:00:00Z`)

/** Never before it was authored, whatever the clock of the one who wrote it. */
export function modifiedAt(now: Date, authoredOn: string | undefined): string {
  return new Date(Math.max(now.getTime(), authoredOn === undefined ? 0 : Date.parse(authoredOn))).toISOString()
}

/** What a Task that was kept as a draft changes by when its request is delivered. */
export const delivered = (now: Date, task: Task): Partial<Task> =>
  task.status === 'draft' ? { status: 'requested', lastModified: modifiedAt(now, task.authoredOn) } : {}

/** A requested Task about a request; `more` says what its kind needs besides. */
export function taskFor(write: Write, request: ServiceRequest, { kind, ...more }: { kind: TaskKind } & Partial<Task>): Task {
  const profile = PROFILE_OF[kind]
  const authoredOn = instantOf(request.authoredOn ?? write.now.toISOString())
  return {
    resourceType: 'Task',
    ...(profile === undefined ? {} : { meta: { profile: [profile] } }),
    identifier: [{ system: SYSTEM.uri, value: `urn:uuid:${crypto.randomUUID()}` }],
    status: 'requested',
    intent: 'order',
    ...(request.priority === undefined ? {} : { priority: request.priority }),
    code: { coding: [{ system: SYSTEM.hub, code: kind }] },
    focus: { reference: referenceTo(request) },
    for: request.subject,
    authoredOn,
    lastModified: modifiedAt(write.now, authoredOn),
    ...(request.requester === undefined ? {} : { requester: request.requester }),
    input: (request.reasonCode ?? []).map(reason => inputOf('motif', { valueCodeableConcept: reason })),
    ...more,
  }
}
