/*
  Asks the broker every two seconds whether it is there: with unlimited retry in the client, a send that hangs says nothing for a long time.
*/
import type { Kafka } from 'kafkajs'
import { HubError } from '../../profiles/errors.ts'
import { askedOnce } from '../asked-once.ts'
import type { Log } from '../log.ts'

const EVERY_MS = 2000

export interface Probe {
  /** What is known of the broker; asks only if nothing is known yet. Throws bus.unavailable. */
  requireUp(): Promise<void>
  /** Asks now. Throws bus.unavailable. */
  check(): Promise<void>
  close(): Promise<void>
}

export function createProbe(kafka: Kafka, log: Log): Probe {
  let admin = kafka.admin()
  let state: 'unknown' | 'up' | 'down' = 'unknown'

  const ask = async (): Promise<void> => {
    try {
      await admin.connect()
      await admin.describeCluster()
      if (state === 'down') log.info('bus.recovered')
      state = 'up'
    } catch (cause) {
      const fault = new HubError('bus.unavailable', { dependency: 'kafka', cause })
      if (state !== 'down') log.error('bus.lost', fault)
      state = 'down'
      // One that was not answered when it connected holds itself connected for good, and asks nothing more.
      void admin.disconnect().catch(() => {})
      admin = kafka.admin()
      throw fault
    }
  }
  const check = askedOnce(ask)
  const timer = setInterval(() => void check().catch(() => {}), EVERY_MS).unref()

  return {
    async requireUp() {
      if (state === 'unknown') await check()
      if (state === 'down') throw new HubError('bus.unavailable', { dependency: 'kafka' })
    },
    check,
    async close() {
      clearInterval(timer)
      await admin.disconnect().catch(() => {})
    },
  }
}
