/*
  The worker threads: parsing above 64 kB and all mapping run here, so that an acknowledgement never waits for a mapping.
*/
import { Piscina } from 'piscina'
import { HubError } from '../../profiles/errors.ts'
import { type Carried, unpack } from './boundary.ts'
import { type TaskInput, type TaskName, type TaskOutput, tasks } from './tasks.ts'

export interface Workers {
  /** Runs one task; what it throws arrives as the HubError it was. Throws: mapping.impossible where its thread ended: out of time, or of memory. */
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>>
  /** Tasks waiting for a thread. */
  queued(): number
  close(): Promise<void>
}

export interface WorkersOptions {
  threads: number
  /** Tasks that may wait; beyond it the caller gets hub.busy. */
  maxQueue?: number
  /** Longest time of one task, its wait among it: then its thread is ended, and others go on. */
  taskMs?: number
}

const INLINE_BYTES = 64 * 1024
const IDLE_MS = 20_000
/** Many times what the largest document of the profile takes on a busy machine. */
const TASK_MS = 300_000

export function createWorkers({ threads, maxQueue = 1024, taskMs = TASK_MS }: WorkersOptions): Workers {
  // From TypeScript sources (tests) there is no compiled worker to load: the same tasks run on the caller's thread.
  const pool = import.meta.url.endsWith('.ts') ? undefined : openPool(threads, maxQueue)

  async function run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
    if (pool === undefined || isQuick(name, input))
      return (tasks[name] as unknown as (input: TaskInput<Name>) => TaskOutput<Name> | Promise<TaskOutput<Name>>)(input)
    if (pool.queueSize >= maxQueue) throw new HubError('hub.busy', { dependency: 'workers' })
    const signal = AbortSignal.timeout(taskMs)
    const carried = await pool.run({ name, input }, { signal }).catch((cause: { code?: string }) => {
      // A pool that closes is no fault of the message.
      throw signal.aborted || cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new HubError('mapping.impossible', { path: name, cause }) : cause
    })
    return unpack(carried as Carried<TaskOutput<Name>>)
  }
  return { run, queued: () => pool?.queueSize ?? 0, close: async () => pool?.close() }
}

function openPool(threads: number, maxQueue: number): Piscina {
  return new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    maxQueue: maxQueue * 2,
    atomics: 'disabled',
  })
}

function isQuick(name: TaskName, input: unknown): boolean {
  return name === 'judge' && (input as TaskInput<'judge'>).bytes.byteLength <= INLINE_BYTES
}
