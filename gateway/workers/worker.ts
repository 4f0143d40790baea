/*
  The thread: runs one task by name. Loaded by piscina, never imported.
*/
import { setPriority } from 'node:os'
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { type Carried, carry, transferable } from './boundary.ts'
import { type TaskName, tasks } from './tasks.ts'

// Where processors are short the doors go first. On Linux a priority is that of the calling thread; elsewhere it would slow the doors as well.
if (process.platform === 'linux') setPriority(5)

export default async function run({ name, input }: { name: TaskName; input: unknown }): Promise<Carried<unknown> | object> {
  const carried = await carry(() => (tasks[name] as (input: unknown) => unknown)(input))
  const buffers = transferable(carried)
  return buffers.length === 0 ? carried : move({ [transferableSymbol]: buffers, [valueSymbol]: carried } as never)
}
