/*
  How a subscriber is told: the notification is rendered at the level of this moment, sent once, and what became of it is noted with the subscription.
  A receiver that takes nothing for as long as the configuration allows puts its subscription in error, with one alert; what waits for it is stopped.
*/
import { setTimeout as pause } from 'node:timers/promises'
import type { Receipt } from '../../../connectors/connector.ts'
import { writeNotification } from '../../../mappers/subscription-notification/notification.ts'
import { type ErrorCode, HubError, toHubError } from '../../../profiles/errors.ts'
import { TOPIC } from '../../../profiles/tables/subscription-topics.ts'
import { softwareOf } from '../../access/callers/actor.ts'
import { fhirBase } from '../../base-url.ts'
import { endpointRules } from '../../fhir/subscription/endpoint-rules.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import {
  moveSubscription,
  noteRefused,
  noteTaken,
  numberOf,
  readSubscription,
  type StoredSubscription,
  subscriptionsOf,
  wakeLanesOf,
} from '../../ledger/deliveries/subscriptions.ts'
import type { HubParts } from '../../parts.ts'
import { askedOf, clientBehind, focusOf, readVersion, subscriptionIdOf, tellable } from '../subscribers/subscriber.ts'
import { subscriberRights } from '../subscribers/subscriber-rights.ts'
import { endpointFailed, endpointTook } from '../subscribers/subscriber-turn.ts'
import type { Route } from './sending.ts'

const AGAIN_MS = 500

export function subscriptionRoute({ parts, event }: { parts: HubParts; event: StoredEvent }): Route {
  return {
    connector: 'subscription',
    kind: 'http',
    awaitsReport: false,
    async send(delivery, signal) {
      const subscription = await readSubscription(parts.db, subscriptionIdOf(delivery))
      // Deleted since the decision of a moment ago.
      if (subscription === undefined || subscription.status === 'deleted') throw new HubError('subscription.given_up')
      return notify(
        parts,
        { subscription, deliveryId: delivery.id, json: await render(parts, { subscription, event, delivery }), traceparent: event.traceparent },
        signal,
      )
    },
  }
}

export interface Notice {
  subscription: StoredSubscription
  deliveryId: string
  json: string
  traceparent?: string
}

/** One attempt. Throws: what he is away with (tried again), subscription.too_large (this one is not), subscription.given_up, gone, endpoint… (the subscription is in error now). */
export async function notify(parts: HubParts, { subscription, deliveryId, json, traceparent }: Notice, signal: AbortSignal): Promise<Receipt> {
  const { endpoint, headers } = askedOf(parts.config, subscription)
  const outgoing = { deliveryId, payload: { endpoint, headers, json }, ...(traceparent === undefined ? {} : { traceparent }) }
  try {
    const receipt = await parts.connectors.subscription.send(outgoing, endpointRules(parts.config), signal)
    await taken(parts, subscription)
    return receipt
  } catch (error) {
    // A hub that stops is no fault of the endpoint.
    if (signal.aborted) throw error
    throw await refused(parts, subscription, toHubError(error))
  }
}

/** What waits for an endpoint that is back is sent at once, whichever subscription it is for. */
async function taken({ config, db, log }: HubParts, subscription: StoredSubscription): Promise<void> {
  const { id, client } = subscription
  const [wasFailing, wasResting] = [await noteTaken(db, id), endpointTook(config, subscription)]
  const others = wasResting ? (await subscriptionsOf(db, client)).map(one => one.id) : []
  const wake = (): Promise<void> => db.tx(tx => wakeLanesOf(tx, id, ...others))
  if (wasFailing || wasResting) await wake()
  // Once more for lanes that were on their way to wait meanwhile.
  if (wasResting)
    void pause(AGAIN_MS, undefined, { ref: false })
      .then(wake)
      .catch((error: unknown) => log.warn('subscription.wake-failed', { client, code: toHubError(error).code }))
}

async function refused(parts: HubParts, subscription: StoredSubscription, fault: HubError): Promise<HubError> {
  if (!fault.code.startsWith('subscription.')) return fault
  // This one alone is too much: the next is taken.
  if (fault.code === 'subscription.too_large') return fault
  if (fault.kind === 'retry') endpointFailed(parts.config, subscription, fault)
  const patienceMs = parts.config.limits.subscriptionRetrySeconds * 1000
  const since = await noteRefused(parts.db, subscription.id)
  if (fault.kind === 'retry' && Date.now() - since.getTime() < patienceMs) return fault
  const { reply, path } = fault
  const given =
    fault.kind === 'retry'
      ? new HubError('subscription.given_up', { cause: fault, ...(reply === undefined ? {} : { reply }), ...(path === undefined ? {} : { path }) })
      : fault
  await giveUp(parts, subscription, given.code)
  return given
}

/** One alert, whoever finds it first; what is queued is looked at now, and stopped. */
export async function giveUp({ db, log, metrics }: HubParts, { id, client, version }: StoredSubscription, reason: ErrorCode): Promise<void> {
  const isFirst = await db.tx(async tx => {
    const isMoved = await moveSubscription(tx, id, { from: ['requested', 'active'], to: 'error', reason, version })
    if (isMoved) await wakeLanesOf(tx, id)
    return isMoved
  })
  if (!isFirst) return
  metrics.subscriptionFailed(reason)
  log.error('subscription.failed', undefined, { client, code: reason, path: `Subscription/${id}` })
}

interface Rendering {
  subscription: StoredSubscription
  event: StoredEvent
  delivery: Delivery
}

/** The same bytes on every attempt at the same level: number, id and time do not change. */
async function render(parts: HubParts, { subscription, event, delivery }: Rendering): Promise<string> {
  const { config, db } = parts
  const asked = askedOf(config, subscription)
  const reference = focusOf(asked, event)
  const told = reference === undefined ? undefined : await shown(parts, { subscription, event, delivery }, reference)
  const [, , , version] = reference?.split('/') ?? []
  const number = await numberOf(db, { subscription: subscription.id, delivery: delivery.id })
  const [focus] = told === undefined ? [] : (reference?.split('/_history/') ?? [])
  return writeNotification({
    id: delivery.id,
    at: event.at,
    baseUrl: fhirBase(config),
    state: {
      subscription: `Subscription/${subscription.id}`,
      status: 'active',
      type: 'event-notification',
      told: number,
      event: { number, at: event.at, person: event.patient, ...(focus === undefined ? {} : { focus }) },
      ...(asked.criteria.startsWith(TOPIC) ? { topic: asked.criteria } : {}),
    },
    focus: { isNew: version === '1', ...(asked.content === 'full-resource' && told !== undefined ? { text: told } : {}) },
  })
}

/** What the level of this delivery shows of what happened; undefined: that something changed. */
async function shown(parts: HubParts, { subscription, event, delivery }: Rendering, reference: string): Promise<string | undefined> {
  const { breakers, config, db, store } = parts
  const text = await breakers.of('hapi').run(() => readVersion(store, reference, event.traceparent))
  const client = clientBehind(config, subscription)
  if (client === undefined) return undefined
  const { view } = await subscriberRights(db, { to: softwareOf(client), event, focus: reference })
  return tellable(client, { text, level: delivery.level, view })
}
