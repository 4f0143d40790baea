/*
  The partners as a viewer sees them: each with what flowed, its certificate, its connection, its service levels, its silence, and whether it is held.
*/
import type { HubConfig } from '../../config.ts'
import type { Tx } from '../../ledger/db.ts'
import { type SenderSeen, sendersSeen } from '../../ledger/figures/feeds.ts'
import { findIncidents } from '../../ledger/watch/incidents.ts'
import { readSightings, type Sighting } from '../../ledger/watch/outlook.ts'
import { flowsByPartner, type PartnerFlows } from '../../ledger/figures/partner-flows.ts'
import { type Pause, pausesNow } from '../../ledger/lanes/partner-pauses.ts'
import { FAILURES } from '../../ledger/figures/rollup-facts.ts'
import { STRANGER } from '../../partners.ts'
import { type Away, partnersAway } from '../incidents/conditions.ts'
import { measureLevels, silenceOfSender, silenceRuleOf } from '../incidents/slow-conditions.ts'
import type { LevelReached } from './levels.ts'
import { type PartnerEntry, registerOf } from './register.ts'

interface Counted {
  flows: number
  failures: number
}

export interface PartnerShown extends Pick<PartnerEntry, 'id' | 'name' | 'kind' | 'finess' | 'territory'> {
  lastSeen: Date | null
  certificate: { endsAt: Date | null; state: 'valid' | 'expiring' | 'expired' } | null
  /** `idle`: nothing leaves to it that could say. */
  connection: { state: 'up' | 'away' | 'idle'; code: string | null; since: Date | null; waiting: number }
  received: Counted
  sent: Counted
  /** Of what it sent in the window. */
  conformance: { messages: number; refused: number; share: number | null } | null
  serviceLevels: LevelReached[]
  silence: { rule: 'learned' | 'off' | { longestMinutes: number }; isSilent: boolean; since: Date | null } | null
  /** Why: null for an observer. */
  paused: (Omit<Pause, 'partner' | 'reason'> & { reason: string | null }) | null
  /** Something leaves to it that can be held. */
  canPause: boolean
  openIncidents: number
}

export interface Window {
  from: Date
  to: Date
}

export interface Looking {
  config: HubConfig
  tx: Tx
  window: Window
  territory: string | undefined
}

const DAY_MS = 86_400_000
const MOST_INCIDENTS = 500

/** Those of his territory, and those that everybody shares. */
export const isSeen = ({ territory: its, isShared }: PartnerEntry, territory: string | undefined): boolean =>
  territory === undefined || isShared || its === territory

export async function partnersSeen({ config, tx, window, territory }: Looking): Promise<PartnerShown[]> {
  const senders = await sendersSeen(tx)
  const entries = registerOf(config, senders).filter(entry => isSeen(entry, territory))
  return shown({ config, tx, window, territory }, { entries, senders })
}

/** Out: undefined for one that there is not, or not for this viewer. */
export async function partnerSeen(looking: Looking, id: string): Promise<PartnerShown | undefined> {
  const senders = await sendersSeen(looking.tx)
  const entries = registerOf(looking.config, senders).filter(entry => entry.id === id && isSeen(entry, looking.territory))
  return (await shown(looking, { entries, senders }))[0]
}

async function shown(
  { config, tx, window, territory }: Looking,
  { entries, senders }: { entries: PartnerEntry[]; senders: SenderSeen[] },
): Promise<PartnerShown[]> {
  const now = new Date()
  const sending = entries.filter(({ sends, id }) => sends && id !== STRANGER)
  const state = {
    now,
    config,
    flows: await flowsByPartner(tx, { ...window, territory }),
    sightings: new Map((await readSightings(tx)).map(one => [one.name, one])),
    senders: new Map(senders.map(one => [one.sender, one])),
    pauses: new Map((await pausesNow(tx)).map(one => [one.partner, one])),
    away: new Map((await partnersAway(config, tx, now)).map(one => [one.partner, one])),
    levels: await measureLevels(config, tx, { senders: sending.map(({ id }) => id), now, territory }),
    incidents: (await findIncidents(tx, { state: 'open', territory, limit: MOST_INCIDENTS })).items.map(({ subject }) => subject),
  }
  return Promise.all(
    entries.map(async entry => ({ ...partnerOf(entry, state), silence: await silenceShown(config, tx, { entry, senders: state.senders, now }) })),
  )
}

interface State {
  now: Date
  config: HubConfig
  flows: PartnerFlows[]
  sightings: Map<string, Sighting>
  senders: Map<string, SenderSeen>
  pauses: Map<string, Pause>
  away: Map<string, Away>
  levels: Map<string, LevelReached[]>
  incidents: string[]
}

function partnerOf(entry: PartnerEntry, state: State): Omit<PartnerShown, 'silence'> {
  const { id, name, kind, finess, territory, takes, sends, clientId } = entry
  const received = state.flows.filter(one => one.direction === 'in' && (sends || kind === 'mail-operator') && one.partner === id)
  const sent = state.flows.filter(({ direction, kind: channel, partner }) => direction === 'out' && takes.some(one => isTaken(one, channel, partner)))
  const pause = state.pauses.get(id)
  const seen = [state.senders.get(id)?.lastSeen, state.sightings.get(`clients.${clientId}`)?.at].filter(one => one !== undefined)
  return {
    ...{ id, name, kind, finess, territory },
    lastSeen: seen.length === 0 ? null : new Date(Math.max(...seen.map(one => one.getTime()))),
    certificate: certificateOf(entry, state),
    connection: connectionOf(state.away.get(id), sent),
    received: counted(received, 'in'),
    sent: counted(sent, 'out'),
    conformance: sends ? conformanceOf(received) : null,
    serviceLevels: state.levels.get(id) ?? [],
    paused: pause === undefined ? null : { by: pause.by, reason: pause.reason, at: pause.at },
    canPause: takes.length > 0,
    openIncidents: state.incidents.filter(subject => subject === id).length,
  }
}

const isTaken = (taken: PartnerEntry['takes'][number], channel: string, partner: string): boolean =>
  taken.channel === channel && (taken.recipients === undefined || taken.recipients.includes(partner))

const sumOf = (rows: readonly PartnerFlows[]): number => rows.reduce((total, { flows }) => total + flows, 0)

const counted = (rows: readonly PartnerFlows[], direction: 'in' | 'out'): Counted => {
  const failed: readonly string[] = FAILURES[direction]
  return { flows: sumOf(rows), failures: sumOf(rows.filter(({ outcome }) => failed.includes(outcome))) }
}

function conformanceOf(received: readonly PartnerFlows[]): NonNullable<PartnerShown['conformance']> {
  const [messages, refused] = [sumOf(received), sumOf(received.filter(({ outcome }) => outcome === 'refused'))]
  return { messages, refused, share: messages === 0 ? null : refused / messages }
}

function connectionOf(away: Away | undefined, sent: readonly PartnerFlows[]): PartnerShown['connection'] {
  if (away !== undefined) return { state: 'away', code: away.code, since: away.since, waiting: away.lanes }
  const isUp = sent.some(({ outcome }) => outcome === 'sent' || outcome === 'delivered')
  return { state: isUp ? 'up' : 'idle', code: null, since: null, waiting: 0 }
}

/** As it was last shown to us; of software behind a proxy only what the configuration says. */
function certificateOf({ id, clientId, kind }: PartnerEntry, { config, sightings, now }: State): PartnerShown['certificate'] {
  if (clientId !== null && config.clients.some(one => one.clientId === clientId && one.certificate === 'expired')) return { endsAt: null, state: 'expired' }
  const names = kind === 'mail-operator' ? ['connectors.mssante.smtp.caFile', 'connectors.mssante.imap.caFile'] : [`partners.${id}`]
  const ends = names.flatMap(name => sightings.get(name)?.endsAt ?? [])
  if (ends.length === 0) return null
  const endsAt = new Date(Math.min(...ends.map(one => one.getTime())))
  const left = endsAt.getTime() - now.getTime()
  return { endsAt, state: left <= 0 ? 'expired' : left <= config.alerts.certificateDays * DAY_MS ? 'expiring' : 'valid' }
}

async function silenceShown(
  config: HubConfig,
  tx: Tx,
  { entry, senders, now }: { entry: PartnerEntry; senders: Map<string, SenderSeen>; now: Date },
): Promise<PartnerShown['silence']> {
  if (!entry.sends || entry.id === STRANGER) return null
  const sender = senders.get(entry.id)
  const silence = sender === undefined ? undefined : await silenceOfSender(config, tx, { sender, now })
  const rule = silenceRuleOf(config.partners.find(({ id }) => id === entry.id))
  return { rule, isSilent: silence !== undefined, since: silence?.since ?? null }
}
