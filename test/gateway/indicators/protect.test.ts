import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hiddenCells, SMALLEST_SHOWN, type Sum } from '../../../gateway/indicators/protect.ts'

// No cell of 1 to 10 persons is shown, nor can anybody work one out who knows the sums and reads all that is shown.

const SUMS: Sum[] = [
  { whole: 'all', parts: ['a', 'b', 'c', 'd'] },
  { whole: 'in time', parts: ['in time a', 'in time b', 'in time c', 'in time d'] },
  { whole: 'all', parts: ['in time', 'late'] },
  ...['a', 'b', 'c', 'd'].map(kind => ({ whole: kind, parts: [`in time ${kind}`, `late ${kind}`] })),
]

const kinds = fc.array(fc.tuple(fc.oneof(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 90 })), fc.double({ min: 0, max: 1, noNaN: true })), {
  minLength: 4,
  maxLength: 4,
})

function cellsOf(drawn: readonly (readonly [number, number])[]): Map<string, number> {
  const cells = new Map<string, number>([
    ['all', 0],
    ['in time', 0],
    ['late', 0],
  ])
  const add = (cell: string, n: number) => cells.set(cell, (cells.get(cell) ?? 0) + n)
  for (const [index, [n, share]] of drawn.entries()) {
    const kind = 'abcd'[index] ?? ''
    const inTime = Math.round(n * share)
    for (const [cell, count] of [
      [kind, n],
      [`in time ${kind}`, inTime],
      [`late ${kind}`, n - inTime],
      ['all', n],
      ['in time', inTime],
      ['late', n - inTime],
    ] as const)
      add(cell, count)
  }
  return cells
}

/** What one who reads the shown cells may still believe of each: bounds narrowed by every sum until nothing moves. */
function believed(cells: ReadonlyMap<string, number>, hidden: ReadonlySet<string>): Map<string, { least: number; most: number }> {
  const bounds = new Map([...cells].map(([cell, n]) => [cell, hidden.has(cell) ? { least: 0, most: Number.POSITIVE_INFINITY } : { least: n, most: n }]))
  const at = (cell: string) => bounds.get(cell) ?? { least: 0, most: 0 }
  for (let turn = 0; turn < 12; turn += 1) {
    for (const { whole, parts } of SUMS) {
      const total = (side: 'least' | 'most', without?: string) => parts.filter(part => part !== without).reduce((sum, part) => sum + at(part)[side], 0)
      const narrow = (cell: string, least: number, most: number) =>
        bounds.set(cell, { least: Math.max(at(cell).least, least), most: Math.min(at(cell).most, Math.max(most, 0)) })
      narrow(whole, total('least'), total('most'))
      for (const part of parts) narrow(part, at(whole).least - total('most', part), at(whole).most - total('least', part))
    }
  }
  return bounds
}

describe('cells of few persons', () => {
  it('none is shown, and none can be worked out: of each a reader must believe that it may be larger than it is', () => {
    fc.assert(
      fc.property(kinds, drawn => {
        const cells = cellsOf(drawn)
        const hidden = hiddenCells(cells, SUMS)
        const seen = believed(cells, hidden)
        for (const [cell, n] of cells) {
          if (n === 0 || n >= SMALLEST_SHOWN) continue
          expect(hidden.has(cell), `${cell} = ${n}`).toBe(true)
          const { least, most } = seen.get(cell) ?? { least: n, most: n }
          expect(most > least, `${cell} = ${n} between ${least} and ${most}`).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  const sum: Sum[] = [{ whole: 'all', parts: ['a', 'b', 'c'] }]
  it.each([
    ['a total of few hides with all its parts', { all: 9, a: 4, b: 5, c: 0 }, ['a', 'all', 'b', 'c']],
    ['one small part takes the next smallest along', { all: 62, a: 40, b: 12, c: 10 }, ['b', 'c']],
    ['two small parts of more than ten together are enough', { all: 52, a: 40, b: 5, c: 7 }, ['b', 'c']],
    ['two small parts of ten together are not', { all: 50, a: 40, b: 5, c: 5 }, ['a', 'b', 'c']],
    ['a part of nobody is masked and hides nothing else', { all: 40, a: 40, b: 0, c: 0 }, ['b', 'c']],
    ['where nothing is small all is shown', { all: 60, a: 30, b: 15, c: 15 }, []],
  ])('%s', (_rule, cells, expected) => {
    expect([...hiddenCells(new Map(Object.entries(cells)), sum)].sort()).toEqual(expected)
  })
})
