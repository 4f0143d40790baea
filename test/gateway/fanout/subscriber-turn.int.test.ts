import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openSubscriber } from '../../support/subscriber.ts'
import { count, until } from '../ledger/support.ts'
import { db, happen, OTHERS, parts, run, subscribe, subscribeAlone, subscriber, TOLD, useSubscribed } from './subscribed.ts'

// Whose turn it is at an endpoint that fails, by lanes that run as in a process.

const SLOTS = 6

useSubscribed()

describe('a subscriber', () => {
  it('that asks for time gets it: nobody is told before it is over, and its lane says with which status', async () => {
    await subscribeAlone()
    for (const person of [TOLD, ...OTHERS.slice(0, 2)]) await happen(parts(), person)
    subscriber.answer(429, { 'retry-after': '5' })
    const end = run(1)
    await until(() => subscriber.received.length > 0, 'the first attempt')
    subscriber.answer(200)
    await until(async () => (await count(db, "lane where code = 'subscription.throttled' and path = 'HTTP 429'")) === 3, 'all wait for it')
    await until(() => subscriber.events().length === 3, 'all are told')
    await end()
    const [first = 0, second = 0] = subscriber.received.map(({ at }) => at.getTime())
    expect(second - first).toBeGreaterThanOrEqual(5000)
  })

  it('that takes the connection and says nothing holds up its own persons alone: what is planned after twenty of them is delivered within the few attempts that were under way', async () => {
    const silent = await subscribeAlone()
    subscriber.answer(0)
    for (const person of OTHERS.slice(1)) await happen(parts(), person)
    const other = await openSubscriber()
    await subscribe(randomUUID(), other)
    await happen(parts(), OTHERS[0])
    const end = run(SLOTS)
    await until(() => other.events().length > 0, 'the other subscriber is told')
    const attempts = subscriber.received.filter(({ type }) => type === 'event-notification').length
    expect(attempts).toBeLessThanOrEqual(SLOTS + 3)
    const { rows } = await db.query<{ attempts: number }>('select sum(attempts)::int as attempts from delivery where action = $1', [`Subscription/${silent}`])
    expect(rows[0]?.attempts).toBeLessThanOrEqual(SLOTS + 3)
    subscriber.answer(200)
    await until(() => subscriber.events().length === OTHERS.length, 'all that waited is told once it answers again')
    await end()
    other.close()
  })
})
