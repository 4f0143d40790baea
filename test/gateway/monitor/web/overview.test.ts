import { describe, expect, it } from 'vitest'
import { type Live, type Minute, perMinute, type Told, withLive } from '../../../../gateway/monitor/web/src/views/overview/told.ts'

const NONE = { p50: null, p95: null, p99: null }
const latency = { acknowledged: NONE, stored: NONE, delivered: NONE }
const minute = (at: string, counts: Partial<Minute> = {}): Minute => ({ at: `2026-05-12T${at}:00.000Z`, in: 0, out: 0, failures: 0, latency, ...counts })
const lines = (length: number) => ({ p50: Array<null>(length).fill(null), p95: Array<null>(length).fill(null), p99: Array<null>(length).fill(null) })

function told(step: number, at: string[], came: number[]): Told {
  const total = came.reduce((sum, one) => sum + one, 0)
  return {
    at: '2026-05-12T08:01:30.000Z',
    from: '2026-05-12T07:00:00.000Z',
    to: '2026-05-12T08:01:30.000Z',
    step,
    rolledUntil: '2026-05-12T07:59:00.000Z',
    totals: { in: total, out: 0, failures: 0, outcomes: { in: {}, out: {} }, latency },
    series: {
      at: at.map(one => `2026-05-12T${one}:00.000Z`),
      in: came,
      out: came.map(() => 0),
      failures: came.map(() => 0),
      latency: { acknowledged: lines(at.length), stored: lines(at.length), delivered: lines(at.length) },
    },
    minutes: [minute('08:00', { in: 4 }), minute('08:01', { in: 2 })],
    partners: [],
    kinds: [],
    attention: [],
    health: [],
  }
}

const live = (minutes: Minute[]): Live => ({ at: '2026-05-12T08:02:10.000Z', minutes, attention: [], health: [] })

describe('the last minutes in the overview', () => {
  it('add what has come since to the totals and to the quarter of an hour it belongs to', () => {
    const { totals, series } = withLive(
      told(900, ['07:45', '08:00'], [100, 6]),
      live([minute('08:00', { in: 5 }), minute('08:01', { in: 2 }), minute('08:02', { in: 7 })]),
    )
    expect(totals.in).toBe(106 + 1 + 7)
    expect(series.in).toEqual([100, 14])
  })

  it('begin a new point when its time has come', () => {
    const { series, to, at } = withLive(told(60, ['08:00', '08:01'], [4, 2]), live([minute('08:01', { in: 3 }), minute('08:02', { in: 1 })]))
    expect(series.at.at(-1)).toBe('2026-05-12T08:02:00.000Z')
    expect(series.in).toEqual([4, 3, 1])
    expect(series.latency.stored.p50).toHaveLength(3)
    expect([to, at]).toEqual(['2026-05-12T08:02:10.000Z', '2026-05-12T08:02:10.000Z'])
  })

  it('change nothing when nothing has come', () => {
    const before = told(60, ['08:00', '08:01'], [4, 2])
    expect(withLive(before, live(before.minutes)).totals).toEqual(before.totals)
  })

  it('leave what they were added to as it was', () => {
    const before = told(60, ['08:00', '08:01'], [4, 2])
    withLive(before, live([minute('08:02', { in: 9 })]))
    expect(before.series.in).toEqual([4, 2])
    expect(before.series.latency.stored.p50).toHaveLength(2)
  })
})

describe('flows per minute', () => {
  it('count a point by how long it lasts, the last one by what has passed of it', () => {
    const at = ['2026-05-12T08:00:00.000Z', '2026-05-12T08:15:00.000Z']
    expect(perMinute([150, 30], { at, step: 900, to: '2026-05-12T08:18:00.000Z' })).toEqual([10, 10])
  })

  it('never make a rate of a few seconds', () => {
    expect(perMinute([3], { at: ['2026-05-12T08:00:00.000Z'], step: 60, to: '2026-05-12T08:00:02.000Z' })).toEqual([3])
  })
})
