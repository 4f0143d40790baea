/*
  Runs the engine on a thread of its own, so that no acknowledgement and no answer of a door waits for a flow.
    main → thread  { n, asked }      thread → main  { n, answer }, and { n: 0 } once the engine runs
*/
import { Worker } from 'node:worker_threads'
import { HubError } from '../profiles/errors.ts'
import type { BreakerState } from './breaker.ts'
import type { HubConfig } from './config.ts'
import type { Samples } from './metrics.ts'

export type Asked = 'metrics' | 'breakers' | 'stop'

export interface EngineHost {
  /** What the thread has counted; empty while it does not answer. */
  metrics(): Promise<Samples>
  breakers(): Promise<Record<string, BreakerState>>
  /** Resolves once everything begun is settled or let go. */
  stop(): Promise<void>
}

const ANSWER_MS = 2000

/**
 * Resolves once the engine runs.
 * In:     onEnd is told when the thread ends by itself: lanes would stand still, so the process should end too.
 * Throws: hub.defect when it cannot start.
 */
export async function hostEngine(config: HubConfig, onEnd: (error?: unknown) => void): Promise<EngineHost> {
  const thread = new Worker(new URL('./engine-thread.js', import.meta.url), { workerData: config })
  const waiting = new Map<number, (answer: unknown) => void>()
  let last = 0
  let isStopping = false
  const ended = new Promise<void>(resolve => thread.once('exit', () => resolve()))
  thread.on('message', ({ n, answer }: { n: number; answer?: unknown }) => {
    waiting.get(n)?.(answer)
    waiting.delete(n)
  })
  await new Promise<void>((resolve, reject) => {
    waiting.set(0, () => resolve())
    thread.once('error', cause => reject(new HubError('hub.defect', { path: 'engine', cause })))
  })
  thread.on('error', onEnd)
  thread.on('exit', () => {
    if (!isStopping) onEnd()
  })

  const ask = <Answer>(asked: Asked): Promise<Answer | undefined> =>
    new Promise(resolve => {
      const n = ++last
      const timer = asked === 'stop' ? undefined : setTimeout(() => settle(undefined), ANSWER_MS)
      const settle = (answer: unknown): void => {
        clearTimeout(timer)
        waiting.delete(n)
        resolve(answer as Answer | undefined)
      }
      waiting.set(n, settle)
      thread.postMessage({ n, asked })
    })
  return {
    metrics: async () => (await ask<Samples>('metrics')) ?? [],
    breakers: async () => (await ask<Record<string, BreakerState>>('breakers')) ?? {},
    async stop() {
      isStopping = true
      await Promise.race([ask('stop'), ended])
      await ended
    },
  }
}
