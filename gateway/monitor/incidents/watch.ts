/*
  Watches the hub: every process tells what it sees; one of them judges incidents, wakes what was let go and tells whoever is to be told.
  Killed at any line, the next one goes on from what the ledger holds.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { toHubError } from '../../../profiles/errors.ts'
import type { Keys } from '../../keys.ts'
import { addAlert, type Moment, toldOfStart } from '../../ledger/watch/alerts.ts'
import type { Tx } from '../../ledger/db.ts'
import { addIncident, changeIncident, dropIncident, type Incident, lockLiveIncidents } from '../../ledger/watch/incidents.ts'
import { whileLeader } from '../../ledger/lease.ts'
import { wakeHeldLanes } from '../../ledger/lanes/partner-pauses.ts'
import { countServiceHours } from '../../ledger/figures/service-hours.ts'
import { readConditions } from './conditions.ts'
import type { AlertConfig } from './config.ts'
import { type Condition, judge } from './judge.ts'
import { timingOf } from './kinds.ts'
import { keepLooking, type LookParts } from './look.ts'
import { readSlowConditions } from './slow-conditions.ts'
import { type TellingParts, tellAlerts } from './tell.ts'

export type WatchParts = TellingParts & LookParts & { keys: Keys }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** What takes a look at many flows is looked at so often at most, and never for more than a twentieth of the time. */
const SLOW_EVERY_MS = 30_000
const SLOW_SHARE = 20

/** Until the returned function is called. */
export function watchIncidents(parts: WatchParts, holder: string): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const everyMs = parts.config.alerts.everySeconds * 1000
  const running = [
    keepLooking(parts, { holder, everyMs, signal }),
    whileLeader({ db: parts.db, name: 'incidents', holder, signal, work: leading => keepJudging(parts, { everyMs, signal: leading }) }),
  ]
  return async () => {
    stopping.abort()
    await Promise.all(running)
  }
}

async function keepJudging(parts: WatchParts, { everyMs, signal }: { everyMs: number; signal: AbortSignal }): Promise<void> {
  const slow = slowly(parts)
  const keep = async (work: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      await work().catch((error: unknown) => parts.log.warn('incidents.failed', { code: toHubError(error).code }))
      await pause(everyMs, undefined, { signal }).catch(() => undefined)
    }
  }
  // Whoever is told may be slow: what is wrong is judged meanwhile.
  await Promise.all([keep(() => look(parts, slow)), keep(() => tellAlerts(parts, signal))])
}

async function look(parts: WatchParts, slow: (now: Date) => Promise<Condition[]>): Promise<void> {
  const { config, db, keys } = parts
  const now = new Date()
  await wakeHeldLanes(db)
  const conditions = [...(await readConditions(config, db, now)), ...(await slow(now))]
  await db.tx(tx => applyVerdict(tx, { conditions, alerts: config.alerts, keys, now }))
}

/** The slow conditions as they were at their last look; the first look is made at once. */
function slowly({ config, db }: WatchParts): (now: Date) => Promise<Condition[]> {
  let known: Condition[] | undefined
  let nextAt = 0
  return async now => {
    if (known !== undefined && now.getTime() < nextAt) return known
    const from = performance.now()
    await countServiceHours(db, { now, since: new Date(now.getTime() - longestWindowMs(config.partners)) })
    // The first look counts what nobody counted while no hub ran: it says nothing of the next ones.
    const tookMs = known === undefined ? 0 : performance.now() - from
    nextAt = now.getTime() + Math.max(SLOW_EVERY_MS, SLOW_SHARE * tookMs)
    known = await readSlowConditions(config, db, now)
    return known
  }
}

const longestWindowMs = (partners: WatchParts['config']['partners']): number =>
  Math.max(DAY_MS, ...partners.flatMap(({ serviceLevels }) => serviceLevels.map(({ windowHours }) => windowHours * HOUR_MS)))

export interface Verdicting {
  conditions: readonly Condition[]
  alerts: AlertConfig
  keys: Pick<Keys, 'reference'>
  now: Date
}

/** What begins and ends, and whom it is told, in one transaction under one lock: no two processes begin or end the same. */
export async function applyVerdict(tx: Tx, { conditions, alerts, keys, now }: Verdicting): Promise<void> {
  const live = await lockLiveIncidents(tx)
  const { added, changed, dropped } = judge(live, conditions, { now, timing: timingOf(alerts) })
  const wasOpen = new Set(live.filter(({ state }) => state === 'open').map(({ id }) => id))
  const begun: Incident[] = []
  for (const incident of dropped) await dropIncident(tx, incident.id)
  for (const one of added) {
    const incident = await addIncident(tx, one)
    if (incident.state === 'open') begun.push(incident)
  }
  for (const incident of changed) {
    await changeIncident(tx, incident)
    if (incident.state === 'closed')
      for (const { way, recipient } of await toldOfStart(tx, incident.id)) await addAlert(tx, alertOf(keys, { incident, moment: 'end', way, recipient }))
    else if (incident.state === 'open' && !wasOpen.has(incident.id)) begun.push(incident)
  }
  for (const incident of begun) for (const one of toBeTold(alerts, incident)) await addAlert(tx, alertOf(keys, { incident, moment: 'start', ...one }))
}

interface Saying {
  incident: Incident
  moment: Moment
  way: 'mail' | 'webhook'
  recipient: string
}

function alertOf(keys: Pick<Keys, 'reference'>, { incident: { id: incidentId }, moment, way, recipient }: Saying) {
  return { incidentId, moment, way, recipient, reference: keys.reference(['alert', incidentId, moment, way, recipient].join('|')) }
}

/** Who is bound to a territory is told of its incidents, and of those that concern the hub as a whole. */
function toBeTold({ mail, webhooks }: AlertConfig, { territory }: Incident): Pick<Saying, 'way' | 'recipient'>[] {
  const isHis = (one: { territory?: string | undefined }): boolean => one.territory === undefined || territory === null || one.territory === territory
  return [
    ...mail.filter(isHis).map(({ address }) => ({ way: 'mail' as const, recipient: address })),
    ...webhooks.filter(isHis).map(({ url }) => ({ way: 'webhook' as const, recipient: url })),
  ]
}
