/*
  The outbox relay: what the ledger holds for Kafka is published in order and removed after the broker's acknowledgement.
  One process relays at a time, under a lease, so that no two publish one person's events out of order; after a crash some come twice, which consumers tell by `sequence`.
*/
import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../ledger/db.ts'
import { whileLeader } from '../ledger/lease.ts'
import { claimOutbox, OUTBOX_CHANNEL, removeOutbox } from '../ledger/outbox.ts'
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
  let failures = 0
  while (!signal.aborted) {
    bell.hush()
    try {
      const count = await relayBatch(db, bus)
      if (count > 0) onAnnounced?.(count)
      if (failures > 0) log.info('outbox.resumed', { count })
      failures = 0
      if (count < BATCH) await bell.heard(POLL_MS, signal)
    } catch (error) {
      failures += 1
      if (failures === 1) log.error('outbox.held', error)
      await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS), undefined, { signal }).catch(() => {})
    }
  }
}

/** One batch in flight, never more: the next is read after the broker has this one. */
async function relayBatch(db: Db, bus: EventBus): Promise<number> {
  const entries = await claimOutbox(db, BATCH)
  if (entries.length === 0) return 0
  await bus.publish(entries.map(entry => toBusMessage(entry.event)))
  await removeOutbox(db, entries)
  return entries.length
}

interface Bell {
  ring(): void
  /** Forgets rings so far. */
  hush(): void
  /** Resolves at a ring since `hush`, after the time, or when the signal aborts. */
  heard(timeoutMs: number, signal: AbortSignal): Promise<void>
}

function createBell(): Bell {
  let hasRung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      hasRung = true
      wake?.()
    },
    hush() {
      hasRung = false
    },
    async heard(timeoutMs, signal) {
      if (hasRung || signal.aborted) return
      const waiting = new AbortController()
      wake = () => waiting.abort()
      await sleep(timeoutMs, undefined, { signal: AbortSignal.any([waiting.signal, signal]) }).catch(() => {})
      wake = undefined
    },
  }
}
