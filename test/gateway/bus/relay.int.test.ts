import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type BusMessage, type EventBus, EVENTS_TOPIC } from '../../../gateway/bus/bus.ts'
import { readCloudEvent } from '../../../gateway/bus/cloud-event.ts'
import { createKafkaBus } from '../../../gateway/bus/kafka.ts'
import { runRelay } from '../../../gateway/bus/relay.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { createLog } from '../../../gateway/log.ts'
import { newTraceparent } from '../../../gateway/trace.ts'
import { HubError } from '../../../profiles/errors.ts'
import { kafkaAddress } from '../../support/doors.ts'
import { eventually } from '../../support/sandbox.ts'
import { useLedger } from '../ledger/support.ts'

const log = createLog({ level: 'silent' })

/** A broker that can be away, and may take a batch without saying so: the ledger and the relay are the real ones. */
function unreliableBus(): EventBus & { taken: BusMessage[]; fails: () => 'before' | 'after' | undefined } {
  const bus = {
    taken: [] as BusMessage[],
    fails: (): 'before' | 'after' | undefined => undefined,
    ensureTopics: async () => {},
    async publish(messages: BusMessage[]) {
      const failure = bus.fails()
      if (failure !== 'before') bus.taken.push(...messages)
      await new Promise(setImmediate)
      if (failure !== undefined) throw new HubError('bus.unavailable', { dependency: 'kafka' })
    },
    consume: () => async () => {},
    health: async () => {},
    close: async () => {},
  }
  return bus
}

const { db } = await useLedger(6)

describe('the outbox relay', () => {
  const record = (person: string, resources = ['DocumentReference/d/_history/1']) =>
    db.tx(tx =>
      recordEvent(tx, {
        cause: randomUUID(),
        type: 'document.depose',
        n: 1,
        person,
        // Of his own: other tests read what is on the bus, in order for each.
        patient: `Patient/${person}`,
        resources,
        changes: ['document.created'],
        detail: {},
        channels: [],
        traceparent: newTraceparent(),
        at: new Date(),
      }),
    )
  const left = async (): Promise<number> => Number((await db.query<{ count: string }>('select count(*) from outbox')).rows[0]?.count)
  const emptied = () => eventually('an empty outbox', async () => ((await left()) === 0 ? true : undefined), 30_000)
  const sequences = (messages: { key: string; value: BusMessage['value'] }[], person: string): number[] =>
    messages.filter(message => message.key === person).map(message => readCloudEvent(Buffer.from(message.value)).sequence)
  const person = (): string => randomUUID().replaceAll('-', '').slice(0, 22)

  it('publishes every event, in order per person, and removes it only then', async () => {
    const bus = unreliableBus()
    const people = [person(), person(), person()]
    await Promise.all(people.flatMap(one => Array.from({ length: 20 }, () => record(one))))
    const stop = new AbortController()
    const running = runRelay({ db, bus, log, holder: 'a', signal: stop.signal })
    await emptied()
    for (const one of people) expect(sequences(bus.taken, one)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    stop.abort()
    await running
  })

  it('a broker that is away or does not say so costs no event and no order', async () => {
    const bus = unreliableBus()
    let attempt = 0
    bus.fails = () => (['before', 'after', undefined] as const)[attempt++ % 3]
    const one = person()
    const stop = new AbortController()
    const running = runRelay({ db, bus, log, holder: 'a', signal: stop.signal })
    for (let n = 0; n < 5; n += 1) await record(one)
    await emptied()
    stop.abort()
    await running
    // What a consumer keeps: only what is above the last it saw.
    const kept: number[] = []
    for (const sequence of sequences(bus.taken, one)) if (sequence > (kept.at(-1) ?? 0)) kept.push(sequence)
    expect(kept).toEqual([1, 2, 3, 4, 5])
    expect(bus.taken.length).toBeGreaterThan(5)
  })

  it('what is too much for the broker together goes in parts', async () => {
    const bus = unreliableBus()
    const publish = bus.publish
    bus.publish = async messages => {
      if (messages.length > 3) throw new HubError('bus.unavailable', { dependency: 'kafka' })
      await publish(messages)
    }
    const one = person()
    for (let n = 0; n < 12; n += 1) await record(one)
    const stop = new AbortController()
    const running = runRelay({ db, bus, log, holder: 'a', signal: stop.signal })
    await emptied()
    stop.abort()
    await running
    expect(sequences(bus.taken, one)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
  })

  it('two processes do not relay at the same time; the other takes over', async () => {
    const [first, second] = [unreliableBus(), unreliableBus()]
    const stops = [new AbortController(), new AbortController()]
    const running = [first, second].map((bus, n) => runRelay({ db, bus, log, holder: `p${n}`, signal: (stops[n] ?? new AbortController()).signal }))
    const one = person()
    for (let n = 0; n < 20; n += 1) await record(one)
    await emptied()
    expect(Math.min(first.taken.length, second.taken.length)).toBe(0)
    const leader = first.taken.length > 0 ? 0 : 1
    stops[leader]?.abort()
    await running[leader]
    await record(one)
    await emptied()
    expect(sequences([first, second][1 - leader]?.taken ?? [], one)).toEqual([21])
    for (const stop of stops) stop.abort()
    await Promise.all(running)
  })

  it.skipIf(kafkaAddress === undefined)('an event that Kafka never takes, for its size, holds up nothing: the ledger plans it', async () => {
    const bus = createKafkaBus({ brokers: [kafkaAddress ?? ''], log })
    const stop = new AbortController()
    const running = runRelay({ db, bus, log, holder: 'k', signal: stop.signal })
    await record(
      person(),
      Array.from({ length: 120_000 }, () => `DocumentReference/${randomUUID()}`),
    )
    await record(person())
    await emptied()
    stop.abort()
    await running
    await bus.close()
  })

  it.skipIf(kafkaAddress === undefined)('reaches a consumer of hub.events through Kafka, with its key and trace', async () => {
    const bus = createKafkaBus({ brokers: [kafkaAddress ?? ''], log })
    const one = person()
    const stop = new AbortController()
    const running = runRelay({ db, bus, log, holder: 'k', signal: stop.signal })
    await record(one)
    await record(one)
    const taken: { key: string; value: Uint8Array; headers: Record<string, string> }[] = []
    const stopConsumer = bus.consume({
      group: `relay-${one}`,
      topics: [EVENTS_TOPIC],
      take: async message => void (message.key === one && taken.push(message)),
    })
    await eventually('two events', async () => (taken.length >= 2 ? true : undefined))
    expect(sequences(taken, one)).toEqual([1, 2])
    expect(taken[0]?.headers).toMatchObject({ 'content-type': 'application/cloudevents+json; charset=UTF-8', traceparent: expect.stringMatching(/^00-/) })
    stop.abort()
    await Promise.all([running, stopConsumer()])
    await bus.close()
  })
})
