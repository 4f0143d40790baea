import { expect, it } from 'vitest'
import type { DeliveryFound } from '../../../gateway/ledger/deliveries/deliveries-asked.ts'
import { ofDelivery, sentenceOf } from '../../../gateway/monitor/why.ts'

const delivery: DeliveryFound = {
  id: '1',
  eventId: '1',
  channel: 'subscription',
  recipient: 'gp-portal',
  member: null,
  level: 'complet',
  rule: 'circle.member',
  status: 'waiting',
  code: 'subscription.deferred',
  path: null,
  mailbox: null,
  laneKey: 'out:1',
  laneState: 'ready',
  isResting: false,
}
const asked = (change: Partial<DeliveryFound>) => ofDelivery({ isExpired: () => false }, 'gp-portal', { ...delivery, ...change })
const why = (change: Partial<DeliveryFound>) => asked(change).code

it('a subscriber that does not answer is down while the hub tries; given up, his subscription is to be reactivated', () => {
  expect(why({})).toBe('partner.down')
  expect(why({ status: 'failed', code: 'subscription.given_up' })).toBe('subscription.none')
})

it.each([
  ['subscription.certificate_expired', null, 'certificate.expired', 'has expired'],
  ['subscription.certificate_early', null, 'partner.down', 'not valid yet'],
  ['subscription.certificate_host', null, 'partner.down', 'another name'],
  ['subscription.certificate_issuer', null, 'partner.down', 'No authority'],
  ['subscription.certificate_revoked', null, 'partner.down', 'revoked'],
  ['subscription.certificate_own', null, 'partner.down', 'certificate of the hub'],
  ['subscription.throttled', 'HTTP 429', 'partner.down', '(HTTP 429)'],
  ['subscription.unavailable', 'HTTP 503', 'partner.down', '(HTTP 503)'],
])('what is wrong with a subscriber is said as it is: %s', (code, path, answer, words) => {
  expect(why({ code, path })).toBe(answer)
  expect(sentenceOf(asked({ code, path })).en).toContain(words)
})

it('an endpoint that is gone wants a new subscription, in its own words', () => {
  const gone = { status: 'failed', code: 'subscription.gone', path: 'HTTP 410' } as const
  expect(why(gone)).toBe('subscription.none')
  expect(sentenceOf(asked(gone)).fr).toContain('(HTTP 410)')
})

it('a mailbox that refused is closed, and a lane that rests is held', () => {
  expect(why({ channel: 'mssante', status: 'failed', code: 'mssante.refused' })).toBe('mailbox.closed')
  expect(why({ channel: 'mssante', member: 'PractitionerRole/1', status: 'planned', code: null, isResting: true })).toBe('lane.parked')
})
