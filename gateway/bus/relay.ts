/*
  The outbox relay: what the ledger holds for Kafka is published in order and removed after the broker's acknowledgement.
  One process relays at a time, under a lease, so that no two publish one person's events out of order; after a crash some come twice, which consumers tell by `sequence`.
*/
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bell, createBell } from '../../connectors/bell.ts'
import { toHubError } from '../../profiles/errors.ts'
import type { Db } from '../ledger/db.ts'
import { whileLeader } from '../ledger/lease.ts'
import { claimOutbox, OUTBOX_CHANNEL, removeOutbox } from '../ledger/deliveries/outbox.ts'
import type { Log } from '../log.ts'
import { type EventBus, EVENTS_TOPIC } from './bus.ts'
import { toBusMessage } from './cloud-event.ts'

export interface RelayOptions {
  db: Db
  bus: EventBus
  log: Log
  /** Name of this process among the replicas. */
  holder: string
  signal: AbortSignal
  /** Told how many events the broker has just taken. */
  onAnnounced?: (count: number) => void
}

const BATCH = 500
const POLL_MS = 2000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 5000

/** Resolves once `signal` is aborted. */
export async function runRelay(options: RelayOptions): Promise<void> {
  const { db, holder, signal } = options
  const bell = createBell()
  const unlisten = db.listen(OUTBOX_CHANNEL, bell.ring)
  try {
    await whileLeader({ db, name: 'outbox-relay', holder, signal, work: leading => relay(options, bell, leading) })
  } finally {
    unlisten()
  }
}

async function relay({ db, bus, log, onAnnounced }: RelayOptions, bell: Bell, signal: AbortSignal): Promise<void> {
  await bus.ensureTopics([EVENTS_TOPIC], signal)
  signal.addEventListener('abort', bell.ring, { once: true })
  let failures = 0
  // A broker has a limit of bytes of its own: what it refuses together it takes in parts.
  let most = BATCH
  while (!signal.aborted) {
    try {
      const count = await relayBatch({ db, bus, log }, most)
      if (count > 0) onAnnounced?.(count)
      if (failures > 0) log.info('outbox.resumed', { count })
      failures = 0
      if (count < most) await bell.wait(POLL_MS)
      most = Math.min(BATCH, most * 2)
    } catch (error) {
      failures += 1
      most = Math.max(1, most >> 2)
      if (failures === 1) log.error('outbox.held', error)
      await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS), undefined, { signal }).catch(() => {})
    }
  }
}

/** One batch in flight, never more: the next is read after the broker has this one. What is too large for it alone holds nothing up: channels plan it from the ledger. */
async function relayBatch({ db, bus, log }: Pick<RelayOptions, 'db' | 'bus' | 'log'>, most: number): Promise<number> {
  const entries = await claimOutbox(db, most)
  if (entries.length === 0) return 0
  await bus.publish(entries.map(entry => toBusMessage(entry.event))).catch((error: unknown) => {
    if (entries.length > 1 || toHubError(error).code !== 'bus.too_large') throw error
    log.error('outbox.left-to-the-ledger', error, { eventId: entries[0]?.event.id ?? '' })
  })
  await removeOutbox(db, entries)
  return entries.length
}
