import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRightOfWay } from '../../gateway/right-of-way.ts'

const never = new AbortController().signal

/** A second of arrivals, `perSecond` of them, each of which waited so long. */
function arrivals(clock: { now: number }, way: ReturnType<typeof createRightOfWay>, { perSecond, waitedMs }: { perSecond: number; waitedMs: number }): void {
  for (let n = 0; n < perSecond; n += 1) {
    clock.now += 1000 / perSecond
    way.accepted(waitedMs)
  }
}

const made = () => {
  const clock = { now: 0 }
  return { clock, way: createRightOfWay(() => clock.now) }
}

describe('doors before flows', () => {
  it('holds nothing back while commits are quick, however many arrive', async () => {
    const { clock, way } = made()
    arrivals(clock, way, { perSecond: 900, waitedMs: 3 })
    expect(way.pace()).toBe(Number.POSITIVE_INFINITY)
    await way.turn('inbound', never)
  })

  it('holds nothing back where few arrive, however slow the machine', () => {
    const { clock, way } = made()
    arrivals(clock, way, { perSecond: 20, waitedMs: 400 })
    expect(way.pace()).toBe(Number.POSITIVE_INFINITY)
  })

  it('lets flows begin less often while many wait long, and never stops them', () => {
    const { clock, way } = made()
    arrivals(clock, way, { perSecond: 400, waitedMs: 60 })
    expect(way.pace()).toBe(2)
  })

  it('sees a crowd within sixteen messages', () => {
    const { clock, way } = made()
    for (let n = 0; n < 17; n += 1) {
      clock.now += 2
      way.accepted(60)
    }
    expect(way.pace()).toBe(2)
  })

  it('holds flows that run at full pace at once when a crowd comes', async () => {
    const { clock, way } = made()
    for (let n = 0; n < 60; n += 1) await way.turn('inbound', never)
    for (let n = 0; n < 17; n += 1) {
      clock.now += 2
      way.accepted(60)
    }
    expect(way.pace()).toBe(2)
  })

  it('lets flows go slowly while a crowd lasts, though its commits are quick by now', () => {
    const { clock, way } = made()
    arrivals(clock, way, { perSecond: 400, waitedMs: 60 })
    arrivals(clock, way, { perSecond: 400, waitedMs: 3 })
    expect(way.pace()).toBeGreaterThan(2)
    expect(way.pace()).toBeLessThan(4)
    for (let second = 0; second < 30; second += 1) arrivals(clock, way, { perSecond: 400, waitedMs: 3 })
    expect(way.pace()).toBe(Number.POSITIVE_INFINITY)
  })

  it('quickens again once the doors are quiet', async () => {
    const { clock, way } = made()
    arrivals(clock, way, { perSecond: 400, waitedMs: 60 })
    clock.now += 5000
    await way.turn('inbound', never)
    expect(way.pace()).toBe(Number.POSITIVE_INFINITY)
  })

  it('an entry waits for its turn, and not for the end of a hub that stops', async () => {
    const { clock, way } = made()
    arrivals(clock, way, { perSecond: 400, waitedMs: 60 })
    await way.turn('inbound', never)
    const stopping = new AbortController()
    const waiting = way.turn('inbound', stopping.signal)
    stopping.abort()
    await expect(waiting).resolves.toBeUndefined()
  })

  it('one kind of work does not take the turn of another', async () => {
    const { clock, way } = made()
    arrivals(clock, way, { perSecond: 400, waitedMs: 60 })
    await way.turn('inbound', never)
    await expect(way.turn('delivery', never)).resolves.toBeUndefined()
  })

  it('the pace is never below two a second nor ever lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ perSecond: fc.integer({ min: 1, max: 800 }), waitedMs: fc.integer({ min: 0, max: 500 }) }), { maxLength: 12 }),
        seconds => {
          const { clock, way } = made()
          for (const second of seconds) {
            arrivals(clock, way, second)
            expect(way.pace()).toBeGreaterThanOrEqual(2)
          }
        },
      ),
    )
  })
})
