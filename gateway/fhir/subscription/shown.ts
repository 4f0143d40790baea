/*
  A stored subscription as its client sees it: its own text, with the status as it is now, the version, and why it is in error.
*/
import { SUBSCRIBER_AWAY } from '../../../profiles/errors.ts'
import { laneReason } from '../../../profiles/tables/lane-reasons.ts'
import type { StoredSubscription } from '../../ledger/deliveries/subscriptions.ts'
import { asShown, spliced } from '../write/splice.ts'

/** Why it stopped, in the words of Subscription.error. */
const REASONS: Record<string, string> = {
  'subscription.deferred': 'The endpoint did not take the handshake.',
  'subscription.given_up': 'The endpoint took nothing for too long; what was queued is stopped.',
}

export function reasonText(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined
  // Later, whoever is away is given up after days, under a code of its own.
  const when = SUBSCRIBER_AWAY.some(code => code === reason) ? 'The endpoint did not take the handshake. ' : ''
  return REASONS[reason] ?? when + laneReason(reason).en
}

/** JSON text. */
export function shownText(stored: StoredSubscription): string {
  const { id, status, reason, resource, version, changedAt } = stored
  const error = status === 'error' ? reasonText(reason) : undefined
  const text = spliced(resource, {
    id: JSON.stringify(id),
    status: JSON.stringify(status === 'deleted' ? 'off' : status),
    error: error === undefined ? undefined : JSON.stringify(error),
  })
  return asShown(text, { version: String(version), at: changedAt })
}
