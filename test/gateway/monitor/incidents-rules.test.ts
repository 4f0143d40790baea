import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Incident } from '../../../gateway/ledger/watch/incidents.ts'
import { type Condition, judge, keyOf, type Timing } from '../../../gateway/monitor/incidents/judge.ts'
import { silenceOf } from '../../../gateway/monitor/incidents/silence.ts'

const timing: Timing = { startsAfterMs: () => 10_000, endsAfterMs: 5000 }
const start = Date.parse('2026-03-02T08:00:00Z')
const at = (seconds: number): Date => new Date(start + seconds * 1000)
const down: Condition = { kind: 'partner.down', subject: 'region', code: 'platform.deferred' }

/** A ledger of incidents in memory: what each verdict begins and ends. */
function ledger() {
  let rows: Incident[] = []
  const told: string[] = []
  let n = 0
  return {
    told,
    rows: () => rows,
    look(seconds: number, conditions: Condition[]): void {
      const live = rows.filter(one => one.state !== 'closed')
      const verdict = judge(live, conditions, { now: at(seconds), timing })
      for (const one of verdict.added) {
        n += 1
        rows.push({ ...one, id: String(n), clearedAt: null, closedAt: null })
        if (one.state === 'open') told.push(`start ${n}`)
      }
      for (const changed of verdict.changed) {
        const before = rows.find(one => one.id === changed.id)
        if (before?.state === 'suspected' && changed.state === 'open') told.push(`start ${changed.id}`)
        if (changed.state === 'closed') told.push(`end ${changed.id}`)
        rows = rows.map(one => (one.id === changed.id ? changed : one))
      }
      rows = rows.filter(one => !verdict.dropped.some(({ id }) => id === one.id))
    },
  }
}

describe('when an incident begins and ends', () => {
  it('a cause that goes away before its time calls nobody and leaves nothing', () => {
    const { look, told, rows } = ledger()
    look(0, [down])
    look(9, [down])
    look(9.5, [])
    expect([told, rows()]).toEqual([[], []])
  })

  it('one that lasts begins once, however often it is looked at, and ends once, after it is gone for long enough', () => {
    const { look, told } = ledger()
    for (const second of [0, 5, 10, 15, 20]) look(second, [down])
    expect(told).toEqual(['start 1'])
    for (const second of [25, 27, 30, 35, 40]) look(second, [])
    expect(told).toEqual(['start 1', 'end 1'])
  })

  it('a cause that comes back before the end is the same incident', () => {
    const { look, told, rows } = ledger()
    for (const second of [0, 10]) look(second, [down])
    look(12, [])
    look(16, [down])
    look(30, [])
    look(34, [])
    expect(told).toEqual(['start 1'])
    look(35, [])
    expect(told).toEqual(['start 1', 'end 1'])
    expect(rows()[0]).toMatchObject({ state: 'closed', clearedAt: at(30), closedAt: at(35) })
  })

  it('a cause that the state dates back begins at once', () => {
    const { look, told, rows } = ledger()
    look(60, [{ ...down, since: at(0) }])
    expect(told).toEqual(['start 1'])
    expect(rows()[0]).toMatchObject({ state: 'open', since: at(0), openedAt: at(60) })
  })

  it('looked at in any way, each incident is told to begin once, then to end once, and one cause is one incident at a time', () => {
    const looks = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 12 }), subjects: fc.subarray(['a', 'b', 'c']) }), { maxLength: 60 })
    fc.assert(
      fc.property(looks, steps => {
        const { look, told, rows } = ledger()
        let second = 0
        for (const { wait, subjects } of steps) {
          second += wait
          look(
            second,
            subjects.map(subject => ({ ...down, subject })),
          )
          const live = rows().filter(one => one.state !== 'closed')
          expect(new Set(live.map(keyOf)).size).toBe(live.length)
        }
        expect(new Set(told).size).toBe(told.length)
        for (const end of told.filter(one => one.startsWith('end'))) expect(told.indexOf(end.replace('end', 'start'))).toBeLessThan(told.indexOf(end))
        expect(told.filter(one => one.startsWith('end')).every(end => told.includes(end.replace('end', 'start')))).toBe(true)
      }),
    )
  })
})

const HOUR = 3_600_000
const WEEK = 168 * HOUR
/** A Monday, 10:00 in Paris. */
const monday = Date.parse('2026-03-23T09:00:00Z')

/** A feed that says `count` in the hours of the week that are chosen, for `weeks` weeks before `monday`. */
function feed(lastSeen: number, { weeks = 5, speaks = (_at: number): number => 0 } = {}) {
  const hours = new Map<number, number>()
  for (let at = monday - weeks * WEEK; at < lastSeen; at += HOUR) if (speaks(at) > 0) hours.set(at, speaks(at))
  return { hours, firstSeen: new Date(monday - weeks * WEEK), lastSeen: new Date(lastSeen) }
}

const byDay = (at: number): number => {
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', hour: '2-digit', hourCycle: 'h23' }).format(at))
  return hour >= 8 && hour < 19 ? 6 : 0
}
const paris = (now: number) => ({ now: new Date(now), timeZone: 'Europe/Paris' })

describe('a feed that usually speaks and does not', () => {
  it('is silent once it would usually have said a few messages', () => {
    const speaking = feed(monday, { speaks: byDay })
    expect(silenceOf(speaking, paris(monday + 0.4 * HOUR))).toBeUndefined()
    expect(silenceOf(speaking, paris(monday + 0.6 * HOUR))).toEqual({ since: new Date(monday), expected: 3 })
  })

  it('is not silent in a night that is always quiet, and is in the morning after', () => {
    const evening = monday + 9 * HOUR
    const speaking = feed(evening, { speaks: byDay })
    expect(silenceOf(speaking, paris(evening + 12 * HOUR))).toBeUndefined()
    expect(silenceOf(speaking, paris(evening + 14 * HOUR))).toBeDefined()
  })

  it('keeps its habits when the clocks change', () => {
    // On 29 March 2026 the clocks go forward: 08:00 in Paris is 06:00 UTC from then on.
    const evening = Date.parse('2026-03-29T17:00:00Z')
    const speaking = feed(evening, { speaks: byDay })
    expect(silenceOf(speaking, paris(Date.parse('2026-03-30T06:00:00Z')))).toBeUndefined()
    expect(silenceOf(speaking, paris(Date.parse('2026-03-30T06:31:00Z')))).toBeDefined()
  })

  it('nothing is expected of a feed that is known for less than two weeks, nor of one that speaks now and then', () => {
    expect(silenceOf(feed(monday, { weeks: 1, speaks: byDay }), paris(monday + 8 * HOUR))).toBeUndefined()
    const rare = (at: number): number => (at % (37 * HOUR) === 0 ? 1 : 0)
    expect(silenceOf(feed(monday, { speaks: rare }), paris(monday + 48 * HOUR))).toBeUndefined()
  })

  it('stays silent for as long as it says nothing: its silence does not become a habit', () => {
    const speaking = feed(monday, { speaks: byDay })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 * 90 }), fc.integer({ min: 0, max: 24 * 90 }), (first, more) => {
        const silentAtFirst = silenceOf(speaking, paris(monday + first * HOUR)) !== undefined
        expect(silenceOf(speaking, paris(monday + (first + more) * HOUR)) !== undefined || !silentAtFirst).toBe(true)
      }),
    )
    expect(silenceOf(speaking, paris(monday + 6 * WEEK))).toBeDefined()
  })

  it('by configuration is silent after so long at any hour, and not before', () => {
    const spoke = feed(monday)
    expect(silenceOf(spoke, { ...paris(monday + HOUR), longestMinutes: 60 })).toBeUndefined()
    expect(silenceOf(spoke, { ...paris(monday + HOUR + 1), longestMinutes: 60 })).toEqual({ since: new Date(monday), expected: 1 })
  })
})
