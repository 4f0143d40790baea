/*
  Makes the topics of the hub: 12 partitions, never changed.
*/
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { HubError } from '../../profiles/errors.ts'

/** Replication is the broker's default (-1); times are the broker's too: it refuses records that are an hour ahead of its clock, and drops by their age. */
const SETTINGS = { numPartitions: 12, replicationFactor: -1, configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] }

/** Resolves once every topic has its leaders; asks again for as long as the broker is away. In: a client without retries of its own. */
export async function ensureTopics(kafka: Kafka, topics: string[], signal?: AbortSignal): Promise<void> {
  for (let pauseMs = 100; !(await tried(kafka, topics)); pauseMs = Math.min(pauseMs * 2, 2000)) {
    if (signal?.aborted === true) throw new HubError('bus.unavailable', { dependency: 'kafka' })
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {})
  }
}

/** Made and known everywhere? The metadata of a new topic arrives a little after the broker said yes: waiting for leaders in createTopics throws then. */
async function tried(kafka: Kafka, topics: string[]): Promise<boolean> {
  // A new one each time: one that was not answered when it connected holds itself connected for good, and asks nothing more.
  const admin = kafka.admin()
  try {
    await admin.connect()
    const existing = new Set(await admin.listTopics())
    const missing = topics.filter(topic => !existing.has(topic))
    if (missing.length > 0) await admin.createTopics({ waitForLeaders: false, topics: missing.map(topic => ({ topic, ...SETTINGS })) })
    const metadata = await admin.fetchTopicMetadata({ topics })
    return metadata.topics.every(topic => topic.partitions.length > 0 && topic.partitions.every(partition => partition.leader >= 0))
  } catch {
    return false
  } finally {
    void admin.disconnect().catch(() => {})
  }
}
