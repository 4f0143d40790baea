import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lowestIdAt, newMessageId, timeOfId } from '../../../gateway/ledger/ids.ts'

it('ids only grow, also within one millisecond, and are all different', () => {
  const ids = Array.from({ length: 20_000 }, () => newMessageId())
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every(id => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
})

it('of one millisecond they grow too after a clock that was ahead was set right', () => {
  const now = Date.now()
  newMessageId(new Date(now + 3_600_000))
  const ids = Array.from({ length: 1000 }, () => newMessageId(new Date(now)))
  expect([...ids].sort()).toEqual(ids)
})

it('an id carries its time and stands above the bound of that time', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('2001-01-01'), max: new Date('2020-01-01'), noInvalidDate: true }), at => {
      const id = newMessageId(at)
      expect(timeOfId(id)).toEqual(at)
      expect(id >= lowestIdAt(at) && id < lowestIdAt(new Date(at.getTime() + 1))).toBe(true)
    }),
  )
})
