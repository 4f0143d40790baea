import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { quietQueues } from '../../../gateway/bus/quiet-queue.ts'

interface Sent {
  entry: { correlationId: number; apiName: string }
  expectResponse: boolean
  sendRequest(): void
}

interface Queue {
  throttledUntil: number
  push(request: Sent): void
  fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void
  destroy(): void
}

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (options: object) => Queue
const logger = { debug: () => undefined, warn: () => undefined }
const sent: number[] = []
let queue: Queue

const request = (correlationId: number): Sent => ({
  entry: { correlationId, apiName: 'Fetch', resolve: () => undefined, reject: () => undefined } as Sent['entry'],
  expectResponse: true,
  sendRequest: () => void sent.push(correlationId),
})
const answer = (correlationId: number): void => queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 })

beforeEach(() => {
  vi.useFakeTimers()
  quietQueues()
  sent.length = 0
  queue = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, enforceRequestTimeout: false, clientId: 'test', broker: 'test', logger })
})

afterEach(() => {
  queue.destroy()
  vi.useRealTimers()
})

it('a connection with nothing to send sets no timer', () => {
  queue.push(request(1))
  answer(1)
  expect([sent, vi.getTimerCount()]).toEqual([[1], 0])
})

it('what waits for an answer to the one before is sent when it comes', () => {
  queue.push(request(1))
  queue.push(request(2))
  expect(sent).toEqual([1])
  answer(1)
  expect(sent).toEqual([1, 2])
  answer(2)
  vi.advanceTimersByTime(50)
  expect(vi.getTimerCount()).toBe(0)
})

it('what the broker holds up is sent once it may be', () => {
  queue.throttledUntil = Date.now() + 300
  queue.push(request(1))
  expect(sent).toEqual([])
  vi.advanceTimersByTime(299)
  expect(sent).toEqual([])
  vi.advanceTimersByTime(20)
  expect(sent).toEqual([1])
})
