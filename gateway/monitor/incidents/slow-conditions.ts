/*
  What is wrong by many flows together: feeds that are silent, senders that are refused, service levels that are missed.
*/
import type { HubConfig, Partner } from '../../config.ts'
import type { Tx } from '../../ledger/db.ts'
import { hoursOfSender, refusalsSince, type SenderSeen, sendersSeen } from '../../ledger/figures/feeds.ts'
import { readServiceCounts, type ServiceCount } from '../../ledger/figures/service-hours.ts'
import { MAIL_OPERATOR, STRANGER } from '../../partners.ts'
import { type LevelReached, levelsOf, measure } from '../partners/levels.ts'
import type { Condition } from './judge.ts'
import { LEARNED_MS, type Silence, silenceOf } from './silence.ts'

const HOUR_MS = 3_600_000
/** Within so short a time nobody is silent. */
const NEVER_SILENT_MS = 60_000

export async function readSlowConditions(config: HubConfig, tx: Tx, now: Date): Promise<Condition[]> {
  const senders = (await sendersSeen(tx)).filter(({ sender }) => sender !== MAIL_OPERATOR && sender !== STRANGER)
  return [...(await silences(config, tx, { senders, now })), ...(await refusals(config, tx, now)), ...(await missedLevels(config, tx, { senders, now }))]
}

async function silences(config: HubConfig, tx: Tx, { senders, now }: { senders: SenderSeen[]; now: Date }): Promise<Condition[]> {
  const found: Condition[] = []
  for (const sender of senders) {
    const silence = await silenceOfSender(config, tx, { sender, now })
    if (silence === undefined) continue
    const { since, expected } = silence
    found.push({ kind: 'feed.silent', subject: sender.sender, territory: sender.territory ?? undefined, since, count: expected })
  }
  return found
}

/** By what is configured for it, else by its own weeks. */
export async function silenceOfSender(
  config: HubConfig,
  tx: Tx,
  { sender: { sender, lastSeen }, now }: { sender: SenderSeen; now: Date },
): Promise<Silence | undefined> {
  const rule = silenceRuleOf(config.partners.find(({ id }) => id === sender))
  if (rule === 'off' || now.getTime() - lastSeen.getTime() < NEVER_SILENT_MS) return undefined
  const { timeZone } = config.alerts
  const asked = { sender, since: new Date(lastSeen.getTime() - LEARNED_MS), until: lastSeen }
  const hours = rule === 'learned' ? await hoursOfSender(tx, asked) : new Map<number, number>()
  const firstSeen = new Date(Math.min(...hours.keys(), lastSeen.getTime()))
  return silenceOf({ hours, firstSeen, lastSeen }, { now, timeZone, ...(rule === 'learned' ? {} : rule) })
}

export const silenceRuleOf = (partner: Pick<Partner, 'silence'> | undefined): Partner['silence'] => partner?.silence ?? 'learned'

async function refusals({ alerts }: HubConfig, tx: Tx, now: Date): Promise<Condition[]> {
  return (await refusalsSince(tx, new Date(now.getTime() - HOUR_MS)))
    .filter(({ messages, refused }) => refused >= alerts.rejectedAtLeast && refused / messages >= alerts.rejectedShare)
    .map(({ sender, territory, refused }) => ({ kind: 'rejects.high', subject: sender, territory: territory ?? undefined, count: refused }))
}

async function missedLevels(config: HubConfig, tx: Tx, { senders, now }: { senders: SenderSeen[]; now: Date }): Promise<Condition[]> {
  const measured = await measureLevels(config, tx, { senders: senders.map(({ sender }) => sender), now })
  return senders.flatMap(({ sender, territory }) =>
    (measured.get(sender) ?? [])
      .filter(({ state }) => state === 'missed')
      .map(({ to, flows, inTime }): Condition => {
        return { kind: 'service-level.missed', subject: sender, code: to, territory: territory ?? undefined, count: flows - inTime }
      }),
  )
}

/** Every level of these senders, each over its own window. */
export async function measureLevels(
  config: HubConfig,
  tx: Tx,
  { senders, now, territory }: { senders: readonly string[]; now: Date; territory?: string | undefined },
): Promise<Map<string, LevelReached[]>> {
  const promised = senders.map(sender => ({ sender, levels: levelsOf(config.partners.find(({ id }) => id === sender)) }))
  const windows = new Set(promised.flatMap(({ levels }) => levels.map(({ windowHours }) => windowHours)))
  const counts = new Map<number, ServiceCount[]>()
  for (const hours of windows) counts.set(hours, await readServiceCounts(tx, { since: new Date(now.getTime() - hours * HOUR_MS), territory }))
  return new Map(
    promised.map(({ sender, levels }) => [
      sender,
      levels.map(level =>
        measure(
          level,
          (counts.get(level.windowHours) ?? []).filter(count => count.sender === sender),
        ),
      ),
    ]),
  )
}
