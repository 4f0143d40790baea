/*
  A subscriber on the real ledger and the real connector: what is told to it, attempt by attempt, or by lanes that run.
*/
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CarePlan, CareTeam, Consent, Organization } from 'fhir/r4.js'
import { afterAll, expect } from 'vitest'
import { connector as subscriptionConnector } from '../../../connectors/subscription/index.ts'
import { createBreakers } from '../../../gateway/breaker.ts'
import { createChains } from '../../../gateway/ledger/audit/audit.ts'
import type { BusMessage } from '../../../gateway/bus/bus.ts'
import { executeDelivery } from '../../../gateway/fanout/routes/deliver.ts'
import { createPlanner } from '../../../gateway/fanout/plan.ts'
import { type Calling, callSubscribers } from '../../../gateway/flows/subscription.ts'
import { projectAccess } from '../../../gateway/ledger/rights/access.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { claimLanes } from '../../../gateway/ledger/lanes/lanes.ts'
import { runLanes } from '../../../gateway/ledger/lanes/runner.ts'
import { readSubscription, writeSubscription } from '../../../gateway/ledger/deliveries/subscriptions.ts'
import { shareLedger } from '../../../gateway/ledger/shared-transaction.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import type { HubError } from '../../../profiles/errors.ts'
import { TOPIC } from '../../../profiles/tables/subscription-topics.ts'
import { openSubscriber } from '../../support/subscriber.ts'
import { circle, consent } from '../../support/support-requests.ts'
import { quiet, useLedger } from '../ledger/support.ts'

const STRUCTURE_ID = randomUUID()
export const STRUCTURE = `Organization/${STRUCTURE_ID}`
export const FINESS = '540990033'
export const PATIENT = 'Patient/p1'
export const TOLD = 'Patient/told'
export const OTHERS = Array.from({ length: 21 }, (_, n) => `Patient/waits-${n}`)
const DAYS_3 = 3 * 86_400

export const { db } = await useLedger()
export const subscriber = await openSubscriber()
export const alerts: string[] = []
export const never = new AbortController().signal

afterAll(() => subscriber.close())
const structure: Organization = { resourceType: 'Organization', id: STRUCTURE_ID, active: true }
const shared = [PATIENT, TOLD, ...OTHERS].flatMap((person, n): (CareTeam | Consent)[] => [
  { ...circle(person, STRUCTURE, [{ member: STRUCTURE }]), id: `ct-${n}` },
  { ...consent(person, 'information', STRUCTURE), id: `co-${n}` },
])
await db.tx(tx => projectAccess(tx, [structure, ...shared]))
await db.query("insert into identity (type, system, value, id) values ('Organization', 'https://finess.esante.gouv.fr', $1, $2)", [FINESS, STRUCTURE_ID])

const storedPlan: CarePlan = { resourceType: 'CarePlan', id: 'c1', status: 'active', intent: 'plan', subject: { reference: PATIENT } }

export const published: BusMessage[] = []

export function parts(partners: object[] = [], tls: object = {}, client: object = {}): HubParts {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (event: string) => void alerts.push(event), child: () => log }
  return {
    db,
    chains: createChains('test'),
    outcomes: shareLedger(db),
    log,
    breakers: createBreakers(),
    metrics: createMetrics(),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => value },
    store: { forward: async () => ({ status: 200, headers: { 'content-type': 'application/fhir+json' }, body: Readable.from([JSON.stringify(storedPlan)]) }) },
    connectors: { subscription: subscriptionConnector },
    config: {
      http: { host: '127.0.0.1', port: 8080 },
      ledger: { url: 'postgres://127.0.0.1:5433/hub' },
      store: { url: 'http://127.0.0.1:8081/fhir' },
      kafka: { brokers: ['127.0.0.1:9092'] },
      connectors: {
        hospital: { port: 2575 },
        mssante: { smtp: { port: 3025 }, imap: { port: 3143 } },
        subscription: subscriptionConnector.config.parse({ allow: ['127.0.0.1'], timeoutMs: 1000, ...tls }),
      },
      limits: { subscriptionRetrySeconds: DAYS_3, subscriptionRetryMaxMs: 3_600_000 },
      clients: [{ clientId: 'practice-software', name: 'practice', kind: 'gp-portal', structure: FINESS, scopes: 'system/CarePlan.rs', ...client }],
      partners,
    },
    bus: { publish: async (messages: BusMessage[]) => void published.push(...messages) },
  } as unknown as HubParts
}

/** Written and greeted. Out: its id. */
export async function subscribe(id: string = randomUUID(), { endpoint } = subscriber, hub = parts()): Promise<string> {
  await request(id, endpoint)
  const calling: Calling = new Map()
  await callSubscribers(hub, never, calling)
  await Promise.all(calling.values())
  expect((await readSubscription(db, id))?.status).toBe('active')
  return id
}

/** Written, not greeted yet. */
export async function request(id: string, endpoint: string, client = 'practice-software'): Promise<void> {
  const resource = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Suivi',
    criteria: `${TOPIC}pps.publie`,
    channel: { type: 'rest-hook', endpoint },
  }
  const written = {
    id,
    client,
    holder: STRUCTURE,
    status: 'requested',
    events: ['pps.publie'],
    resource: JSON.stringify(resource),
  } as const
  const replaced = (await readSubscription(db, id))?.version ?? 0
  await db.tx(tx => writeSubscription(tx, { ...written, events: [...written.events] }, replaced))
}

/** One event, planned. Out: the ids of its deliveries. */
export async function happen(hub = parts(), patient = PATIENT): Promise<string[]> {
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
export async function attempt(hub = parts()): Promise<string | undefined> {
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

/** One subscription and no other, of which nothing was told yet. Out: its id. */
export async function subscribeAlone(): Promise<string> {
  await db.query("update subscription set status = 'off'")
  subscriber.answer(200)
  const id = await subscribe()
  subscriber.received.splice(0)
  return id
}

/** Runs the lanes as a process does. Out: ends that. */
export function run(concurrency: number, hub = parts()): () => Promise<void> {
  const stopping = new AbortController()
  const options = { db, kind: 'delivery', holder: 'test', concurrency, log: quiet, signal: stopping.signal } as const
  const running = runLanes({ ...options, execute: claim => executeDelivery(hub, claim, never) })
  return async () => {
    stopping.abort()
    await running
  }
}
