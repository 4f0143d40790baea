/*
  One consumer of a group: per partition one record after the other, its offset told after it is taken; a record that cannot be taken now holds its partition, and no other.
  One that a fault of ours, or of its own, keeps from being taken holds nobody: the fall-back behind Kafka asks the ledger for its event.
*/
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import { toHubError } from '../../profiles/errors.ts'
import type { Log } from '../log.ts'
import type { BusRecord, Consumption } from './bus.ts'
import { createOffsets, type Offsets } from './offsets.ts'
import { ensureTopics } from './topics.ts'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const STOP_MS = 5000

export interface Clients {
  /** Retries for ever. */
  kafka: Kafka
  /** Says at once that the broker is away. */
  impatient: Kafka
  log: Log
}

/** Out: the way to stop, which resolves after the record in hand; a broker that is away delays it no longer than five seconds. */
export function startConsumer({ kafka, impatient, log }: Clients, consumption: Consumption): () => Promise<void> {
  const stopping = new AbortController()
  const session: Session = {
    consumption,
    holds: new Map(),
    offsets: createOffsets(),
    log,
    signal: stopping.signal,
    topicsMade: () => ensureTopics(impatient, consumption.topics, stopping.signal),
  }
  const running = join(kafka, session)
  return async () => {
    stopping.abort()
    for (const hold of session.holds.values()) clearTimeout(hold.timer)
    const stopped = running.then(async consumer => {
      await session.offsets.tell()
      await consumer?.disconnect()
    })
    await Promise.race([stopped, sleep(STOP_MS, undefined, { ref: false })])
  }
}

/** Joins the group once the broker and the topics are there; tries for as long as nobody stops it. */
async function join(kafka: Kafka, session: Session): Promise<Consumer | undefined> {
  const { consumption, log, signal } = session
  while (!signal.aborted) {
    const consumer = kafka.consumer({
      groupId: consumption.group,
      sessionTimeout: 10_000,
      heartbeatInterval: 1000,
      rebalanceTimeout: 10_000,
      maxWaitTimeInMs: 500,
      retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 2000, restartOnFailure: async () => true },
    })
    // One restart is normal on a new cluster, whose coordinator is still loading.
    consumer.on(consumer.events.CRASH, () => log.info('bus.consumer-restarted', { channel: consumption.group }))
    try {
      await session.topicsMade()
      await consumer.connect()
      await consumer.subscribe({ topics: consumption.topics, fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 12,
        eachBatch: payload => takeBatch(payload, session),
      })
      return consumer
    } catch (error) {
      if (!signal.aborted) log.error('bus.consumer-delayed', error, { channel: consumption.group })
      await consumer.disconnect().catch(() => {})
      await sleep(1000, undefined, { signal }).catch(() => {})
    }
  }
  return undefined
}

interface Hold {
  failures: number
  timer?: NodeJS.Timeout
}

interface Session {
  consumption: Consumption
  holds: Map<string, Hold>
  log: Log
  signal: AbortSignal
  offsets: Offsets
  topicsMade(): Promise<void>
}

async function takeBatch(payload: EachBatchPayload, session: Session): Promise<void> {
  const { batch } = payload
  const partition = `${batch.topic}/${batch.partition}`
  for (const message of batch.messages) {
    if (!payload.isRunning() || payload.isStale() || session.signal.aborted) return
    try {
      await withHeartbeat(payload, () => takeOrSkip(session, record(batch.topic, batch.partition, message)))
    } catch (error) {
      hold(payload, session, partition, error)
      return
    }
    session.holds.delete(partition)
    payload.resolveOffset(message.offset)
    session.offsets.taken(payload, message.offset)
    // Nobody tells it once the consumer is gone.
    if (session.signal.aborted) await session.offsets.tell()
  }
}

async function takeOrSkip(session: Session, taken: BusRecord): Promise<void> {
  try {
    await session.consumption.take(taken)
  } catch (error) {
    if (toHubError(error).kind === 'retry') throw error
    session.log.error('bus.record-skipped', error, { channel: session.consumption.group })
  }
}

/** The session must live while one record takes longer than its time-out; a rebalance found out this way shows at the next call of the client. */
async function withHeartbeat(payload: EachBatchPayload, work: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => void payload.heartbeat().catch(() => {}), 2000)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
}

/** Nothing is resolved, so the record comes again once the pause is over. */
function hold(payload: EachBatchPayload, session: Session, partition: string, error: unknown): void {
  const failures = (session.holds.get(partition)?.failures ?? 0) + 1
  const delayMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
  session.log.error('bus.partition-held', error, { channel: session.consumption.group, count: failures, delayMs })
  const resume = payload.pause()
  session.holds.set(partition, { failures, timer: setTimeout(resume, delayMs) })
}

function record(topic: string, partition: number, message: KafkaMessage): BusRecord {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers ?? {}))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value.toString()
  return { topic, partition, offset: message.offset, key: message.key?.toString() ?? '', value: message.value ?? new Uint8Array(), headers }
}
