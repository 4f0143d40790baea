/*
  What is wrong at this moment, read from the state of the hub: lanes, what every process sees, certificates, outbox.
  What takes a look at many flows (silence, refusals, service levels) stands in slow-conditions.ts.
*/
import { DIRECTORY, MAIL_OPERATOR } from '../../partners.ts'
import { type ErrorCode, SUBSCRIBER_AWAY } from '../../../profiles/errors.ts'
import { HELD } from '../../../profiles/tables/lane-reasons.ts'
import type { HubConfig } from '../../config.ts'
import { partnerTaking } from '../../fanout/routes/held-partner.ts'
import { leaptAt } from '../../ledger/clock.ts'
import type { Tx } from '../../ledger/db.ts'
import { lowestIdAt } from '../../ledger/ids.ts'
import { type LaneGroup, lastTaken, parkedGroups, waitingGroups } from '../../ledger/lanes/lane-groups.ts'
import { outboxDepth } from '../../ledger/deliveries/outbox.ts'
import { CLOCK, readOutlooks, readSightings } from '../../ledger/watch/outlook.ts'
import { territoryOfPartner } from '../partners/register.ts'
import type { Condition } from './judge.ts'

/** Who is away when a lane waits with this code. `entry`: it may also be this one flow that is not taken, so nothing else may have been taken since. */
const AWAY: Partial<Record<ErrorCode, { partner?: string; entry?: true }>> = {
  'mssante.unreachable': { partner: MAIL_OPERATOR },
  'mssante.auth': { partner: MAIL_OPERATOR },
  'directory.unreachable': { partner: DIRECTORY },
  'platform.unreachable': {},
  'platform.deferred': { entry: true },
  'hospital.unreachable': {},
  'hospital.no_answer': { entry: true },
  'hospital.dropped': { entry: true },
  'hospital.deferred': { entry: true },
  ...Object.fromEntries(SUBSCRIBER_AWAY.map(code => [code, { entry: true } as const])),
}
const AWAY_CODES = Object.keys(AWAY) as ErrorCode[]

const DAY_MS = 86_400_000
const RECENT_MS = 600_000

export interface Away {
  partner: string
  code: string
  since: Date
  lanes: number
}

/** Partners that take nothing, as the lanes show it. */
export async function partnersAway(config: HubConfig, tx: Tx, now: Date): Promise<Away[]> {
  const found: Away[] = []
  for (const group of await waitingGroups(tx, AWAY_CODES)) {
    const { partner, entry } = AWAY[group.code as ErrorCode] ?? {}
    if (entry && (await tookSince(tx, group, now))) continue
    found.push({ partner: partner ?? takerOf(config, group), code: group.code, since: group.since, lanes: group.lanes })
  }
  const merged = new Map<string, Away>()
  for (const one of found) {
    const other = merged.get(one.partner)
    const [first, second] = other === undefined || one.since < other.since ? [one, other] : [other, one]
    merged.set(one.partner, { ...first, lanes: first.lanes + (second?.lanes ?? 0) })
  }
  return [...merged.values()]
}

async function tookSince(tx: Tx, { channel, recipient, since }: LaneGroup, now: Date): Promise<boolean> {
  const from = lowestIdAt(new Date(Math.max(since.getTime(), now.getTime() - RECENT_MS)))
  const taken = await lastTaken(tx, { channel: channel ?? '', recipient: recipient ?? '', since: from })
  return taken !== undefined && taken > since
}

const takerOf = (config: HubConfig, { channel, recipient }: LaneGroup): string => partnerTaking(config, { channel: channel ?? '', recipient: recipient ?? '' })

export async function readConditions(config: HubConfig, tx: Tx, now: Date): Promise<Condition[]> {
  const away = await partnersAway(config, tx, now)
  return [
    ...(await parkedLanes(config, tx)),
    ...away.map(({ partner, since, lanes }): Condition => {
      return { kind: 'partner.down', subject: partner, territory: territoryOfPartner(config, partner), since, count: lanes }
    }),
    ...(await seenByProcesses(config, tx)),
    ...(await certificates(config, tx, now)),
    ...(await outbox(config, tx)),
    ...(await clock(tx, now)),
  ]
}

/** One cause per partner and code, over all its persons; of several territories it is nobody's own. */
async function parkedLanes(config: HubConfig, tx: Tx): Promise<Condition[]> {
  const causes = new Map<string, Condition & { since: Date; count: number }>()
  for (const group of await parkedGroups(tx, [HELD])) {
    const subject = group.sender ?? takerOf(config, group)
    const key = JSON.stringify([subject, group.code])
    const other = causes.get(key)
    const territory = other === undefined || other.territory === (group.territory ?? undefined) ? (group.territory ?? undefined) : undefined
    const since = other === undefined || group.since < other.since ? group.since : other.since
    causes.set(key, { kind: 'lane.parked', subject, code: group.code, territory, since, count: group.lanes + (other?.count ?? 0) })
  }
  return [...causes.values()]
}

/** A part is away from the moment the first process saw it so. */
async function seenByProcesses({ alerts }: HubConfig, tx: Tx): Promise<Condition[]> {
  const outlooks = await readOutlooks(tx)
  const parts = new Map<string, Condition & { since: Date }>()
  for (const { part, since } of outlooks.flatMap(one => one.parts)) {
    const [from, known] = [new Date(since), parts.get(part)]
    if (known === undefined || from < known.since) parts.set(part, { kind: part === CLOCK ? 'clock.apart' : 'part.not-ready', subject: part, since: from })
  }
  const full = outlooks.filter(({ freeDiskBytes }) => freeDiskBytes < alerts.freeDiskBytes).length
  return [...parts.values(), ...(full === 0 ? [] : [{ kind: 'disk.low', subject: 'dataDir', count: full } as const])]
}

async function certificates(config: HubConfig, tx: Tx, now: Date): Promise<Condition[]> {
  const soon = now.getTime() + config.alerts.certificateDays * DAY_MS
  const seen = (await readSightings(tx)).flatMap(({ name, endsAt }): Condition[] => {
    if (endsAt === null || endsAt.getTime() > soon) return []
    const partner = /^partners\.(.+)$/.exec(name)?.[1]
    const territory = partner === undefined ? undefined : territoryOfPartner(config, partner)
    return [{ kind: endsAt <= now ? 'certificate.expired' : 'certificate.expiring', subject: partner ?? name, territory }]
  })
  const said = config.clients
    .filter(({ certificate }) => certificate === 'expired')
    .map(({ clientId }): Condition => ({ kind: 'certificate.expired', subject: clientId, territory: territoryOfPartner(config, clientId) }))
  return [...seen, ...said]
}

async function outbox({ alerts }: HubConfig, tx: Tx): Promise<Condition[]> {
  const depth = await outboxDepth(tx)
  return depth > alerts.outboxEvents ? [{ kind: 'outbox.deep', subject: 'kafka', count: depth }] : []
}

async function clock(tx: Tx, now: Date): Promise<Condition[]> {
  const since = await leaptAt(tx, 'retention', now)
  return since === undefined ? [] : [{ kind: 'clock.leapt', subject: 'retention', since }]
}
