import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { remembering } from '../../gateway/remembering.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('one answer serves all who ask within the time, and then no more', async () => {
  const kept = remembering(1000)
  let asked = 0
  const ask = (key: string) => kept(key, async () => (asked += 1))
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual([1, 1, 2])
  vi.advanceTimersByTime(999)
  expect(await ask('a')).toBe(1)
  vi.advanceTimersByTime(1)
  expect(await ask('a')).toBe(3)
})

it('a failure is asked for again at once', async () => {
  const kept = remembering(1000)
  await expect(kept('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await kept('a', async () => 'there')).toBe('there')
})

it('holds no more than so many', async () => {
  const kept = remembering(1000, 2)
  let asked = 0
  for (const key of ['a', 'b', 'c', 'a']) await kept(key, async () => (asked += 1))
  expect(asked).toBe(4)
})
