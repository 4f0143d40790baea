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

  it('lets everything go once nobody has arrived for a quarter of a second', async () => {
    const { clock, way } = made()
    arrivals(clock, way, { perSecond: 400, waitedMs: 60 })
    clock.now += 250
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

describe('storing before telling', () => {
  const TELLING = ['delivery', 'planner', 'mssante']
  /** Of those who ask at this moment, who may begin? */
  const begun = async (way: ReturnType<typeof createRightOfWay>, kinds: readonly string[]): Promise<string[]> => {
    const stopping = new AbortController()
    const may: string[] = []
    const turns = kinds.map(kind => way.turn(kind, stopping.signal).then(() => stopping.signal.aborted || may.push(kind)))
    await new Promise(resolve => setImmediate(resolve))
    stopping.abort()
    await Promise.all(turns)
    return may
  }

  it('nobody is told of anything while every inbound lane is at work; storing and replays go on', async () => {
    const { way } = made()
    expect(await begun(way, TELLING)).toEqual(TELLING)
    way.storing(true)
    expect(await begun(way, [...TELLING, 'inbound', 'replay'])).toEqual(['inbound', 'replay'])
  })

  it('telling goes on as soon as one lane has nothing to do', async () => {
    const { way } = made()
    way.storing(true)
    way.storing(false)
    expect(await begun(way, TELLING)).toEqual(TELLING)
  })

  it('telling is held for ten seconds, then goes on for ten, however much there is to store', async () => {
    const { clock, way } = made()
    way.storing(true)
    const seen: number[] = []
    for (let second = 0; second < 40; second += 1) {
      seen.push((await begun(way, ['delivery'])).length)
      clock.now += 1000
    }
    const ten = (may: number): number[] => Array.from({ length: 10 }, () => may)
    expect(seen).toEqual([...ten(0), ...ten(1), ...ten(0), ...ten(1)])
  })

  it('telling has half of the time, whenever lanes are busy and whenever anybody looks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ ms: fc.integer({ min: 1, max: 9000 }), isFull: fc.boolean() }), { minLength: 20, maxLength: 60 }), async steps => {
        const { clock, way } = made()
        let heldMs = 0
        for (const { ms, isFull } of steps) {
          way.storing(isFull)
          if ((await begun(way, ['delivery'])).length === 0) heldMs += ms
          clock.now += ms
        }
        // Looked at no more often than this, it is held longer by one step at the most.
        expect(heldMs).toBeLessThanOrEqual(clock.now / 2 + 10_000 + 9000)
      }),
    )
  })
})
