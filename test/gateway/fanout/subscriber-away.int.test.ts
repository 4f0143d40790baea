import { describe, expect, it } from 'vitest'
import { projectAccess } from '../../../gateway/ledger/rights/access.ts'
import { readDelivery } from '../../../gateway/ledger/deliveries/deliveries.ts'
import { readSubscription } from '../../../gateway/ledger/deliveries/subscriptions.ts'
import { consent } from '../../support/support-requests.ts'
import { alerts, attempt, db, FINESS, happen, parts, PATIENT, published, STRUCTURE, subscribe, subscribeAlone, subscriber, TOLD } from './subscribed.ts'

// A subscriber that takes nothing; three days pass by moving the moment since when it takes nothing.

const TOPIC_OF_PRACTICE = 'hub.partner.practice'

describe('a subscriber that takes nothing', () => {
  it('is tried again for three days, then its subscription is in error with one alert, and what is queued is stopped by its own decision', async () => {
    const id = await subscribe()
    const [first = ''] = await happen()
    const [second = ''] = await happen()
    subscriber.answer(500)
    expect(await attempt()).toBe('subscription.unavailable')
    expect((await readSubscription(db, id))?.status).toBe('active')
    await db.query("update subscription set failing_since = clock_timestamp() - interval '3 days' where id = $1", [id])
    expect(await attempt()).toBeUndefined()
    expect(await readDelivery(db, first)).toMatchObject({ status: 'failed', code: 'subscription.given_up' })
    expect(await readSubscription(db, id)).toMatchObject({ status: 'error', reason: 'subscription.given_up' })
    expect(alerts).toEqual(['subscription.failed'])
    expect(await attempt()).toBeUndefined()
    expect(await readDelivery(db, second)).toMatchObject({ status: 'stopped', rule: 'subscription.none' })
    expect(alerts).toEqual(['subscription.failed'])
    expect(await happen()).toEqual([])
  })

  it('asked for again, is told of new events only', async () => {
    subscriber.answer(200)
    const id = await subscribe()
    const [queued = ''] = await happen()
    await subscribe(id)
    expect(await attempt()).toBeUndefined()
    expect(await readDelivery(db, queued)).toMatchObject({ status: 'stopped', rule: 'subscription.none' })
    const [fresh = ''] = await happen()
    expect(await attempt()).toBeUndefined()
    expect(await readDelivery(db, fresh)).toMatchObject({ status: 'delivered' })
    expect(subscriber.events().map(one => [one.number, one.focus])).toEqual([[1, 'CarePlan/c1']])
  })
})

describe('a client that is registered in another way than when it subscribed', () => {
  it.each<[string, object, object]>([
    ['left', { clientId: 'another-software' }, { status: 'stopped', rule: 'subscription.none' }],
    ['is out for its certificate', { certificate: 'expired' }, { status: 'stopped', rule: 'subscription.none' }],
    ['works for another structure', { structure: '540000000' }, { status: 'stopped', rule: 'circle.not-member' }],
    ['is software of social services', { kind: 'social' }, { status: 'delivered', level: 'minimal' }],
  ])('%s: what was queued is decided for it as it is now', async (_name, change, outcome) => {
    await subscribeAlone()
    const [queued = ''] = await happen()
    const hub = parts([], {}, change)
    expect(await attempt(hub)).toBeUndefined()
    expect(await readDelivery(db, queued)).toMatchObject(outcome)
  })
})

describe('a partner with a Kafka topic of its own', () => {
  it('finds there the events that its structure may know of, until it may not', async () => {
    await db.query("update subscription set status = 'off'")
    const hub = parts([{ id: 'practice', kind: 'gp-portal', finess: FINESS, topic: TOPIC_OF_PRACTICE }])
    const [told = ''] = await happen(hub)
    expect(await attempt(hub)).toBeUndefined()
    expect(await readDelivery(db, told)).toMatchObject({ recipient: TOPIC_OF_PRACTICE, status: 'delivered', level: 'complet', rule: 'circle.member' })
    expect(published).toMatchObject([{ topic: TOPIC_OF_PRACTICE, key: 'pseudonym' }])
    const [queued = ''] = await happen(hub)
    await db.tx(tx => projectAccess(tx, [{ ...consent(PATIENT, 'opposition', STRUCTURE), id: 'co-opposed' }]))
    expect(await attempt(hub)).toBeUndefined()
    expect(await readDelivery(db, queued)).toMatchObject({ status: 'stopped', rule: 'consent.opposed' })
    const [refused = ''] = await happen(hub)
    expect(await readDelivery(db, refused)).toMatchObject({ status: 'none', level: 'aucun', rule: 'consent.opposed' })
    expect(published).toHaveLength(1)
  })
})

describe('a subscriber that says what is wrong', () => {
  it('is gone for good: its subscription is in error at once, with one alert', async () => {
    const id = await subscribeAlone()
    alerts.splice(0)
    const [told = ''] = await happen(parts(), TOLD)
    subscriber.answer(410)
    expect(await attempt()).toBeUndefined()
    expect(await readDelivery(db, told)).toMatchObject({ status: 'failed', code: 'subscription.gone', attempts: 1 })
    expect(await readSubscription(db, id)).toMatchObject({ status: 'error', reason: 'subscription.gone' })
    expect(alerts).toEqual(['subscription.failed'])
  })

  it('finds one notification too large: that one alone is not sent again, and the next is taken', async () => {
    const id = await subscribeAlone()
    const [large = ''] = await happen(parts(), TOLD)
    const [next = ''] = await happen(parts(), TOLD)
    subscriber.answer(413)
    expect(await attempt()).toBeUndefined()
    subscriber.answer(200)
    expect(await attempt()).toBeUndefined()
    expect(await readDelivery(db, large)).toMatchObject({ status: 'failed', code: 'subscription.too_large', attempts: 1 })
    expect(await readDelivery(db, next)).toMatchObject({ status: 'delivered' })
    expect(await readSubscription(db, id)).toMatchObject({ status: 'active' })
  })
})
