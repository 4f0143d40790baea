/*
  A request follows its Task.
    completed → completed     rejected, cancelled, failed → revoked, with a note     entered-in-error → entered-in-error     another owner → performer
  Spec: fhir-fr.md 2.3, 2.4.
*/
import type { ServiceRequest, Task } from 'fhir/r4.js'
import type { Write } from '../care-flow.ts'
import { targetOf } from '../person.ts'

const FOLLOWS: Readonly<Record<string, ServiceRequest['status']>> = {
  completed: 'completed',
  rejected: 'revoked',
  cancelled: 'revoked',
  failed: 'revoked',
  'entered-in-error': 'entered-in-error',
}

/** What a person may read of why the request ended. */
const REASONS: Readonly<Record<string, string>> = { rejected: 'Demande refusée', cancelled: 'Demande annulée', failed: 'Demande close sans résultat' }

export async function followTask(write: Write, task: Task, to: string): Promise<void> {
  const reference = targetOf(task.focus) ?? ''
  const status = FOLLOWS[to]
  const request = status === undefined ? undefined : await write.read<ServiceRequest>(reference)
  if (request === undefined || request.status === status) return
  const reason = REASONS[to]
  const said = task.statusReason?.text
  const note =
    reason === undefined
      ? {}
      : { note: [...(request.note ?? []), { time: write.now.toISOString(), text: said === undefined ? reason : `${reason} : ${said}` }] }
  await write.change(reference, { status, ...note })
}

export async function followOwner(write: Write, task: Task, before: Task): Promise<void> {
  const reference = targetOf(task.focus) ?? ''
  const request = await write.read<ServiceRequest>(reference)
  if (request === undefined || task.owner === undefined) return
  const others = (request.performer ?? []).filter(performer => targetOf(performer) !== targetOf(before.owner) && targetOf(performer) !== targetOf(task.owner))
  await write.change(reference, { performer: [task.owner, ...others] })
}
