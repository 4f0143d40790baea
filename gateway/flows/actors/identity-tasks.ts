/*
  The Tasks by which the identity cell is asked about a person.
*/
import type { Task } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { Write } from '../care-flow.ts'

/** Whoever was checked stands apart no longer: the Tasks about that are done. */
export async function closeIdentityTasks(write: Write, patient: string): Promise<void> {
  const open = await write.search<Task>('Task', { patient, code: `${SYSTEM.hub}|IDENTITE`, status: 'requested,received,accepted,in-progress' })
  for (const task of open) await write.change(`Task/${task.id}`, { status: 'completed', lastModified: write.now.toISOString() })
}
