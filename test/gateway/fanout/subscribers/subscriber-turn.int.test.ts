import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { retryCertificates } from '../../../../gateway/fanout/routes/certificate-faults.ts'
import { type Calling, callSubscribers } from '../../../../gateway/flows/subscription.ts'
import { readDelivery } from '../../../../gateway/ledger/deliveries/deliveries.ts'
import { deliveriesOf } from '../../../../gateway/ledger/deliveries/deliveries-asked.ts'
import { readSubscription } from '../../../../gateway/ledger/deliveries/subscriptions.ts'
import { issue, makeAuthority } from '../../../support/certificates.ts'
import { openSubscriber } from '../../../support/subscriber.ts'
import { count, until } from '../../ledger/support.ts'
import { db, happen, never, OTHERS, parts, request, run, subscribe, subscribeAlone, subscriber, TOLD } from '../subscribed.ts'

// Whose turn it is at an endpoint that fails, by lanes that run as in a process.

const SLOTS = 6

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

  it('whose endpoints hang is greeted a few at a time, and another one meanwhile', async () => {
    await db.query("update subscription set status = 'off'")
    subscriber.answer(0)
    for (let n = 0; n < 25; n++) await request(randomUUID(), subscriber.endpoint)
    const [later, other] = [randomUUID(), await openSubscriber()]
    await request(later, other.endpoint, 'other-software')
    const calling: Calling = new Map()
    for (let look = 0; look < 3; look++) await callSubscribers(parts(), never, calling)
    await until(async () => (await readSubscription(db, later))?.status === 'active', 'the other is greeted')
    expect(await count(db, "subscription where status = 'requested'")).toBe(25)
    await Promise.all(calling.values())
    expect(await count(db, "subscription where status = 'requested'")).toBe(5)
    subscriber.answer(200)
    other.close()
  })

  it('that the hub itself cannot call stays requested, and is greeted once it can', async () => {
    const [id, calling]: [string, Calling] = [randomUUID(), new Map()]
    await request(id, subscriber.endpoint)
    await callSubscribers(parts([], { caFile: 'not-there.pem' }), never, calling)
    await Promise.all(calling.values())
    expect((await readSubscription(db, id))?.status).toBe('requested')
    await db.query('update subscription set called_at = now() where id = $1', [id])
    await callSubscribers(parts(), never, calling)
    await Promise.all(calling.values())
    expect((await readSubscription(db, id))?.status).toBe('active')
  })

  it('that is asked again is still shown with what it said last', async () => {
    await subscribeAlone()
    const [told = ''] = await happen(parts(), TOLD)
    const { eventId } = await readDelivery(db, told)
    subscriber.answer(503)
    const end = run(1)
    await until(() => subscriber.received.length > 0, 'the first attempt')
    subscriber.answer(0)
    await until(async () => (await readDelivery(db, told)).attempts === 2, 'the second attempt')
    const found = await deliveriesOf(db, [eventId])
    subscriber.answer(200)
    await until(() => subscriber.events().length > 0, 'it is told')
    await end()
    expect(found).toMatchObject([{ status: 'sending', code: 'subscription.unavailable', path: 'HTTP 503' }])
  })

  it('whose authority we do not know is tried as soon as it is among ours, however long its lane would wait', async () => {
    const [folder, elsewhere] = [mkdtempSync(join(tmpdir(), 'hub-authority-')), mkdtempSync(join(tmpdir(), 'hub-authority-'))]
    const authority = makeAuthority(folder)
    const caFile = join(folder, 'trusted.pem')
    copyFileSync(authority.certFile, caFile)
    const hub = parts([], { caFile })
    const to = await openSubscriber(issue(folder, authority, { name: 'subscriber' }))
    await subscribe(randomUUID(), to, hub)
    copyFileSync(makeAuthority(elsewhere).certFile, caFile)
    const stopping = new AbortController()
    const retrying = retryCertificates(hub, stopping.signal)
    await happen(hub, TOLD)
    const end = run(1, hub)
    const rest = "update lane set due_at = clock_timestamp() + interval '1 hour' where code = 'subscription.certificate_issuer' and holder is null"
    await until(async () => (await db.query(rest)).rowCount === 1, 'it waits for its certificate')
    copyFileSync(authority.certFile, caFile)
    await until(() => to.events().length === 1, 'it is told')
    stopping.abort()
    await Promise.all([end(), retrying])
    to.close()
    for (const one of [folder, elsewhere]) rmSync(one, { recursive: true })
  })
})
