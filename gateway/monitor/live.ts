/*
  The last minutes as they happen, for every overview that is open: computed several times a second for each bound of viewers, and only while somebody looks.
    event: live   data: {at, minutes: [{at, in, out, failures, latency}], attention, health}; {at, isAway} while the ledger is away
*/
import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../ledger/db.ts'
import type { Percentiles } from '../ledger/figures/latency.ts'
import type { Readiness } from '../readiness.ts'
import { remembering } from '../remembering.ts'
import { type AttentionItem, type Looked, needsHuman } from './attention.ts'
import { type Series, type STAGES, tellSeries } from './overview.ts'
import type { MonitorParts } from './parts.ts'

export interface LiveMinute {
  at: string
  in: number
  out: number
  failures: number
  latency: Record<(typeof STAGES)[number], Percentiles>
}

export interface PartHealth {
  part: string
  isReady: boolean
  code?: string
}

export interface Live {
  at: string
  minutes: LiveMinute[]
  attention: AttentionItem[]
  health: PartHealth[]
}

/** The ledger is away: what was told before is as old as it is. */
export interface Away {
  at: string
  isAway: true
}

export type LiveParts = Pick<MonitorParts, 'db' | 'readiness'> & Pick<Looked, 'nameOf'>

export interface LiveFlows {
  /** Tells what is and then what changes, each time as JSON; the returned function ends it. */
  follow(territory: string | undefined, tell: (json: string) => void): () => void
  health(): Promise<PartHealth[]>
}

const MINUTE_MS = 60_000
const MINUTES = 3
const EVERY_MS = 400
/** What changes slowly is asked for less often. */
const SLOW_EVERY_MS = 5000
/** A look never takes more than a tenth of the time, however much flows. */
const REST = 9

const AWAY = JSON.stringify({ isAway: true } satisfies Omit<Away, 'at'>)

interface Group {
  tells: Set<(json: string) => void>
  last: string
}

export function liveFlows({ db, readiness, nameOf }: LiveParts): LiveFlows {
  const groups = new Map<string | undefined, Group>()
  const slowly = remembering(SLOW_EVERY_MS)
  const health = (): Promise<PartHealth[]> => slowly('health', async () => healthOf(await readiness()))
  const look = async (territory: string | undefined): Promise<string> => {
    const now = new Date()
    const [minutes, attention, parts] = await Promise.all([
      lastMinutes(db, now, territory),
      slowly(`attention ${territory ?? ''}`, () => needsHuman(db, { territory, now, nameOf })),
      health(),
    ])
    return JSON.stringify({ minutes, attention, health: parts })
  }
  const run = async (territory: string | undefined, group: Group): Promise<void> => {
    while (group.tells.size > 0) {
      const began = performance.now()
      // The page keeps what it knows while the ledger is away, and says that it is old.
      const seen = await look(territory).catch(() => AWAY)
      if (seen !== group.last) for (const tell of group.tells) tell(stamped(seen))
      group.last = seen
      await pause(Math.max(EVERY_MS - (performance.now() - began), REST * (performance.now() - began)))
    }
    groups.delete(territory)
  }
  return {
    health,
    follow(territory, tell) {
      const known = groups.get(territory)
      const group = known ?? { tells: new Set(), last: '' }
      group.tells.add(tell)
      groups.set(territory, group)
      if (known === undefined) void run(territory, group)
      else if (group.last !== '') tell(stamped(group.last))
      return () => void group.tells.delete(tell)
    },
  }
}

/** The last minutes up to now. */
export async function lastMinutes(db: Db, now: Date, territory: string | undefined): Promise<LiveMinute[]> {
  const from = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS - (MINUTES - 1) * MINUTE_MS)
  return minutesOf(await tellSeries(db, { from, to: now, step: 60, territory }))
}

const stamped = (json: string): string => `{"at":"${new Date().toISOString()}",${json.slice(1)}`

function minutesOf(series: Series): LiveMinute[] {
  return series.at.map((at, index) => ({
    at,
    in: series.in[index] ?? 0,
    out: series.out[index] ?? 0,
    failures: series.failures[index] ?? 0,
    latency: { acknowledged: pointOf(series, 'acknowledged', index), stored: pointOf(series, 'stored', index), delivered: pointOf(series, 'delivered', index) },
  }))
}

function pointOf({ latency }: Series, stage: (typeof STAGES)[number], index: number): Percentiles {
  const { p50, p95, p99 } = latency[stage]
  return { p50: p50[index] ?? null, p95: p95[index] ?? null, p99: p99[index] ?? null }
}

function healthOf({ parts }: Readiness): PartHealth[] {
  return Object.entries(parts).map(([part, said]) => ({ part, isReady: said.ready, ...(said.ready ? {} : { code: said.code }) }))
}
