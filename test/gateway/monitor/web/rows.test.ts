import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextRow, visibleRows } from '../../../../gateway/monitor/web/src/parts/visible-rows.ts'

// A long table draws what is near the window: never less than what is seen, never much more.

const scrolled = fc.record({
  total: fc.integer({ min: 0, max: 100_000 }),
  height: fc.integer({ min: 12, max: 400 }),
  window: fc.integer({ min: 100, max: 3000 }),
  top: fc.integer({ min: -5000, max: 10_000_000 }),
})

describe('the rows drawn', () => {
  it('hold every row that is in the window', () =>
    fc.assert(
      fc.property(scrolled, ({ total, height, window, top }) => {
        const { from, to } = visibleRows({ top, window, height, total })
        const first = Math.max(Math.floor(top / height), 0)
        const last = Math.min(Math.ceil((top + window) / height), total)
        if (first < last) expect(from <= first && to >= last).toBe(true)
      }),
    ))

  it('are within the table, and a bounded number of them', () =>
    fc.assert(
      fc.property(scrolled, ({ total, height, window, top }) => {
        const { from, to } = visibleRows({ top, window, height, total })
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(total)
        expect(to - from).toBeLessThanOrEqual(Math.ceil(window / height) + 250)
      }),
    ))

  it('are some, wherever one scrolls to', () =>
    fc.assert(
      fc.property(scrolled, ({ total, height, window, top }) => {
        const { from, to } = visibleRows({ top, window, height, total })
        if (total > 0) expect(to).toBeGreaterThan(from)
      }),
    ))
})

describe('the row a key leads to', () => {
  it.each([
    ['ArrowDown', 3, 4],
    ['ArrowUp', 3, 2],
    ['Home', 3, 0],
    ['End', 3, 9],
    ['ArrowUp', 0, undefined],
    ['ArrowDown', 9, undefined],
    ['a', 3, undefined],
    ['ArrowDown', Number.NaN, undefined],
  ])('%s on row %s leads to %s of ten', (key, row, next) => expect(nextRow(key, row, 10)).toBe(next))
})
