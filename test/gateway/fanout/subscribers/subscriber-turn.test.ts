import { expect, it } from 'vitest'
import type { HubConfig } from '../../../../gateway/config.ts'
import { endpointFailed, endpointRests, endpointTook } from '../../../../gateway/fanout/subscribers/subscriber-turn.ts'
import type { StoredSubscription } from '../../../../gateway/ledger/deliveries/subscriptions.ts'
import { HubError } from '../../../../profiles/errors.ts'
import { TOPIC } from '../../../../profiles/tables/subscription-topics.ts'

const config = { http: { host: '127.0.0.1', port: 8080 }, limits: { subscriptionRetryMaxMs: 3_600_000 } } as HubConfig
const of = (client: string, endpoint = 'https://one.example/hook'): StoredSubscription =>
  ({
    client,
    resource: JSON.stringify({ resourceType: 'Subscription', criteria: `${TOPIC}pps.publie`, channel: { type: 'rest-hook', endpoint } }),
  }) as StoredSubscription
const failed = (retryAfterMs?: number): void =>
  endpointFailed(config, of('a'), new HubError('subscription.throttled', retryAfterMs === undefined ? {} : { retryAfterMs }))

it('attempts that fail together are one failure, and the time that one of them is asked for is kept', () => {
  failed()
  failed()
  expect(endpointRests(config, of('a'))).toBeLessThanOrEqual(800)
  failed(120_000)
  failed()
  expect(endpointRests(config, of('a'))).toBeGreaterThan(60_000)
  expect(endpointRests(config, of('b'))).toBe(0)
  expect(endpointRests(config, of('a', 'https://other.example/hook'))).toBe(0)
  failed(86_400_000)
  expect(endpointRests(config, of('a'))).toBeLessThanOrEqual(3_600_000)
  expect([endpointTook(config, of('a')), endpointTook(config, of('a'))]).toEqual([true, false])
})
