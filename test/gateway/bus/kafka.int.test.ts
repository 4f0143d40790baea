import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { BusRecord } from '../../../gateway/bus/bus.ts'
import { createKafkaBus } from '../../../gateway/bus/kafka.ts'
import { createLog } from '../../../gateway/log.ts'
import { HubError } from '../../../profiles/errors.ts'
import { kafkaAddress } from '../../support/doors.ts'
import { eventually } from '../../support/sandbox.ts'

const brokers = [kafkaAddress ?? '']
const log = createLog({ level: 'silent' })

describe.skipIf(kafkaAddress === undefined)('the bus on Kafka', () => {
  const topic = `test.${randomUUID()}`
  const bus = createKafkaBus({ brokers, log })
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  afterAll(async () => {
    await bus.close()
    const admin = kafka.admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [topic] })
    await admin.disconnect()
  })
  const texts = (records: BusRecord[]): string[] => records.map(record => Buffer.from(record.value).toString())
  const publish = (key: string, ...values: string[]) => bus.publish(values.map(value => ({ topic, key, value, headers: { traceparent: `trace-${value}` } })))

  it('makes a topic of 12 partitions once, however often it is asked', async () => {
    await Promise.all([bus.ensureTopics([topic]), bus.ensureTopics([topic])])
    const admin = kafka.admin()
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    await admin.disconnect()
    expect(topics[0]?.partitions).toHaveLength(12)
  })

  it('what a hub whose clock runs hours ahead of the broker’s announces is taken', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * 3_600_000 })
    await publish('ahead', 'ahead-1').finally(() => vi.useRealTimers())
    const taken: BusRecord[] = []
    const stop = bus.consume({ group: `ahead-${topic}`, topics: [topic], take: async record => void taken.push(record) })
    await eventually('the record', async () => (texts(taken).includes('ahead-1') ? true : undefined))
    await stop()
  })

  it('what many publish at once comes once, in order per key, with its headers', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e']
    const taken: BusRecord[] = []
    const stop = bus.consume({ group: `order-${topic}`, topics: [topic], take: async record => void taken.push(record) })
    await Promise.all(Array.from({ length: 100 }, (_, n) => Promise.all(keys.map(key => publish(key, `${key}-${2 * n}`, `${key}-${2 * n + 1}`)))))
    await eventually('1000 records', async () => (taken.length >= 1000 ? true : undefined))
    await stop()
    for (const key of keys) expect(texts(taken.filter(record => record.key === key))).toEqual(Array.from({ length: 200 }, (_, n) => `${key}-${n}`))
    expect(taken.every(record => record.headers['traceparent'] === `trace-${Buffer.from(record.value)}`)).toBe(true)
  })

  it('a record that cannot be taken now comes again, before those behind it; other partitions go on', async () => {
    const group = `hold-${topic}`
    const taken: string[] = []
    let refusals = 0
    const stop = bus.consume({
      group,
      topics: [topic],
      async take(record) {
        const text = Buffer.from(record.value).toString()
        if (text === 'held-1' && refusals < 2) {
          refusals += 1
          throw new HubError('store.unavailable', { dependency: 'hapi' })
        }
        if (/^(held|free)-/.test(text)) taken.push(text)
      },
    })
    await publish('held', 'held-1', 'held-2')
    await publish('free', 'free-1')
    await eventually('all three', async () => (taken.length === 3 ? true : undefined))
    await stop()
    expect(refusals).toBe(2)
    expect(taken.filter(text => text.startsWith('held'))).toEqual(['held-1', 'held-2'])
  })

  it('a record that can never be taken is skipped', async () => {
    const taken: string[] = []
    const stop = bus.consume({
      group: `skip-${topic}`,
      topics: [topic],
      async take(record) {
        const text = Buffer.from(record.value).toString()
        if (text === 'bad') throw new HubError('fhir.request', { path: 'event' })
        // A statement that PostgreSQL refuses, a value nobody thought of: the ledger's fall-back asks for it, not this partition again and again.
        if (text === 'odd') throw new TypeError('of no use')
        if (text === 'good') taken.push(text)
      },
    })
    await publish('skip', 'bad', 'odd', 'good')
    await eventually('the good one', async () => (taken.length === 1 ? true : undefined))
    await stop()
  })

  it('a group goes on where its last member stopped: nothing twice, nothing left out', async () => {
    const group = `resume-${topic}`
    const first: string[] = []
    const second: string[] = []
    const takeInto = (taken: string[]) => async (record: BusRecord) => {
      const text = Buffer.from(record.value).toString()
      if (text.startsWith('resume-')) taken.push(text)
    }
    const stopFirst = bus.consume({ group, topics: [topic], take: takeInto(first) })
    await publish('resume', 'resume-1', 'resume-2')
    await eventually('the first two', async () => (first.length === 2 ? true : undefined))
    await stopFirst()
    await publish('resume', 'resume-3')
    const stopSecond = bus.consume({ group, topics: [topic], take: takeInto(second) })
    await eventually('the third', async () => (second.length > 0 ? true : undefined))
    await stopSecond()
    expect([first, second]).toEqual([['resume-1', 'resume-2'], ['resume-3']])
  })

  it('two members of a group share the partitions', async () => {
    const group = `share-${topic}`
    const taken = [new Set<number>(), new Set<number>()]
    const other = createKafkaBus({ brokers, log })
    const stops = [bus, other].map((one, n) => one.consume({ group, topics: [topic], take: async record => void taken[n]?.add(record.partition) }))
    await eventually('both to have some', async () => {
      await publish(randomUUID(), 'share')
      return taken.every(partitions => partitions.size > 0) ? true : undefined
    })
    await Promise.all(stops.map(stop => stop()))
    await other.close()
  })

  it('a broker that took connections and answered nothing is found again once it answers', async () => {
    const silent = await silentAtFirst(brokers[0] ?? '', 2)
    const late = createKafkaBus({ brokers: [silent.address], log })
    const taken: BusRecord[] = []
    late.consume({ group: `late-${topic}`, topics: [topic], take: async record => void taken.push(record) })
    await expect(late.health()).rejects.toMatchObject({ code: 'bus.unavailable' })
    await eventually('the broker is there', async () =>
      late
        .health()
        .then(() => true)
        .catch(() => undefined),
    )
    await late.publish([{ topic, key: 'late', value: 'late' }])
    await eventually('its record is taken', async () => (texts(taken).includes('late') ? true : undefined))
    expect(silent.kept()).toBe(2)
    await late.close()
    silent.close()
  })

  it('says that the broker is there', async () => {
    await expect(bus.health()).resolves.toBeUndefined()
  })
})

describe('a bus without a broker', () => {
  it('says so, refuses to publish at once, and closes', async () => {
    const bus = createKafkaBus({ brokers: ['127.0.0.1:1'], log })
    const away = { code: 'bus.unavailable', dependency: 'kafka', kind: 'retry' }
    await expect(bus.health()).rejects.toMatchObject(away)
    await expect(bus.publish([{ topic: 'x', key: 'k', value: 'v' }])).rejects.toMatchObject(away)
    const stop = bus.consume({ group: 'g', topics: ['x'], take: async () => {} })
    await stop()
    await bus.close()
  })
})

/** A door before the broker: its first connections are taken and hear nothing, those after them reach it. */
async function silentAtFirst(broker: string, most: number): Promise<{ address: string; kept(): number; close(): void }> {
  const [host, port] = broker.split(':')
  const sockets = new Set<Socket>()
  let kept = 0
  const server = createServer(socket => {
    sockets.add(socket)
    if (kept < most) {
      kept += 1
      return
    }
    const behind = connect(Number(port), host)
    sockets.add(behind)
    pipeline(socket, behind, socket, () => {})
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port: own } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${own}`,
    kept: () => kept,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
