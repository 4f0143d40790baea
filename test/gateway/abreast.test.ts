import { expect, it } from 'vitest'
import { abreast } from '../../gateway/abreast.ts'

it('does all, with their places, never more than so many at once', async () => {
  const done: [string, number][] = []
  let [now, most] = [0, 0]
  await abreast(2, ['a', 'b', 'c', 'd', 'e'], async (item, at) => {
    now += 1
    most = Math.max(most, now)
    await Promise.resolve()
    done.push([item, at])
    now -= 1
  })
  expect(done.toSorted((one, other) => one[1] - other[1])).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 2],
    ['d', 3],
    ['e', 4],
  ])
  expect(most).toBe(2)
})

it('throws what one of them throws', async () => {
  await expect(abreast(2, [1, 2, 3], async item => (item === 2 ? Promise.reject(new Error('two')) : undefined))).rejects.toThrow('two')
})
