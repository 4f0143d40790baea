/*
  Whose turn it is at an endpoint whose last attempt failed: one attempt at a time, then a pause that grows from a second to a minute.
  The other lanes of that endpoint wait for it without holding a place: an attempt may last until its time-out, and all persons' attempts together would hold up everybody else's deliveries.
  Each process goes by what it has met itself. An endpoint is a host of one client, so that nobody slows down what another client is told.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { HubConfig } from '../../config.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import { readSubscription, type StoredSubscription } from '../../ledger/deliveries/subscriptions.ts'
import type { HubParts } from '../../parts.ts'
import { askedOf, isToSubscriber, subscriptionIdOf } from './subscriber.ts'

interface Rest {
  failures: number
  /** On the clock of `performance`. */
  until: number
  /** Somebody is at it. */
  isTaken: boolean
  fault: HubError
}

/** Longer than one attempt may take. */
const ATTEMPT_MS = 20_000
/** A little less than the first pause of a lane, so that a lane alone waits for nobody. */
const FIRST_PAUSE_MS = 800
const LONGEST_PAUSE_MS = 60_000
const FORGOTTEN_AFTER_MS = 3_600_000

const rests = new Map<string, Rest>()

/**
 * Takes the turn, where there is one to take. Out: to be called when the attempt is over, or was not made.
 * Throws: what the endpoint failed with, as a dependency that is away, until its pause is over and nobody else is at it.
 */
export async function takeTurn({ config, db }: Pick<HubParts, 'config' | 'db'>, delivery: Delivery): Promise<() => void> {
  const subscription = rests.size > 0 && isToSubscriber(delivery) ? await readSubscription(db, subscriptionIdOf(delivery)) : undefined
  // What is not to be told any more is stopped without waiting.
  const place = subscription?.status === 'active' ? placeOf(config, subscription) : ''
  const rest = rests.get(place)
  if (rest === undefined) return () => undefined
  requireRested(rest)
  const taken = { ...rest, isTaken: true, until: performance.now() + ATTEMPT_MS }
  rests.set(place, taken)
  return () => {
    if (rests.get(place) === taken) rests.set(place, rest)
  }
}

function requireRested({ until, fault: { code, path, reply } }: Rest): void {
  const left = until - performance.now()
  if (left <= 0) return
  const retryAfterMs = left + Math.random() * Math.min(left, 5000)
  throw new HubError(code, { dependency: 'subscriber', retryAfterMs, ...(path === undefined ? {} : { path }), ...(reply === undefined ? {} : { reply }) })
}

/** Out: for how many ms nobody is to be at it, a heartbeat neither. */
export function endpointRests(config: HubConfig, subscription: StoredSubscription): number {
  const rest = rests.get(placeOf(config, subscription))
  return rest === undefined ? 0 : Math.max(0, rest.until - performance.now())
}

/** Out: had it failed before? */
export function endpointTook(config: HubConfig, subscription: StoredSubscription): boolean {
  return rests.delete(placeOf(config, subscription))
}

export function endpointFailed(config: HubConfig, subscription: StoredSubscription, fault: HubError): void {
  const [place, now] = [placeOf(config, subscription), performance.now()]
  for (const [other, { until }] of rests) if (until < now - FORGOTTEN_AFTER_MS) rests.delete(other)
  const rest = rests.get(place)
  // Attempts that began before the first of them failed are one failure, not many.
  const pausing = rest !== undefined && !rest.isTaken && rest.until > now ? rest : undefined
  const failures = pausing?.failures ?? (rest?.failures ?? 0) + 1
  const until = pausing?.until ?? now + Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
  const askedMs = Math.min(fault.retryAfterMs ?? 0, config.limits.subscriptionRetryMaxMs)
  rests.set(place, { failures, fault, isTaken: false, until: Math.max(until, now + askedMs) })
}

/** A certificate may hold now: whoever failed by one is tried at once. */
export function forgetCertificateFaults(): void {
  for (const [place, { fault }] of rests) if (fault.code.startsWith('subscription.certificate')) rests.delete(place)
}

function placeOf(config: HubConfig, subscription: StoredSubscription): string {
  const { endpoint } = askedOf(config, subscription)
  return `${subscription.client} ${URL.canParse(endpoint) ? new URL(endpoint).host : endpoint}`
}
