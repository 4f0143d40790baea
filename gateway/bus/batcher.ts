/*
  Joins what is published within a few milliseconds into one batch, and keeps one batch in flight, so that order is order of publishing.
*/
import { HubError } from '../../profiles/errors.ts'

export interface BatcherOptions<Item> {
  /** How long the first item waits for others, ms. */
  waitMs: number
  maxBatch: number
  /** Items not yet acknowledged; beyond it `add` refuses. */
  maxWaiting: number
  send(items: Item[]): Promise<void>
}

export interface Batcher<Item> {
  /** Resolves once all items are acknowledged; rejects with the error of the batch one of them was in. */
  add(items: Item[]): Promise<void>
  waiting(): number
  close(): void
}

interface Waiting<Item> {
  items: Item[]
  resolve(): void
  reject(error: unknown): void
}

export function createBatcher<Item>({ waitMs, maxBatch, maxWaiting, send }: BatcherOptions<Item>): Batcher<Item> {
  let queue: Waiting<Item>[] = []
  let count = 0
  let timer: NodeJS.Timeout | undefined
  let isSending = false
  let isClosed = false

  const flush = async (): Promise<void> => {
    timer = undefined
    if (isSending) return
    isSending = true
    while (queue.length > 0) {
      const batch = takeBatch()
      const items = batch.flatMap(waiting => waiting.items)
      try {
        await send(items)
        for (const waiting of batch) waiting.resolve()
      } catch (error) {
        for (const waiting of batch) waiting.reject(error)
      }
      count -= items.length
    }
    isSending = false
  }

  // A call is never cut: its items travel together, even above maxBatch.
  const takeBatch = (): Waiting<Item>[] => {
    let taken = 0
    let size = 0
    for (const waiting of queue) {
      if (taken > 0 && size + waiting.items.length > maxBatch) break
      taken += 1
      size += waiting.items.length
    }
    const batch = queue.slice(0, taken)
    queue = queue.slice(taken)
    return batch
  }

  return {
    add(items) {
      if (isClosed || count + items.length > maxWaiting) return Promise.reject(new HubError('bus.unavailable', { dependency: 'kafka' }))
      count += items.length
      return new Promise((resolve, reject) => {
        queue.push({ items, resolve, reject })
        timer ??= setTimeout(() => void flush(), waitMs)
      })
    },
    waiting: () => count,
    close() {
      isClosed = true
      clearTimeout(timer)
      for (const waiting of queue) waiting.reject(new HubError('bus.unavailable', { dependency: 'kafka' }))
      queue = []
    },
  }
}
