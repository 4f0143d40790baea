/*
  Plans events for channels, those together that wait at the same moment: every candidate is decided upon, also those who get nothing, and the events of a person keep their order.
*/
import { toHubError } from '../../profiles/errors.ts'
import { decide } from '../access/rights/decide.ts'
import type { HubConfig } from '../config.ts'
import type { Tx } from '../ledger/db.ts'
import {
  type Delivery,
  type Plan,
  type PlannedDelivery,
  type PlannedRecipient,
  planEvents,
  type Planning as LedgerPlanning,
  type SendDecision,
} from '../ledger/deliveries/deliveries.ts'
import { opposesDmp } from '../ledger/stays/dmp-choices.ts'
import { recallEvent, type StoredEvent } from '../ledger/deliveries/events.ts'
import { byCount, createGroupCommit } from '../group-commit.ts'
import type { HubParts } from '../parts.ts'
import { planAckOfLinked } from './acks.ts'
import { careCandidates } from './care.ts'
import { ackFacts, isAck, type Candidate, candidatesOf, type Channel } from './channels.ts'
import { depositOf } from './deposit.ts'
import { depositWithEarlier } from './earlier-recipients.ts'
import { decideHospital, hospitalOf, plannedHospitals } from './hospital-documents.ts'
import { shareLockPerson } from '../ledger/rights/access.ts'
import { loadStandings, type PersonStanding } from '../ledger/rights/person-standings.ts'
import { decideMember, isForMember, type Member, membersOf, plannedMembers } from './members/members.ts'
import { plannedFollowers } from './partner-topics.ts'
import { plannedOf, reachOf } from './planned.ts'
import { withRefusedPlatform, withRestrictions } from './restrictions.ts'
import { type AskStanding, askStandings } from './standing.ts'
import { decideSubscriber, plannedSubscribers, type Suitor, suitorsOf } from './subscribers/subscribers.ts'

export type PlanParts = Pick<HubParts, 'config' | 'db' | 'keys' | 'metrics' | 'store' | 'breakers' | 'connectors'>

/** Plans what came before it for the same person first; an event that is planned already stays as it is. */
export type Planner = (channel: Channel, eventId: string) => Promise<void>

/** Events in one transaction: enough to share its statements, few enough to be written soon. */
const MOST_TOGETHER = 24

/** What is asked for while other events are being planned is planned together, whatever its channel. */
export function createPlanner(parts: PlanParts): Planner {
  const commits = createGroupCommit<Planning, Plan>({
    run: plannings => planTogether(parts, plannings),
    ...byCount(MOST_TOGETHER),
    isWorthSplitting: error => toHubError(error).dependency !== 'postgres',
    concurrency: 1,
  })
  const ask = askStandings(parts.db)
  const plan: Planner = async (channel, eventId) => {
    const event = await recallEvent(parts.db, eventId)
    if (event === undefined) return
    const planning = await planningOf(parts, { channel, event }, ask)
    for (;;) {
      const outcome = await commits.add(planning)
      if (outcome.state !== 'blocked') return
      for (const earlier of outcome.earlier) await plan(channel, earlier)
    }
  }
  return plan
}

export interface Planning {
  channel: Channel
  event: StoredEvent
  suitors: readonly Suitor[]
  members: readonly Member[]
}

type Planned = Pick<Planning, 'channel' | 'event'>

/** Before the plan, outside of its transaction; whatever the channel, so that those of one event go on together. Throws: store.unavailable. */
export async function planningOf(parts: PlanParts, { channel, event }: Planned, ask: AskStanding): Promise<Planning> {
  const standing = await ask(event)
  const members = channel === 'mssante' ? await membersOf(parts, event, standing.person) : []
  const suitors = channel === 'subscription' || members.length > 0 ? await suitorsOf(parts, event, standing) : []
  return { channel, event, suitors, members }
}

/** Everybody who is decided upon; writes nothing. In: the person at this moment. */
export async function recipientsOf(
  parts: Pick<PlanParts, 'config' | 'keys' | 'store' | 'db'>,
  tx: Tx,
  { channel, event, suitors, members, person }: Planning & { person: PersonStanding },
): Promise<PlannedRecipient[]> {
  if (channel === 'subscription') return [...(await plannedSubscribers(parts, tx, { event, suitors })), ...(await plannedFollowers(parts, tx, event))]
  return [
    ...plannedOf(parts.keys, { channel, person: event.person }, await candidatesFor(parts.config, tx, { channel, event, person })),
    ...(await plannedMembers(parts, tx, { event, members, suitors })),
    ...(channel === 'hospital' ? await plannedHospitals(parts, tx, event) : []),
  ]
}

async function planTogether(parts: PlanParts, plannings: readonly Planning[]): Promise<Plan[]> {
  const { planned, plans } = await parts.db.tx(async tx => {
    const events = plannings.map(({ event }) => event)
    const personOf = await loadStandings(tx, events)
    const planned: LedgerPlanning[] = []
    for (const one of plannings) {
      const recipients = await recipientsOf(parts, tx, { ...one, person: personOf(one.event.patient) })
      planned.push({ eventId: one.event.id, channel: one.channel, recipients })
    }
    const plans = await planEvents(tx, planned)
    for (const { deliveryId, isNew } of plans.flatMap(deliveriesOf)) if (!isNew) await planAckOfLinked(parts, tx, deliveryId)
    return { planned, plans }
  })
  for (const [at, { channel, recipients }] of planned.entries())
    if (plans[at]?.state === 'planned') for (const { level } of recipients) parts.metrics.decided(channel, level)
  return plans
}

const deliveriesOf = (plan: Plan): PlannedDelivery[] => (plan.state === 'planned' ? plan.deliveries : [])

/** An event without candidates on a channel is planned all the same, or later ones would wait for it. */
async function candidatesFor(config: HubConfig, tx: Tx, { channel, event, person }: Planned & { person: PersonStanding }): Promise<Candidate[]> {
  const deposit = channel === 'mssante' ? await depositWithEarlier(tx, event) : depositOf(event)
  if (deposit === undefined) return withRefusedPlatform(config, tx, { event, person, candidates: careCandidates(config, { channel, event, person }) })
  const named = candidatesOf(channel, deposit, reachOf(config, deposit))
  if (channel === 'mssante') return withRestrictions(tx, { person, deposit }, named)
  const candidates = await withRefusedPlatform(config, tx, { event, person, candidates: named })
  if (!candidates.some(({ facts }) => facts.recipient === 'dmp')) return candidates
  const isOpposed = await opposesDmp(tx, event.patient)
  return candidates.map(one => (one.facts.recipient === 'dmp' ? { ...one, facts: { ...one.facts, isOpposed } } : one))
}

/** The decision of this moment about one delivery; nothing of the plan is reused. */
export async function decideAgain(config: HubConfig, tx: Tx, { event, delivery }: { event: StoredEvent; delivery: Delivery }): Promise<SendDecision> {
  if (delivery.channel === 'subscription') return decideSubscriber(config, tx, { event, delivery })
  if (isForMember(delivery)) return decideMember(tx, { event, delivery })
  const hospital = hospitalOf(config, delivery)
  if (hospital !== undefined) return decideHospital(tx, { finess: hospital.finess, event, isLast: true })
  const deposit = depositOf(event)
  if (deposit !== undefined && isAck(delivery.action)) return decide(ackFacts(deposit, reachOf(config, deposit), delivery.action))
  // Until this decision is taken, no restriction of this person is answered.
  await shareLockPerson(tx, event.patient)
  const person = (await loadStandings(tx, [event]))(event.patient)
  const candidates = await candidatesFor(config, tx, { channel: delivery.channel as Channel, event, person })
  const candidate = candidates.find(one => one.recipient === delivery.recipient && one.action === delivery.action)
  if (candidate === undefined) return { level: 'aucun', rule: 'recipient.unknown', basis: {} }
  const isApart = deposit?.isReleased === true && person.isSetApart
  return decide(isApart ? { ...candidate.facts, identity: 'conflit' } : candidate.facts)
}
