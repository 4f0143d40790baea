import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CarePlan, CareTeam, Consent, Organization } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connector as subscriptionConnector } from '../../../connectors/subscription/index.ts'
import { createBreakers } from '../../../gateway/breaker.ts'
import { createChains } from '../../../gateway/ledger/audit.ts'
import type { BusMessage } from '../../../gateway/bus/bus.ts'
import { executeDelivery } from '../../../gateway/fanout/deliver.ts'
import { createPlanner } from '../../../gateway/fanout/plan.ts'
import { callSubscribers } from '../../../gateway/flows/subscription.ts'
import { projectAccess } from '../../../gateway/ledger/access.ts'
import type { Db } from '../../../gateway/ledger/db.ts'
import { readDelivery } from '../../../gateway/ledger/deliveries.ts'
import { recordEvent } from '../../../gateway/ledger/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { claimLanes } from '../../../gateway/ledger/lanes.ts'
import { runLanes } from '../../../gateway/ledger/runner.ts'
import { readSubscription, writeSubscription } from '../../../gateway/ledger/subscriptions.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import type { HubError } from '../../../profiles/errors.ts'
import { TOPIC } from '../../../profiles/tables/subscription-topics.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'
import { openSubscriber, type Subscriber } from '../../support/subscriber.ts'
import { circle, consent } from '../../support/support-requests.ts'
import { freshLedger, quiet, until } from '../ledger/support.ts'

// A subscriber that takes nothing, on the real ledger and the real connector; three days pass by moving the moment since when it takes nothing.

const STRUCTURE_ID = randomUUID()
const STRUCTURE = `Organization/${STRUCTURE_ID}`
const FINESS = '540990033'
const TOPIC_OF_PRACTICE = 'hub.partner.practice'
const PATIENT = 'Patient/p1'
const OTHERS = Array.from({ length: 21 }, (_, n) => `Patient/waits-${n}`)
const SLOTS = 6
const DAYS_3 = 3 * 86_400

let postgres: TestPostgres
let db: Db
let subscriber: Subscriber
const alerts: string[] = []
const never = new AbortController().signal

beforeAll(async () => {
  postgres = await startPostgres()
  db = (await freshLedger(postgres)).db
  subscriber = await openSubscriber()
  const structure: Organization = { resourceType: 'Organization', id: STRUCTURE_ID, active: true }
  const shared = [PATIENT, ...OTHERS].flatMap((person, n): (CareTeam | Consent)[] => [
    { ...circle(person, STRUCTURE, [{ member: STRUCTURE }]), id: `ct-${n}` },
    { ...consent(person, 'information', STRUCTURE), id: `co-${n}` },
  ])
  await db.tx(tx => projectAccess(tx, [structure, ...shared]))
  await db.query("insert into identity (type, system, value, id) values ('Organization', 'https://finess.esante.gouv.fr', $1, $2)", [FINESS, STRUCTURE_ID])
})
afterAll(async () => {
  subscriber.close()
  await db.close()
  await postgres.stop()
})

const storedPlan: CarePlan = { resourceType: 'CarePlan', id: 'c1', status: 'active', intent: 'plan', subject: { reference: PATIENT } }

const published: BusMessage[] = []

function parts(partners: object[] = []): HubParts {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (event: string) => void alerts.push(event), child: () => log }
  return {
    db,
    chains: createChains('test'),
    log,
    breakers: createBreakers(),
    metrics: createMetrics(),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => value },
    store: { forward: async () => ({ status: 200, headers: {}, body: Readable.from([JSON.stringify(storedPlan)]) }) },
    connectors: { subscription: subscriptionConnector },
    config: {
      http: { host: '127.0.0.1', port: 8080 },
      ledger: { url: 'postgres://127.0.0.1:5433/hub' },
      store: { url: 'http://127.0.0.1:8081/fhir' },
      kafka: { brokers: ['127.0.0.1:9092'] },
      connectors: {
        hospital: { port: 2575 },
        mssante: { smtp: { port: 3025 }, imap: { port: 3143 } },
        subscription: subscriptionConnector.config.parse({ allow: ['127.0.0.1'], timeoutMs: 1000 }),
      },
      limits: { subscriptionRetrySeconds: DAYS_3 },
      clients: [{ clientId: 'practice-software', name: 'practice', scopes: 'system/CarePlan.rs' }],
      partners,
    },
    bus: { publish: async (messages: BusMessage[]) => void published.push(...messages) },
  } as unknown as HubParts
}

/** Written and greeted. Out: its id. */
async function subscribe(id: string = randomUUID(), { endpoint } = subscriber): Promise<string> {
  const resource = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Suivi',
    criteria: `${TOPIC}pps.publie`,
    channel: { type: 'rest-hook', endpoint },
  }
  await db.tx(tx =>
    writeSubscription(tx, {
      id,
      client: 'practice-software',
      holder: STRUCTURE,
      status: 'requested',
      events: ['pps.publie'],
      resource: JSON.stringify(resource),
    }),
  )
  await callSubscribers(parts(), never)
  expect((await readSubscription(db, id))?.status).toBe('active')
  return id
}

/** One event, planned. Out: the ids of its deliveries. */
async function happen(hub = parts(), patient = PATIENT): Promise<string[]> {
  const event = {
    cause: newMessageId(),
    type: 'pps.publie',
    n: 1,
    person: patient === PATIENT ? 'pseudonym' : `pseudonym of ${patient}`,
    patient,
    resources: ['CarePlan/c1/_history/2'],
    changes: ['goal.added'],
  }
  const { id } = await db.tx(tx => recordEvent(tx, { ...event, detail: null, channels: ['subscription'], traceparent: 't', at: new Date() }))
  await createPlanner(hub)('subscription', id)
  const { rows } = await db.query<{ id: string }>('select id from delivery where event_id = $1 order by id', [id])
  return rows.map(row => row.id)
}

/** The head of the lane, once, when it is its turn at the endpoint. Out: the code of what it was refused with. */
async function attempt(hub = parts()): Promise<string | undefined> {
  await db.query("update lane set due_at = clock_timestamp(), holder = null where kind = 'delivery' and state = 'ready'")
  const [claim] = await claimLanes(db, { kind: 'delivery', holder: 'test', leaseMs: 60_000, limit: 1 })
  if (claim === undefined) throw new Error('nothing is due')
  return executeDelivery(hub, claim, never).then(
    () => undefined,
    async (error: HubError) => {
      if (error.dependency !== 'subscriber') return error.code
      await sleep(error.retryAfterMs)
      return attempt(hub)
    },
  )
}

describe('a subscriber that takes nothing', () => {
  it('is tried again for three days, then its subscription is in error with one alert, and what is queued is stopped by its own decision', async () => {
    const id = await subscribe()
    const [first = ''] = await happen()
    const [second = ''] = await happen()
    subscriber.answer(500)
    expect(await attempt()).toBe('subscription.deferred')
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

describe('a subscriber that takes the connection and says nothing', () => {
  it('holds up its own persons alone: what is planned after twenty of them is delivered within the few attempts that were under way', async () => {
    await db.query("update subscription set status = 'off'")
    subscriber.answer(200)
    subscriber.received.splice(0)
    const silent = await subscribe()
    subscriber.answer(0)
    for (const person of OTHERS.slice(1)) await happen(parts(), person)
    const other = await openSubscriber()
    await subscribe(randomUUID(), other)
    await happen(parts(), OTHERS[0])
    const stopping = new AbortController()
    const options = { db, kind: 'delivery', holder: 'test', concurrency: SLOTS, log: quiet, signal: stopping.signal } as const
    const running = runLanes({ ...options, execute: claim => executeDelivery(parts(), claim, never) })
    await until(() => other.events().length > 0, 'the other subscriber is told')
    const attempts = subscriber.received.filter(({ type }) => type === 'event-notification').length
    expect(attempts).toBeLessThanOrEqual(SLOTS + 3)
    const { rows } = await db.query<{ attempts: number }>('select sum(attempts)::int as attempts from delivery where action = $1', [`Subscription/${silent}`])
    expect(rows[0]?.attempts).toBeLessThanOrEqual(SLOTS + 3)
    subscriber.answer(200)
    await until(() => subscriber.events().length === OTHERS.length, 'all that waited is told once it answers again')
    stopping.abort()
    await running
    other.close()
  })
})
