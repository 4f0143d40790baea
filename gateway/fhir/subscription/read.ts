/*
  What a client reads of its subscriptions: one, a page of them, or the state of one as the backport gives it.
*/
import { HUB } from '../../../profiles/canonicals.ts'
import { TOPIC } from '../../../profiles/tables/subscription-topics.ts'
import { statusOf } from '../../../mappers/subscription-notification/status.ts'
import type { Subscription } from 'fhir/r4.js'
import { requireScope } from '../../access/callers/actor.ts'
import type { StoredSubscription } from '../../ledger/deliveries/subscriptions.ts'
import type { Caller } from '../../request.ts'
import { findAmong, queryAt } from './find.ts'
import { reasonText, shownText } from './shown.ts'
import { ownSubscriptions, requireOwn, type SubscriptionParts } from './write.ts'

/** Out: the searchset, and which it shows. Throws: fhir.scope, fhir.parameter_unknown, fhir.request. */
export async function searchText(
  parts: SubscriptionParts,
  { actor }: Pick<Caller, 'actor'>,
  { sent, isLenient = false }: { sent: URLSearchParams; isLenient?: boolean },
): Promise<{ text: string; found: string[] }> {
  requireScope(actor, 'Subscription', 's')
  const own = (await ownSubscriptions(parts, actor)).map(stored => ({ ...stored, text: shownText(stored) }))
  const { items, total, next } = findAmong(own, sent, { isLenient })
  const base = `${parts.baseUrl()}/Subscription`
  const address = (query: string): string => (query === '' ? base : `${base}?${query}`)
  const link = [{ relation: 'self', url: address(sent.toString()) }, ...(next === undefined ? [] : [{ relation: 'next', url: address(queryAt(sent, next)) }])]
  const entries = items.map(({ id, text }) => `{"fullUrl":${JSON.stringify(`${base}/${id}`)},"resource":${text},"search":{"mode":"match"}}`)
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total, link })
  const text = entries.length === 0 ? head : `${head.slice(0, -1)},"entry":[${entries.join(',')}]}`
  return { text, found: items.map(({ id }) => `Subscription/${id}`) }
}

/** Throws: fhir.scope, store.not_found, fhir.deleted. */
export async function readText(parts: SubscriptionParts, { actor }: Pick<Caller, 'actor'>, id: string): Promise<{ text: string; stored: StoredSubscription }> {
  requireScope(actor, 'Subscription', 'r')
  const stored = await requireOwn(parts, actor, id)
  return { text: shownText(stored), stored }
}

/**
 * Out:    a searchset with the SubscriptionStatus. Throws: as readText does.
 * Spec:   Subscriptions R5 backport 1.1.0, operation $status.
 */
export async function statusText(parts: SubscriptionParts, caller: Pick<Caller, 'actor'>, id: string): Promise<string> {
  const { stored } = await readText(parts, caller, id)
  const { criteria } = JSON.parse(stored.resource) as Subscription
  const error = stored.status === 'error' ? reasonText(stored.reason) : undefined
  const resource = statusOf({
    subscription: `Subscription/${id}`,
    status: stored.status === 'deleted' ? 'off' : stored.status,
    type: 'query-status',
    told: stored.told,
    ...(criteria.startsWith(TOPIC) ? { topic: criteria } : {}),
    ...(error === undefined ? {} : { error }),
  })
  const own = { ...resource, id }
  const entry = [{ fullUrl: `${HUB}Parameters/${id}`, resource: own, search: { mode: 'match' } }]
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'searchset',
    total: 1,
    link: [{ relation: 'self', url: `${parts.baseUrl()}/Subscription/${id}/$status` }],
    entry,
  })
}
