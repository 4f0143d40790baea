import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBatcher } from '../../../gateway/bus/batcher.ts'

describe('the batcher', () => {
  it('sends everything once, in the order of adding, one batch at a time, however calls are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 9 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        async (calls, maxBatch) => {
          const sent: number[] = []
          let inFlight = 0
          const batcher = createBatcher<number>({
            waitMs: 0,
            maxBatch,
            maxWaiting: 10_000,
            async send(items) {
              inFlight += 1
              expect(inFlight).toBe(1)
              await new Promise(setImmediate)
              sent.push(...items)
              inFlight -= 1
            },
          })
          await Promise.all(calls.map(call => batcher.add(call)))
          expect(sent).toEqual(calls.flat())
          expect(batcher.waiting()).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('a failing batch fails those in it, and the next one goes on', async () => {
    let attempt = 0
    const batcher = createBatcher<string>({
      waitMs: 0,
      maxBatch: 1,
      maxWaiting: 10,
      send: async () => {
        if (++attempt === 1) throw new Error('lost')
      },
    })
    const results = await Promise.allSettled([batcher.add(['a']), batcher.add(['b'])])
    expect(results.map(result => result.status)).toEqual(['rejected', 'fulfilled'])
  })

  it('beyond what may wait it refuses with bus.unavailable and keeps nothing', async () => {
    let open = (): void => {}
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const batcher = createBatcher<string>({ waitMs: 0, maxBatch: 10, maxWaiting: 2, send: () => gate })
    const first = batcher.add(['a', 'b'])
    await expect(batcher.add(['c'])).rejects.toMatchObject({ code: 'bus.unavailable', dependency: 'kafka' })
    expect(batcher.waiting()).toBe(2)
    open()
    await first
  })
})
