/*
  Calls subscribers: the handshake that makes a requested subscription active, the heartbeat of a silent one, the end of one that has ended.
    requested --taken--> active      requested --not taken--> error      active --end--> off
*/
import { randomUUID } from 'node:crypto'
import { writeNotification } from '../../mappers/subscription-notification/notification.ts'
import type { NotificationType } from '../../mappers/subscription-notification/status.ts'
import { HubError, toHubError } from '../../profiles/errors.ts'
import { TOPIC } from '../../profiles/tables/subscription-topics.ts'
import { fhirBase } from '../base-url.ts'
import { giveUp, notify } from '../fanout/routes/route-subscription.ts'
import { askedOf } from '../fanout/subscribers/subscriber.ts'
import { endpointRests } from '../fanout/subscribers/subscriber-turn.ts'
import { callAgain, moveSubscription, type StoredSubscription, takeDue, wakeLanesOf } from '../ledger/deliveries/subscriptions.ts'
import type { HubParts } from '../parts.ts'

/** Longer than one call may take. */
const HOLD_MS = 20_000
/** After a heartbeat that was not taken. */
const AGAIN_MS = 30_000

/** Clients whose subscriptions are being called, each until all of them were. */
export type Calling = Map<string, Promise<unknown>>

/** One look at who is due; each is called once. Whose endpoints hang is not looked at again meanwhile, and holds up nobody else. */
export async function callSubscribers(parts: HubParts, signal: AbortSignal, calling: Calling = new Map()): Promise<void> {
  const due = await takeDue(parts.db, HOLD_MS, [...calling.keys()])
  for (const client of new Set(due.map(one => one.client))) {
    const calls = due.filter(one => one.client === client).map(one => called(parts, one, signal))
    calling.set(
      client,
      Promise.all(calls).finally(() => calling.delete(client)),
    )
  }
}

const called = (parts: HubParts, subscription: StoredSubscription, signal: AbortSignal): Promise<void> =>
  call(parts, subscription, signal).catch((error: unknown) =>
    parts.log.warn('subscription.call-failed', { client: subscription.client, code: toHubError(error).code }),
  )

async function call(parts: HubParts, subscription: StoredSubscription, signal: AbortSignal): Promise<void> {
  const { endsAt, status } = subscription
  if (endsAt !== undefined && endsAt <= new Date()) return end(parts, subscription)
  const restMs = status === 'requested' ? 0 : endpointRests(parts.config, subscription)
  if (restMs > 0) return callAgain(parts.db, subscription.id, restMs)
  return status === 'requested' ? greet(parts, subscription, signal) : beat(parts, subscription, signal)
}

async function end({ db }: HubParts, { id }: StoredSubscription): Promise<void> {
  await db.tx(async tx => {
    await moveSubscription(tx, id, { from: ['requested', 'active'], to: 'off', reason: 'subscription.ended' })
    await wakeLanesOf(tx, id)
  })
}

/** One attempt: who does not answer asks again; what fails in the hub itself is no fault of his. A client that changed it meanwhile is greeted at the new endpoint. */
async function greet(parts: HubParts, subscription: StoredSubscription, signal: AbortSignal): Promise<void> {
  const { id, version } = subscription
  try {
    await tell(parts, subscription, 'handshake', signal)
    await moveSubscription(parts.db, id, { from: ['requested'], to: 'active', version })
  } catch (error) {
    if (signal.aborted) return callAgain(parts.db, id, 0)
    const { code } = toHubError(error)
    if (!code.startsWith('subscription.')) throw error
    await giveUp(parts, subscription, code)
  }
}

async function beat(parts: HubParts, subscription: StoredSubscription, signal: AbortSignal): Promise<void> {
  const fault = await tell(parts, subscription, 'heartbeat', signal).catch((error: unknown) => toHubError(error))
  await callAgain(parts.db, subscription.id, fault instanceof HubError ? Math.min(AGAIN_MS, (subscription.heartbeatSeconds ?? 1) * 1000) : 0)
}

async function tell(parts: HubParts, subscription: StoredSubscription, type: NotificationType, signal: AbortSignal): Promise<void> {
  const { id, status, told } = subscription
  const { criteria } = askedOf(parts.config, subscription)
  const json = writeNotification({
    id: randomUUID(),
    at: new Date(),
    baseUrl: fhirBase(parts.config),
    state: {
      subscription: `Subscription/${id}`,
      status: status === 'requested' ? status : 'active',
      type,
      told,
      ...(criteria.startsWith(TOPIC) ? { topic: criteria } : {}),
    },
  })
  await notify(parts, { subscription, deliveryId: id, json }, signal)
}
