import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LATENCY_BOUNDS, percentile, percentilesOf } from '../../../../gateway/ledger/figures/latency.ts'
import { DAY, HOUR, MINUTE, QUARTER } from '../../../../gateway/ledger/figures/rollup.ts'
import { piecesOf } from '../../../../gateway/ledger/figures/rollup-pieces.ts'

const at = (text: string): Date => new Date(`2026-05-${text}Z`)
const time = fc.integer({ min: at('01T00:00').getTime(), max: at('20T00:00').getTime() }).map(ms => new Date(ms))
const onMinute = time.map(one => new Date(Math.floor(one.getTime() / 60_000) * 60_000))

describe('a stretch of time in pieces', () => {
  it('has no gap and no overlap, and no roll-up beyond what is rolled up or finer than what is kept', () => {
    fc.assert(
      fc.property(time, time, onMinute, onMinute, fc.constantFrom(60, 900, 3600, 21_600, 86_400), (one, other, until, kept, step) => {
        const [from, to] = one < other ? [one, other] : [other, one]
        const pieces = piecesOf({ from, to }, { step, until, kept })
        let end = from.getTime()
        for (const piece of pieces) {
          expect(piece.from.getTime()).toBe(end)
          expect(piece.to.getTime()).toBeGreaterThan(end)
          end = piece.to.getTime()
          if (piece.source === 'rows') continue
          expect(piece.source).toBeLessThanOrEqual(step)
          expect(piece.from.getTime() % (piece.source * 1000)).toBe(0)
          expect(piece.to.getTime() % (piece.source * 1000)).toBe(0)
          expect(piece.to.getTime()).toBeLessThanOrEqual(until.getTime())
          if (piece.source < HOUR) expect(piece.from.getTime()).toBeGreaterThanOrEqual(kept.getTime())
        }
        expect(end).toBe(to.getTime())
      }),
    )
  })

  it('of days is days, with hours, minutes and rows at its edges', () => {
    const pieces = piecesOf({ from: at('01T22:58:30'), to: at('04T01:02:10') }, { step: DAY, until: at('04T01:01'), kept: at('01T00:00') })
    expect(pieces.map(({ source, to }) => [source, to])).toEqual([
      ['rows', at('01T22:59')],
      [MINUTE, at('01T23:00')],
      [HOUR, at('02T00:00')],
      [DAY, at('04T00:00')],
      [HOUR, at('04T01:00')],
      [MINUTE, at('04T01:01')],
      ['rows', at('04T01:02:10')],
    ])
  })
})

describe('the points of a day', () => {
  it('are quarters, with minutes at their edges', () => {
    const pieces = piecesOf({ from: at('02T10:07'), to: at('03T10:07:30') }, { step: QUARTER, until: at('03T10:05'), kept: at('01T00:00') })
    expect(pieces.map(({ source, to }) => [source, to])).toEqual([
      [MINUTE, at('02T10:15')],
      [QUARTER, at('03T10:00')],
      [MINUTE, at('03T10:05')],
      ['rows', at('03T10:07:30')],
    ])
  })
})

describe('percentiles', () => {
  it('lie in the interval of the latency they stand for', () => {
    const bucketOf = (seconds: number): number => LATENCY_BOUNDS.filter(bound => bound <= seconds).length
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 3599, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (seconds, share) => {
          const counts = Array.from({ length: LATENCY_BOUNDS.length + 1 }, () => 0)
          for (const one of seconds) counts[bucketOf(one)] = (counts[bucketOf(one)] ?? 0) + 1
          const exact = seconds.toSorted((a, b) => a - b)[Math.ceil(share * seconds.length) - 1] ?? 0
          const [low = 0, high = 0] = [LATENCY_BOUNDS[bucketOf(exact) - 1], LATENCY_BOUNDS[bucketOf(exact)]]
          const told = percentile(counts, share) ?? -1
          expect(told).toBeGreaterThanOrEqual(low * 0.999)
          expect(told).toBeLessThanOrEqual(high * 1.001)
        },
      ),
    )
  })

  it('are absent where nothing was measured, and end at the last bound', () => {
    expect(percentilesOf([])).toEqual({ p50: null, p95: null, p99: null })
    expect(percentile([...LATENCY_BOUNDS.map(() => 0), 3], 0.5)).toBe(3600)
  })
})
