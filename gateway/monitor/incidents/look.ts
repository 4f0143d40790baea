/*
  What this process sees: its parts that are not ready, its disk, certificates and software by their last sight. Told to the ledger; while the ledger is away,
  that is remembered and told once it is back.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { toHubError } from '../../../profiles/errors.ts'
import type { Expiries } from '../../certificates.ts'
import type { Db } from '../../ledger/db.ts'
import { CLOCK, forgetOutlook, type PartAway, tellOutlook, tellSightings } from '../../ledger/watch/outlook.ts'
import type { Log } from '../../log.ts'
import type { Metrics } from '../../metrics.ts'
import { checkReadiness, type PartCheck } from '../../readiness.ts'
import type { Sightings } from '../sightings.ts'

export interface LookParts {
  db: Db
  log: Log
  metrics: Pick<Metrics, 'watch'>
  checks: Record<string, PartCheck>
  /** Free space of dataDir, bytes. */
  freeDisk(): number
  expiries: Pick<Expiries, 'all'>
  sightings: Sightings
}

const LEDGER = 'ledger'
/** Further apart than the answer of a busy ledger is old. */
const CLOCKS_APART_MS = 60_000
/** So long after it is back, an absence of the ledger is still told, so that whoever judges sees it. */
const TOLD_AFTER_MS = 15_000

/** Until aborted. */
export async function keepLooking(parts: LookParts, { holder, everyMs, signal }: { holder: string; everyMs: number; signal: AbortSignal }): Promise<void> {
  const memory = rememberAway()
  let aheadMs = 0
  parts.metrics.watch('hub_clock_ahead_seconds', () => ({ all: aheadMs / 1000 }))
  while (!signal.aborted) {
    const seen = await checkReadiness(parts.checks)
    const now = new Date()
    const codes = Object.entries(seen.parts).flatMap(([part, one]) => (one.ready ? [] : [[part, one.code]]))
    if (Math.abs(aheadMs) > CLOCKS_APART_MS) codes.push([CLOCK, 'ledger.clock'])
    try {
      aheadMs = await tell(parts, holder, memory.update(Object.fromEntries(codes), now))
      memory.ledgerIsBack(now)
    } catch (error) {
      const { code } = toHubError(error)
      memory.ledgerIsAway(code, now)
      parts.log.warn('outlook.failed', { code })
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined)
  }
  await forgetOutlook(parts.db, holder).catch(() => undefined)
}

/** Out: how far our clock is ahead, ms. */
async function tell({ db, freeDisk, expiries, sightings }: LookParts, holder: string, parts: PartAway[]): Promise<number> {
  const aheadMs = await tellOutlook(db, { holder, freeDiskBytes: Math.min(freeDisk(), Number.MAX_SAFE_INTEGER), parts })
  const now = new Date()
  const certificates = [...expiries.all(now)].map(([name, endsAt]) => ({ name, at: now, endsAt }))
  await tellSightings(db, [...certificates, ...sightings.take().filter(({ name }) => !certificates.some(one => one.name === name))])
  return aheadMs
}

/** Since when each part is away, and the absence of the ledger until it was told. */
function rememberAway() {
  const since = new Map<string, string>()
  let ledger: { code: string; since: string; backAt: number | undefined } | undefined
  return {
    update(codes: Record<string, string>, now: Date): PartAway[] {
      for (const part of since.keys()) if (codes[part] === undefined) since.delete(part)
      for (const part of Object.keys(codes)) if (!since.has(part)) since.set(part, now.toISOString())
      const others = Object.entries(codes).map(([part, code]) => ({ part, code, since: since.get(part) ?? now.toISOString() }))
      if (ledger?.backAt !== undefined && now.getTime() - ledger.backAt > TOLD_AFTER_MS) ledger = undefined
      return ledger === undefined ? others : [...others, { part: LEDGER, code: ledger.code, since: ledger.since }]
    },
    ledgerIsAway(code: string, now: Date): void {
      ledger = { code, since: ledger?.since ?? now.toISOString(), backAt: undefined }
    },
    ledgerIsBack(now: Date): void {
      if (ledger !== undefined) ledger.backAt ??= now.getTime()
    },
  }
}
