/*
  The state of a subscription as the R5 backport says it in R4: a Parameters.
    subscription, topic, status, type, events-since-subscription-start, notification-event { event-number, timestamp, focus, additional-context }, error
  Spec: Subscriptions R5 backport 1.1.0, backport-subscription-status-r4.
*/
import type { Parameters, ParametersParameter } from 'fhir/r4.js'
import { SUBSCRIPTION_PROFILE } from '../../profiles/tables/subscription-topics.ts'

export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status'

export interface SubscriptionState {
  /** `Subscription/<id>` */
  subscription: string
  /** Canonical of the topic; a plain criterion has none. */
  topic?: string
  status: 'requested' | 'active' | 'error' | 'off'
  type: NotificationType
  /** Events told since it was made. */
  told: number
  /** What happened, told with this state. */
  event?: SubscriptionEvent
  /** Why it is in error, in words. */
  error?: string
}

export interface SubscriptionEvent {
  /** The subscriber's number of it. */
  number: number
  at: Date
  /** `CarePlan/<id>`; absent where the subscriber learns only that something changed. */
  focus?: string
  /** Whom it is about, `Patient/<id>`. */
  person: string
}

export function statusOf({ subscription, topic, status, type, told, event, error }: SubscriptionState): Parameters {
  return {
    resourceType: 'Parameters',
    meta: { profile: [SUBSCRIPTION_PROFILE.status] },
    parameter: [
      { name: 'subscription', valueReference: { reference: subscription } },
      ...(topic === undefined ? [] : [{ name: 'topic', valueCanonical: topic }]),
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(told) },
      ...(event === undefined ? [] : [eventPart(event)]),
      ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
    ],
  }
}

function eventPart({ number, at, focus, person }: SubscriptionEvent): ParametersParameter {
  return {
    name: 'notification-event',
    part: [
      { name: 'event-number', valueString: String(number) },
      { name: 'timestamp', valueInstant: at.toISOString() },
      ...(focus === undefined ? [] : [{ name: 'focus', valueReference: { reference: focus } }]),
      { name: 'additional-context', valueReference: { reference: person } },
    ],
  }
}
