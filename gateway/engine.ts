/*
  Keeps the work going: lanes of both kinds, the planners behind Kafka and behind the ledger, upkeep. Everything here may run in many processes at once.
*/
import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { HubError, SUBSCRIBER_AWAY, toHubError } from '../profiles/errors.ts'
import { EVENTS_TOPIC } from './bus/bus.ts'
import { readCloudEvent } from './bus/cloud-event.ts'
import { runRelay } from './bus/relay.ts'
import { retryCertificates } from './fanout/routes/certificate-faults.ts'
import { CHANNELS, type Channel } from './fanout/channels.ts'
import { executeDelivery } from './fanout/routes/deliver.ts'
import { followingPartners } from './fanout/partner-topics.ts'
import { createPlanner, type Planner } from './fanout/plan.ts'
import { createFallback } from './fanout/unplanned.ts'
import { recoverIntents } from './fhir/write/recover.ts'
import { sweepDeadlines } from './fhir/write/sweep.ts'
import { executeDocument } from './flows/documents/document.ts'
import { keepEarlierCards, keepEarlierMarks } from './flows/documents/earlier-cards.ts'
import { executeIdentity } from './flows/identity/identity-change.ts'
import { executeReceipt, giveUpReports } from './flows/documents/receipt.ts'
import { executeMovement } from './flows/stays/stay.ts'
import { sweepStayAlerts } from './flows/stays/stay-alerts.ts'
import { type Calling, callSubscribers } from './flows/subscription.ts'
import { keepAnchors } from './audit-anchors.ts'
import { auditSecretOf } from './audit-keys.ts'
import { readMessage } from './ledger/acceptance/bodies.ts'
import { followClock } from './ledger/clock.ts'
import type { LaneClaim, LaneKind } from './ledger/lanes/lanes.ts'
import { whileLeader } from './ledger/lease.ts'
import { wakeRefused } from './ledger/lanes/resting-lanes.ts'
import { keepRetention } from './ledger/retention.ts'
import { keepIndicators } from './ledger/figures/indicator-days.ts'
import { dropOldMinutes, rollUp } from './ledger/figures/rollup.ts'
import { runLanes } from './ledger/lanes/runner.ts'
import { warning } from './log.ts'
import type { HubParts } from './parts.ts'
import { executeReplay } from './replay/commit.ts'
import { goOnWithReplays } from './replay/engine.ts'

export interface Engine {
  /** Resolves once everything begun is settled or let go. */
  stop(): Promise<void>
}

const FALLBACK_EVERY_MS = 5000
const WAKE_EVERY_MS = 1000
const UPKEEP_EVERY_MS = 60_000
const RECOVER_EVERY_MS = 1000
/** Whoever repeats a write is told soon what became of it, also when the process that recovers died with it. */
const RECOVERY_LEASE_MS = 3000
const SWEEP_EVERY_MS = 10_000
const ANCHOR_EVERY_MS = 30_000
const STAY_ALERTS_EVERY_MS = 1000
const ROLLUP_EVERY_MS = 2000
const INDICATORS_EVERY_MS = 20_000
const RETENTION_EVERY_MS = 3_600_000
/** What failed is tried again after so long at most. */
const AGAIN_MS = 300_000
const SUBSCRIBERS_EVERY_MS = 1000
/** What a sending in its middle gets before it is cut. */
const GRACE_MS = 4000

export async function startEngine(parts: HubParts): Promise<Engine> {
  parts.breakers.probe('hapi', () => parts.store.health())
  const stopping = new AbortController()
  const cutting = new AbortController()
  const { signal } = stopping
  const marked = new AbortController()
  // Every lane and every partition of every channel may wait on it at once.
  setMaxListeners(0, signal)
  const laned = { ...parts, db: parts.db.lanes }
  const plan = createPlanner(laned)
  const calling: Calling = new Map()
  const keeping: Keeping = { ...parts, due: new Map() }
  parts.metrics.watch('hub_upkeep_late_seconds', () =>
    Object.fromEntries([...keeping.due].map(([task, at]) => [task, Math.max(0, performance.now() - at) / 1000])),
  )
  const holder = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`
  const running = [
    runKind(laned, { kind: 'inbound', holder, signal }, claim => executeInbound(laned, claim)),
    every(parts, 'marks', {
      ms: WAKE_EVERY_MS,
      signal: AbortSignal.any([signal, marked.signal]),
      work: () => keepEarlierMarks(parts).then(() => marked.abort()),
    }).then(() => runKind(laned, { kind: 'delivery', holder, signal }, claim => timed(laned, 'delivery', () => executeDelivery(laned, claim, cutting.signal)))),
    every(parts, 'planner', { ms: FALLBACK_EVERY_MS, signal, work: createFallback(parts, plan, signal) }),
    every(parts, 'subscribers', { ms: SUBSCRIBERS_EVERY_MS, signal, work: () => callSubscribers(parts, signal, calling) }).then(() =>
      Promise.all(calling.values()),
    ),
    retryCertificates(parts, signal),
    every(parts, 'waking', { ms: WAKE_EVERY_MS, signal, work: () => wakeRefused(laned.db, parts.breakers.states()) }),
    consume(parts, plan, signal),
    runRelay({ db: parts.db, bus: parts.bus, log: parts.log.child('relay'), holder, signal, onAnnounced: count => parts.metrics.announced(count) }),
    whileLeader({ db: parts.db, name: 'replays', holder, signal, work: leading => goOnWithReplays(parts, leading) }),
    whileLeader({ db: parts.db, name: 'intents', holder, leaseMs: RECOVERY_LEASE_MS, signal, work: leading => recovery(keeping, leading) }),
    whileLeader({ db: parts.db, name: 'upkeep', holder, signal, work: leading => upkeep(keeping, leading) }),
  ]
  return {
    async stop() {
      stopping.abort()
      const cut = setTimeout(() => cutting.abort(), GRACE_MS)
      await Promise.all(running)
      clearTimeout(cut)
    },
  }
}

function runKind(
  { config, db, log, rightOfWay }: HubParts,
  { kind, holder, signal }: { kind: LaneKind; holder: string; signal: AbortSignal },
  execute: (claim: LaneClaim) => Promise<void>,
): Promise<void> {
  const { laneConcurrency, laneLeaseMs, maxAttempts, subscriptionRetryMaxMs } = config.limits
  return runLanes({
    db,
    kind,
    holder,
    concurrency: laneConcurrency,
    leaseMs: laneLeaseMs,
    maxAttempts,
    longestPauseMs: Object.fromEntries(SUBSCRIBER_AWAY.map(code => [code, subscriptionRetryMaxMs])),
    turn: stopping => rightOfWay.turn(kind, stopping),
    ...(kind === 'inbound' ? { onLook: rightOfWay.storing } : {}),
    execute,
    signal,
    log: log.child(`lanes-${kind}`),
  })
}

async function executeInbound(parts: HubParts, claim: LaneClaim): Promise<void> {
  const message = await readMessage(parts.db, claim.entryId)
  switch (message?.format) {
    case 'hl7v2':
      return timed(parts, 'document', () => executeDocument(parts, claim, message))
    case 'hl7v2-movement':
      return timed(parts, 'stay', () => executeMovement(parts, claim, message))
    case 'hl7v2-identity':
      return timed(parts, 'identity', () => executeIdentity(parts, claim))
    case 'mail':
      return timed(parts, 'receipt', () => executeReceipt(parts, claim))
    case undefined:
      return executeReplay(parts, claim)
    default:
      throw new HubError('hub.defect', { path: 'message.format' })
  }
}

async function timed({ metrics }: HubParts, flow: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  try {
    await work()
    metrics.flowed(flow, 'done', seconds())
  } catch (error) {
    const { kind, dependency } = toHubError(error)
    metrics.flowed(flow, kind === 'retry' || dependency !== undefined ? 'waiting' : 'parked', seconds())
    throw error
  }
}

/** One consumer group per channel; what Kafka cannot say, the ledger says after a minute. */
async function consume(parts: HubParts, plan: Planner, signal: AbortSignal): Promise<void> {
  await parts.bus
    .ensureTopics([EVENTS_TOPIC, parts.config.connectors.platform.topic, ...followingPartners(parts.config).map(({ topic }) => topic)], signal)
    .catch((error: unknown) => {
      if (!signal.aborted) parts.log.error('topics.unavailable', error)
    })
  if (signal.aborted) return
  const take = async (channel: Channel, value: Uint8Array): Promise<void> => {
    await parts.rightOfWay.turn(channel, signal)
    await plan(channel, readCloudEvent(value).id)
  }
  const stops = await Promise.all(
    CHANNELS.map(channel => parts.bus.consume({ group: `hub.${channel}`, topics: [EVENTS_TOPIC], take: record => take(channel, record.value) })),
  )
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  await Promise.all(stops.map(stop => stop()))
}

/** What one process at a time does for all: when each task is due, by performance.now(). */
type Keeping = HubParts & { due: Map<string, number> }

const recovery = (parts: Keeping, signal: AbortSignal): Promise<void> =>
  every(parts, 'intents', { ms: RECOVER_EVERY_MS, signal, work: () => recoverIntents(parts) })

async function upkeep(parts: Keeping, signal: AbortSignal): Promise<void> {
  const retaining = { ...parts.config.retention, auditSecret: auditSecretOf(parts.keys), signal }
  await Promise.all([
    every(parts, 'upkeep', { ms: UPKEEP_EVERY_MS, signal, work: () => giveUpReports(parts) }),
    every(parts, 'stay-alerts', { ms: STAY_ALERTS_EVERY_MS, signal, work: () => sweepStayAlerts(parts) }),
    every(parts, 'clock', { ms: SWEEP_EVERY_MS, signal, work: () => followClock(parts.db) }),
    // It may take long, and nothing else is late by it.
    every({ ...parts, due: new Map() }, 'cards', { ms: SWEEP_EVERY_MS, signal, work: () => keepEarlierCards(parts, signal) }),
    every(parts, 'deadlines', { ms: SWEEP_EVERY_MS, signal, work: () => sweepDeadlines(parts) }),
    every(parts, 'audit-anchors', { ms: ANCHOR_EVERY_MS, signal, work: keepAnchors(parts) }),
    every(parts, 'rollup', { ms: ROLLUP_EVERY_MS, signal, work: () => rollUp(parts.db) }),
    every(parts, 'old-minutes', { ms: RETENTION_EVERY_MS, signal, work: () => dropOldMinutes(parts.db) }),
    every(parts, 'indicators', { ms: INDICATORS_EVERY_MS, signal, work: keepIndicators(parts.db) }),
    every(parts, 'retention', { ms: RETENTION_EVERY_MS, signal, work: () => keepRetention(parts.db, retaining, parts.log) }),
  ])
}

interface Task {
  ms: number
  signal: AbortSignal
  /** Out: true where there is more to do at once. */
  work(): Promise<unknown>
}

async function every({ log, due }: HubParts & Partial<Keeping>, name: string, { ms, signal, work }: Task): Promise<void> {
  due?.set(name, performance.now())
  while (!signal.aborted) {
    const done = await work().then(isMore => ({ isMore }), warning(log, `${name}.failed`))
    if (done !== undefined) due?.set(name, performance.now() + ms)
    if (done?.isMore !== true) await pause(done === undefined ? Math.min(ms, AGAIN_MS) : ms, undefined, { signal }).catch(() => undefined)
  }
  due?.delete(name)
}
