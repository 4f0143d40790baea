import type { Subscription } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { config } from '../../../../connectors/subscription/config.ts'
import { createSubscription, type SubscriptionParts } from '../../../../gateway/fhir/subscription/write.ts'
import { TOPIC } from '../../../../profiles/tables/subscription-topics.ts'
import { count, useLedger } from '../support.ts'

const { db } = await useLedger()

const parts: SubscriptionParts = {
  db,
  endpoints: config.parse({ allow: ['127.0.0.1'] }),
  most: 3,
  baseUrl: () => 'https://hub.example/fhir',
  structureOf: async () => 'Organization/dac',
}
const actor = { clientId: 'dac', kind: 'dac', structure: undefined, scopes: new Set<string>() } as const
const resource = {
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'suivi',
  criteria: `${TOPIC}pps.publie`,
  channel: { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/', payload: 'application/fhir+json' },
} as Subscription

describe('the number of subscriptions of one client', () => {
  it('is not passed by asking side by side', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => createSubscription(parts, actor, { resource, text: JSON.stringify(resource) })))
    const refusals = asked.flatMap(one => (one.status === 'rejected' ? [one.reason as unknown] : []))
    expect(refusals).toHaveLength(5)
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'fhir.business_rule', issues: [{ rule: 'subscription.too-many' }] })
    expect(await count(db, "subscription where client = 'dac'")).toBe(3)
  })
})
