/*
  The subscription channel: which subscriptions an event may be told to, decided for each client as it is registered; decided again when it is sent.
  A subscription asks, it never gives a right: what the structure may know of this person at this moment is all that is told.
*/
import type { Patient } from 'fhir/r4.js'
import { softwareOf } from '../../access/callers/actor.ts'
import type { HubConfig } from '../../config.ts'
import type { Keys } from '../../keys.ts'
import type { Db, Tx } from '../../ledger/db.ts'
import type { Delivery, PlannedRecipient, SendDecision } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import { readSubscription, type StoredSubscription } from '../../ledger/deliveries/subscriptions.ts'
import type { Store } from '../../store/store.ts'
import { depositOf, subjectOf } from '../deposit.ts'
import { decisionOf, followerOf } from '../partner-topics.ts'
import type { Standing } from '../standing.ts'
import { actionOf, askedOf, clientBehind, focusOf, isAsked, isMet, needsPicture, type Picture, readVersion, subscriptionIdOf } from './subscriber.ts'
import { subscriberRights } from './subscriber-rights.ts'
import type { AskedSubscription } from '../../fhir/subscription/channel.ts'
import { addressed } from '../planned.ts'

export interface SubscriberParts {
  config: HubConfig
  db: Db
  keys: Keys
  store: Store
}

/** A subscription that may be told of one event, with what its conditions look at. */
export interface Suitor {
  subscription: StoredSubscription
  asked: AskedSubscription
  picture: Picture
}

/** Before the plan, outside of its transaction: the store is asked only for conditions that look into a resource. Throws: store.unavailable. */
export async function suitorsOf(
  { config, store }: Pick<SubscriberParts, 'config' | 'store'>,
  event: StoredEvent,
  { person, live }: Standing,
): Promise<Suitor[]> {
  const suitors = live.map(subscription => ({ subscription, asked: askedOf(config, subscription) })).filter(({ asked }) => isAsked(asked, event))
  const { linked: persons = [event.patient] } = person
  return Promise.all(suitors.map(async suitor => ({ ...suitor, picture: { ...(await pictureOf(store, suitor.asked, event)), persons } })))
}

async function pictureOf(store: Store, asked: AskedSubscription, event: StoredEvent): Promise<Omit<Picture, 'persons'>> {
  if (!needsPicture(asked)) return { focus: undefined, patient: undefined }
  const focus = focusOf(asked, event)
  const [, id = ''] = event.patient.split('/')
  const [text, patient] = await Promise.all([
    focus === undefined ? undefined : readVersion(store, focus, event.traceparent),
    store.read<Patient>('Patient', id, { traceparent: event.traceparent }),
  ])
  return { focus: text, patient }
}

/** Every subscription that asks for this event, also those that get nothing; but not those of structures that are nothing to the person and named nobody. */
export async function plannedSubscribers(
  { config, keys }: Pick<SubscriberParts, 'config' | 'keys'>,
  tx: Tx,
  { event, suitors }: { event: StoredEvent; suitors: readonly Suitor[] },
): Promise<PlannedRecipient[]> {
  const deposit = depositOf(event)
  const what = deposit === undefined ? event.id : subjectOf(deposit)
  const planned: PlannedRecipient[] = []
  for (const { subscription, asked, picture } of suitors) {
    const { id, patient } = subscription
    const client = clientBehind(config, subscription)
    if (client === undefined) continue
    const { decision, view } = await subscriberRights(tx, { to: softwareOf(client), event, focus: focusOf(asked, event) })
    const isStranger = decision.level === 'aucun' && decision.rule === 'circle.not-member' && patient === undefined
    if (isStranger || !isMet(asked, event, { picture, level: decision.level, view })) continue
    const meant = { channel: 'subscription', person: event.person, recipient: client.name, what, action: actionOf(id), lane: id }
    planned.push({ ...decision, ...addressed(keys, meant) })
  }
  return planned
}

/** The decision of this moment: is it still active, since before this was planned, and what may its structure know now? */
export async function decideSubscriber(config: HubConfig, tx: Tx, { event, delivery }: { event: StoredEvent; delivery: Delivery }): Promise<SendDecision> {
  const follower = followerOf(config, delivery)
  if (follower !== undefined) return decisionOf(tx, { finess: follower.finess, event, isLast: true })
  const subscription = await readSubscription(tx, subscriptionIdOf(delivery))
  const { status, activeSince, endsAt } = subscription ?? {}
  const isOver = endsAt !== undefined && endsAt <= new Date()
  if (subscription === undefined || status !== 'active' || isOver || activeSince === undefined || activeSince > delivery.plannedAt)
    return { level: 'aucun', rule: 'subscription.none', basis: { subscription: status ?? 'deleted' } }
  const client = clientBehind(config, subscription)
  if (client === undefined) return { level: 'aucun', rule: 'subscription.none', basis: { client: 'out' } }
  return (await subscriberRights(tx, { to: softwareOf(client), event, focus: focusOf(askedOf(config, subscription), event), isLast: true })).decision
}
