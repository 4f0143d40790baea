/*
  The clock of soins non programmés: what is due when nobody has answered. It reads authoredOn and restriction.period.end of the Task and nothing else.
    half of the time gone    a reminder to the owner, without event
    all of it gone           businessStatus hors-delai and one snp.statut
  Answered = a slot is proposed or taken, the person is directed elsewhere, or the Task is closed.
  Spec: fhir-fr.md 2.4, 7 (d) 6.
*/
import type { Task } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { Store } from '../../store/store.ts'
import type { Deadline, Write } from '../care-flow.ts'
import { tell } from './notice.ts'
import { referenceTo, targetOf } from '../person.ts'
import { instantOf, modifiedAt } from './task-made.ts'
import { businessStatus, businessStatusOf, eventAbout } from './task-roles.ts'

const WAITING = ['requested', 'received', 'accepted', 'in-progress', 'on-hold']
const ANSWERED = ['creneau-propose', 'creneau-pris', 'orientation', 'cloture', 'hors-delai']
/** Half of the longest time there is (hub-task-5). */
const LONGEST_HALF_MS = 24 * 3_600_000
const PAGE = 200

type Due = Awaited<ReturnType<Deadline['due']>>[number]

export function careDeadlines({ store }: { store: Pick<Store, 'search'> }): Deadline[] {
  return [
    {
      name: 'unscheduled-care',
      async due(now) {
        const waiting = await waitingTasks(store, new Date(now.getTime() + LONGEST_HALF_MS))
        return waiting.filter(isUnanswered).flatMap(task => dueOf(task, now))
      },
    },
  ]
}

function isUnanswered(task: Task): boolean {
  return WAITING.includes(task.status) && !ANSWERED.includes(businessStatusOf(task) ?? '')
}

function dueOf(task: Task, now: Date): Due[] {
  const [reference, patient] = [referenceTo(task), targetOf(task.for)]
  const start = Date.parse(instantOf(task.authoredOn ?? ''))
  const end = Date.parse(instantOf(task.restriction?.period?.end ?? ''))
  if (patient === undefined || Number.isNaN(start) || Number.isNaN(end)) return []
  const at = now.getTime()
  return [
    ...(at >= (start + end) / 2 ? [{ key: `snp.reminder|${reference}`, patient, act: (write: Write) => remind(write, reference) }] : []),
    ...(at >= end ? [{ key: `snp.overdue|${reference}`, patient, act: (write: Write) => declareOverdue(write, reference) }] : []),
  ]
}

async function remind(write: Write, reference: string): Promise<void> {
  const task = await write.read<Task>(reference)
  if (task !== undefined && isUnanswered(task)) await tell(write, task, { words: 'snp.reminder', category: 'ALERTE', recipient: targetOf(task.owner) })
}

async function declareOverdue(write: Write, reference: string): Promise<void> {
  const task = await write.read<Task>(reference)
  if (task === undefined || !isUnanswered(task)) return
  await write.change(reference, { businessStatus: businessStatus('hors-delai'), lastModified: modifiedAt(write.now, task.authoredOn) })
  write.announce(eventAbout('SNP', task, ['task.hors-delai']))
}

/** Every unscheduled request that ends before `until`, page by page in the order of its end. */
async function waitingTasks(store: Pick<Store, 'search'>, until: Date): Promise<Task[]> {
  const found = new Map<string, Task>()
  let after = ''
  for (;;) {
    const page = await store.search('Task', {
      code: `${SYSTEM.hub}|SNP`,
      status: WAITING.join(','),
      'business-status:not': ANSWERED.map(code => `${SYSTEM.hubBusinessStatus}|${code}`).join(','),
      echeance: [`le${until.toISOString()}`, ...(after === '' ? [] : [`ge${after}`])],
      _sort: 'echeance',
      _count: String(PAGE),
    })
    const tasks = (page.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'Task' ? [resource as Task] : []))
    const known = found.size
    for (const task of tasks) found.set(referenceTo(task), task)
    after = tasks.at(-1)?.restriction?.period?.end ?? ''
    if (tasks.length < PAGE || found.size === known) return [...found.values()]
  }
}
