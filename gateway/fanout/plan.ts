/*
  Plans an event for one channel: every candidate is decided upon, also those who get nothing, and the events of a person keep their order.
*/
import { decide } from '../access/decide.ts'
import type { HubConfig } from '../config.ts'
import type { Tx } from '../ledger/db.ts'
import { type Delivery, planEvent, type Plan, type PlannedRecipient, type SendDecision } from '../ledger/deliveries.ts'
import { opposesDmp } from '../ledger/dmp-choices.ts'
import { readEvent, type StoredEvent } from '../ledger/events.ts'
import type { HubParts } from '../parts.ts'
import { planAckOfLinked } from './acks.ts'
import { careCandidates } from './care.ts'
import { ackFacts, isAck, type Candidate, candidatesOf, type Channel } from './channels.ts'
import { depositOf } from './deposit.ts'
import { depositWithEarlier } from './earlier-recipients.ts'
import { decideHospital, hospitalOf, plannedHospitals } from './hospital-documents.ts'
import { shareLockPerson } from '../ledger/access.ts'
import { decideMember, isForMember, type Member, membersOf, plannedMembers } from './members.ts'
import { withOppositions } from './opposition.ts'
import { plannedFollowers } from './partner-topics.ts'
import { plannedOf, reachOf } from './planned.ts'
import { decideSubscriber, plannedSubscribers, type Suitor, suitorsOf } from './subscribers.ts'

export type PlanParts = Pick<HubParts, 'config' | 'db' | 'keys' | 'metrics' | 'store' | 'breakers' | 'connectors'>

/** Plans what came before it for the same person first; an event that is planned already stays as it is. */
export async function plan(parts: PlanParts, channel: Channel, eventId: string): Promise<void> {
  const event = await readEvent(parts.db, eventId)
  if (event === undefined) return
  const suitors = channel === 'subscription' ? await suitorsOf(parts, event) : []
  const members = channel === 'mssante' ? await membersOf(parts, event) : []
  for (;;) {
    const outcome = await parts.db.tx(tx => planOnce(parts, tx, { channel, event, suitors, members }))
    if (outcome.state !== 'blocked') return
    for (const earlier of outcome.earlier) await plan(parts, channel, earlier)
  }
}

export interface Planning {
  channel: Channel
  event: StoredEvent
  suitors: readonly Suitor[]
  members: readonly Member[]
}

/** Everybody who is decided upon; writes nothing. */
export async function recipientsOf(
  parts: Pick<PlanParts, 'config' | 'keys' | 'store' | 'db'>,
  tx: Tx,
  { channel, event, suitors, members }: Planning,
): Promise<PlannedRecipient[]> {
  if (channel === 'subscription') return [...(await plannedSubscribers(parts, tx, { event, suitors })), ...(await plannedFollowers(parts, tx, event))]
  return [
    ...plannedOf(parts.keys, { channel, person: event.person }, await candidatesFor(parts.config, tx, { channel, event })),
    ...(await plannedMembers(parts, tx, { event, members })),
    ...(channel === 'hospital' ? await plannedHospitals(parts, tx, event) : []),
  ]
}

async function planOnce(parts: PlanParts, tx: Tx, planning: Planning): Promise<Plan> {
  const { channel, event } = planning
  const recipients = await recipientsOf(parts, tx, planning)
  const outcome = await planEvent(tx, event.id, channel, recipients)
  if (outcome.state !== 'planned') return outcome
  for (const { level } of recipients) parts.metrics.decided(channel, level)
  for (const { deliveryId, isNew } of outcome.deliveries) if (!isNew) await planAckOfLinked(parts, tx, deliveryId)
  return outcome
}

/** An event without candidates on a channel is planned all the same, or later ones would wait for it. */
async function candidatesFor(config: HubConfig, tx: Tx, { channel, event }: { channel: Channel; event: StoredEvent }): Promise<Candidate[]> {
  const deposit = channel === 'mssante' ? await depositWithEarlier(tx, event) : depositOf(event)
  if (deposit === undefined) return careCandidates(config, tx, { channel, event })
  const candidates = candidatesOf(channel, deposit, reachOf(config, deposit))
  if (channel === 'mssante') return withOppositions(tx, { event, deposit }, candidates)
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
  const candidates = await candidatesFor(config, tx, { channel: delivery.channel as Channel, event })
  const candidate = candidates.find(one => one.recipient === delivery.recipient && one.action === delivery.action)
  return candidate === undefined ? { level: 'aucun', rule: 'recipient.unknown', basis: {} } : decide(candidate.facts)
}
