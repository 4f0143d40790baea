/*
  Runs the lanes of one kind in this process: claims what is due, renews while it runs, goes on with the next entry, and says by kind of error what a failure means.

  dependency away      → waits up to 5 s, uncounted, never parked; where it was known to be away, or a subscriber takes nothing, until its turn to look
  partner held         → waits until it is let go, uncounted, never parked
  kind retry           → 1 s · 2^n up to 5 min, parked after maxAttempts; never where a hospital says "later" or a subscriber is away
  kind reject, defect  → parked with code and path
*/
import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorCode, HubError, SUBSCRIBER_AWAY, toHubError } from '../../../profiles/errors.ts'
import { createBell } from '../../../connectors/bell.ts'
import type { Db, LedgerLog } from '../db.ts'
import { advanceOf, claimLanes, laneChannel, type LaneClaim, type LaneKind, parkLane, postponeLane, releaseLane, renewLane } from './lanes.ts'

export interface RunLanesOptions {
  db: Db
  kind: LaneKind
  /** Unlike any other process: host, pid and a random part. */
  holder: string
  concurrency: number
  /** At most 60 000; 20 000 by default. Renewed four times in that time. */
  leaseMs?: number
  /** Counted attempts before a lane is parked. */
  maxAttempts?: number
  /** The slow poll behind LISTEN, in ms. */
  pollMs?: number
  /** Longest pause after a code, where it is not five minutes. */
  longestPauseMs?: LongestPauses
  /** Waits until an entry may begin; at once if not given. */
  turn?(signal: AbortSignal): Promise<void>
  /** Told after each look for work: is every lane at work? */
  onLook?(isFull: boolean): void
  /** Must advance the lane itself in its settling transaction. */
  execute(claim: LaneClaim): Promise<void>
  onError?(claim: LaneClaim, error: HubError): void
  signal: AbortSignal
  log: LedgerLog
}

/** Entries of one lane in a row before other lanes get their turn. */
const TURN = 32

/** Runs until aborted; resolves once everything claimed is settled or let go. */
export async function runLanes(options: RunLanesOptions): Promise<void> {
  const { db, kind, signal, concurrency } = options
  const bell = createBell()
  const stopListening = db.listen(laneChannel(kind), bell.ring)
  signal.addEventListener('abort', bell.ring)
  const running = new Set<Promise<void>>()
  try {
    while (!signal.aborted) {
      const free = concurrency - running.size
      const claims = free > 0 ? await claimOrNothing(options, free) : []
      for (const claim of claims) {
        const run = runLane(options, claim).finally(() => {
          running.delete(run)
          bell.ring()
        })
        running.add(run)
      }
      options.onLook?.(running.size >= concurrency)
      if (claims.length < free || free <= 0) await bell.wait((options.pollMs ?? 1000) * (1 + Math.random()))
    }
    await Promise.all(running)
  } finally {
    stopListening()
    signal.removeEventListener('abort', bell.ring)
  }
}

async function claimOrNothing({ db, kind, holder, leaseMs, log }: RunLanesOptions, limit: number): Promise<LaneClaim[]> {
  try {
    return await claimLanes(db, { kind, holder, leaseMs: leaseMs ?? 20_000, limit })
  } catch (error) {
    log.warn('lanes.claim-failed', { kind, code: toHubError(error).code })
    return []
  }
}

/** One claim: its head, then what follows in the lane, while the lease holds. */
async function runLane(options: RunLanesOptions, first: LaneClaim): Promise<void> {
  let claim = first
  for (let turn = 1; ; turn += 1) {
    const error = await runEntry(options, claim)
    if (error !== undefined) return settleFailure(options, claim, error)
    const advance = advanceOf(claim)
    if (advance === undefined) return settleFailure(options, claim, new HubError('hub.defect', { path: 'lane' }))
    if (advance.entryId === undefined) return
    claim = { ...claim, entryId: advance.entryId, attempts: 0 }
    if (options.signal.aborted || turn === TURN) return releaseLane(options.db, claim).catch(() => undefined)
  }
}

async function runEntry(options: RunLanesOptions, claim: LaneClaim): Promise<HubError | undefined> {
  const everyMs = (options.leaseMs ?? 20_000) / 4
  const renewal = setInterval(() => {
    renewLane(options.db, claim).catch(() => undefined)
  }, everyMs) // a lost lease shows at settlement
  try {
    await options.turn?.(options.signal)
    await options.execute(claim)
    return undefined
  } catch (error) {
    return toHubError(error)
  } finally {
    clearInterval(renewal)
  }
}

async function settleFailure(options: RunLanesOptions, claim: LaneClaim, error: HubError): Promise<void> {
  options.onError?.(claim, error)
  if (error.code === 'ledger.lease_lost') return
  const verdict = judgeFailure(error, claim.attempts, { maxAttempts: options.maxAttempts ?? 12, longestPauseMs: options.longestPauseMs })
  const entry = claim.kind === 'inbound' ? { messageId: claim.entryId } : { deliveryId: claim.entryId }
  const fields = { ...entry, kind: claim.kind, code: error.code, attempt: claim.attempts + 1 }
  if (verdict.park) options.log.error('lane.parked', error, fields)
  else options.log.warn('lane.postponed', { ...fields, delayMs: Math.round(verdict.delayMs) })
  await untilHeard(options, () =>
    options.db.tx(tx =>
      verdict.park
        ? parkLane(tx, claim, { code: error.code, path: error.path })
        : postponeLane(tx, claim, { delayMs: verdict.delayMs, reason: error.code, path: error.path, countAttempt: verdict.countAttempt }),
    ),
  )
}

/** A hospital gets the acknowledgement it asked for, however long it says "later"; how long a subscriber may be away, its route knows. */
const UNTIL_TAKEN: ReadonlySet<ErrorCode> = new Set(['hospital.deferred', ...SUBSCRIBER_AWAY])

export type LongestPauses = Partial<Record<ErrorCode, number>>

export type Verdict = { park: true } | { park: false; delayMs: number; countAttempt: boolean }

const LONGEST_PAUSE_MS = 300_000
/** Whoever lets a partner go wakes its lanes; this is only how long a lane rests where nobody does. */
const HELD_PAUSE_MS = 600_000

/** What a failure means for its lane; `attempts` are those counted before. */
export function judgeFailure(
  error: HubError,
  attempts: number,
  { maxAttempts, longestPauseMs = {} }: { maxAttempts: number; longestPauseMs?: LongestPauses | undefined },
): Verdict {
  if (error.dependency !== undefined) return { park: false, delayMs: error.retryAfterMs ?? 500 + Math.random() * 4500, countAttempt: false }
  if (error.code === 'partner.paused') return { park: false, delayMs: HELD_PAUSE_MS, countAttempt: false }
  if (error.kind !== 'retry' || (attempts + 1 >= maxAttempts && !UNTIL_TAKEN.has(error.code))) return { park: true }
  const longest = longestPauseMs[error.code] ?? LONGEST_PAUSE_MS
  const delayMs = Math.min(1000 * 2 ** attempts, longest) * (0.8 + 0.2 * Math.random())
  // What the partner asked for, but no longer than the longest pause.
  return { park: false, delayMs: Math.max(delayMs, Math.min(error.retryAfterMs ?? 0, longest)), countAttempt: true }
}

/** Says it until the ledger hears it, or the lease ends by itself. */
async function untilHeard(options: RunLanesOptions, say: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + (options.leaseMs ?? 20_000)
  for (;;) {
    try {
      return await say()
    } catch (error) {
      const { code } = toHubError(error)
      if (code === 'ledger.lease_lost') return
      if (Date.now() > deadline || options.signal.aborted) {
        options.log.warn('lane.left-to-its-lease', { kind: options.kind, code })
        return
      }
      await sleep(500)
    }
  }
}
