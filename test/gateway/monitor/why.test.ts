import { expect, it } from 'vitest'
import type { DeliveryFound } from '../../../gateway/ledger/deliveries-asked.ts'
import { ofDelivery } from '../../../gateway/monitor/why.ts'

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
  mailbox: null,
  laneKey: 'out:1',
  laneState: 'ready',
  isResting: false,
}
const why = (change: Partial<DeliveryFound>) => ofDelivery({ isExpired: () => false }, 'gp-portal', { ...delivery, ...change }).code

it('a subscriber that does not answer is down while the hub tries; given up, his subscription is to be reactivated', () => {
  expect(why({})).toBe('partner.down')
  expect(why({ status: 'failed', code: 'subscription.given_up' })).toBe('subscription.none')
  expect(why({ status: 'failed', code: 'tls.certificate' })).toBe('certificate.expired')
})

it('a mailbox that refused is closed, and a lane that rests is held', () => {
  expect(why({ channel: 'mssante', status: 'failed', code: 'mssante.refused' })).toBe('mailbox.closed')
  expect(why({ channel: 'mssante', member: 'PractitionerRole/1', status: 'planned', code: null, isResting: true })).toBe('lane.parked')
})
