import { describe, expect, it } from 'vitest'
import { fewAtOnce } from '../../gateway/few-at-once.ts'

describe('so many at once and no more', () => {
  it('runs two of five at a time, in the order they came, and goes on after one that fails', async () => {
    const two = fewAtOnce(2)
    const begun: number[] = []
    let running = 0
    let most = 0
    const work = (n: number) => async (): Promise<number> => {
      begun.push(n)
      running += 1
      most = Math.max(most, running)
      await new Promise(resolve => setImmediate(resolve))
      running -= 1
      if (n === 1) throw new Error('one')
      return n
    }
    const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map(n => two(work(n))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
    expect(begun).toEqual([0, 1, 2, 3, 4])
    expect(most).toBe(2)
    expect(await two(work(5))).toBe(5)
  })
})
