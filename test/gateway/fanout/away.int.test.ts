import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { createBreakers, placeOfDependency } from '../../../gateway/breaker.ts'
import { executeDelivery } from '../../../gateway/fanout/routes/deliver.ts'
import type { Deposit } from '../../../gateway/fanout/deposit.ts'
import { createPlanner } from '../../../gateway/fanout/plan.ts'
import type { Channel } from '../../../gateway/fanout/channels.ts'
import { projectAccess } from '../../../gateway/ledger/rights/access.ts'
import { createChains } from '../../../gateway/ledger/audit/audit.ts'
import { readDelivery } from '../../../gateway/ledger/deliveries/deliveries.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { wakeRefused } from '../../../gateway/ledger/lanes/resting-lanes.ts'
import { runLanes } from '../../../gateway/ledger/lanes/runner.ts'
import { shareLedger } from '../../../gateway/ledger/shared-transaction.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import { HubError } from '../../../profiles/errors.ts'
import { consent } from '../../support/support-requests.ts'
import { count, quiet, until, useLedger } from '../ledger/support.ts'

// Many persons' deliveries wait for a partner that is away. On the real ledger, with its lanes running.

const { db } = await useLedger()
const common = { identity: 'qualifiee', masquePs: false, invisiblePatient: false, invisibleRepLegaux: false, isMinor: false } as const

function house() {
  let asked = 0
  const ask = async (): Promise<never> => {
    asked += 1
    throw new HubError('mssante.unreachable', { dependency: 'partner' })
  }
  const parts = {
    db,
    chains: createChains('test'),
    outcomes: shareLedger(db),
    store: { read: ask },
    bus: { publish: ask },
    workers: { run: ask },
    transactions: { put: async () => [] },
    // Time stands still: nobody finds out meanwhile whether he is back.
    breakers: createBreakers({ clock: () => 0 }),
    metrics: createMetrics(),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => value },
    connectors: { mssante: { send: ask }, platform: { send: ask }, hospital: { send: ask } },
    config: {
      http: { host: '127.0.0.1', port: 8080 },
      connectors: {
        platform: { partner: 'region', topic: 'hub.partner.region' },
        mssante: { address: 'hub@pfi.mssante.fr', displayName: 'Hub' },
        hospital: {},
      },
      partners: [{ id: 'ch-1', acks: { host: '127.0.0.1', port: 1 } }],
      clients: [],
    },
  } as unknown as HubParts
  return { parts, asked: () => asked }
}

async function deposited(parts: HubParts, channel: Channel, patient = `Patient/${randomUUID()}`): Promise<string> {
  const documentId = randomUUID()
  const facts = { ...common, recipient: 'professional', isNamed: true, isRequested: true, isOwnAddress: false } as const
  const detail: Deposit = {
    messageId: randomUUID(),
    sender: 'ch-1',
    documentId,
    documentType: '11490-0',
    document: `DocumentReference/${documentId}`,
    destDmp: true,
    ackReception: true,
    mailboxes: [{ party: { address: 'dr.a@test.mssante.fr' }, facts }],
    facts: common,
  }
  const event = { cause: newMessageId(), type: 'document.depose', n: 1, person: patient, patient, resources: [], changes: [], detail, channels: [channel] }
  const { id } = await db.tx(tx => recordEvent(tx, { ...event, traceparent: 't', at: new Date() }))
  await createPlanner(parts)(channel, id)
  return id
}

async function running(parts: HubParts, during: () => Promise<void>): Promise<void> {
  const stop = new AbortController()
  const lanes = runLanes({
    ...{ db, kind: 'delivery', holder: 'test', concurrency: 8, signal: stop.signal, log: quiet, pollMs: 50 },
    execute: claim => executeDelivery(parts, claim, stop.signal),
  })
  try {
    await during()
  } finally {
    stop.abort()
    await lanes
  }
}

const open = ({ breakers }: HubParts, dependency: string): Promise<unknown> =>
  expect(breakers.of(dependency).run(() => Promise.reject(new HubError('hub.busy', { dependency })))).rejects.toThrow()

beforeEach(async () => {
  await db.query('delete from lane_entry')
  await db.query('delete from lane')
})

describe('for a partner who is known to be away', () => {
  it.each([
    ['mail', 'mssante', 'dr.a@test.mssante.fr'],
    ['platform', 'platform', 'region'],
    ['kafka', 'platform', 'hub.partner.region'],
    ['hospital:ch-1', 'hospital', 'ch-1'],
  ] as const)('%s: nothing is rendered, sent or counted in vain', async (dependency, channel, recipient) => {
    const { parts, asked } = house()
    const event = await deposited(parts, channel)
    const { rows } = await db.query<{ id: string }>('select id from delivery where event_id = $1 and recipient = $2', [event, recipient])
    await db.query('delete from lane_entry where entry_id <> $1', [rows[0]?.id])
    await open(parts, dependency)
    await running(parts, () => until(async () => (await count(db, "delivery where id = $1 and status = 'waiting'", [rows[0]?.id])) === 1, 'it waits'))
    expect(await readDelivery(db, rows[0]?.id ?? '')).toMatchObject({ attempts: 0 })
    expect(await count(db, 'lane where path = $1', [placeOfDependency(dependency)])).toBe(1)
    expect(asked()).toBe(0)
  })

  it('a thousand lanes cost what a few cost, and all of them go on once he is back', async () => {
    await db.query(
      "insert into lane (key, kind, last_position, state, due_at) select 'away-' || n, 'delivery', 1, 'ready', now() from generate_series(1, 1000) n",
    )
    await db.query("insert into lane_entry (lane_key, position, entry_id) select 'away-' || n, 1, gen_random_uuid() from generate_series(1, 1000) n")
    const breakers = createBreakers()
    const breaker = breakers.of('mail')
    await open({ breakers } as HubParts, 'mail')
    const looksOf = async (during: () => Promise<void>): Promise<number> => {
      const stop = new AbortController()
      let looks = 0
      const execute = async (): Promise<void> => {
        looks += 1
        breaker.requireUp()
        await breaker.run(async () => Promise.reject(new HubError('mssante.unreachable', { dependency: 'mail' })))
      }
      const lanes = runLanes({ db, kind: 'delivery', holder: 'test', concurrency: 8, signal: stop.signal, log: quiet, pollMs: 50, execute })
      await during()
      stop.abort()
      await lanes
      return looks
    }
    await looksOf(() => until(async () => (await count(db, 'lane where code is null or due_at <= clock_timestamp()')) < 2, 'each was looked at once'))
    expect(await looksOf(() => sleep(3000))).toBeLessThan(3 * 20 + 20)
    await wakeRefused(db, { mail: 'open' })
    expect(await count(db, 'lane where due_at > clock_timestamp()')).toBeGreaterThan(900)
    for (const _ of [1, 2]) await wakeRefused(db, { mail: 'closed', 'hospital:ch-1': 'open' })
    expect(await count(db, "lane where due_at > clock_timestamp() and path like 'dependencies.%'")).toBe(0)
  })

  it('one of those who wait looks where nobody else asks, however many were refused before them', async () => {
    let now = 0
    const breakers = createBreakers({ clock: () => now })
    await open({ breakers } as HubParts, 'directory')
    const refused = () => breakers.of('directory').run(async () => undefined)
    for (let plans = 0; plans < 20_000; plans += 1) await refused().catch(() => undefined)
    const { code, path = null, retryAfterMs = 0 } = (await refused().catch((error: HubError) => error)) as HubError
    expect(retryAfterMs).toBeGreaterThan(900_000)
    await db.query(
      `insert into lane (key, kind, last_position, state, due_at, code, path)
       select 'away-' || n, 'delivery', 1, 'ready', now() + $3::int * interval '1 ms', $1, $2 from generate_series(1, 3) n`,
      [code, path, Math.round(retryAfterMs)],
    )
    const due = () => count(db, 'lane where due_at <= clock_timestamp()')
    await wakeRefused(db, breakers.states())
    expect(await due()).toBe(0)
    now += 500
    await wakeRefused(db, breakers.states())
    expect(await due()).toBe(1)
    await refused()
    await wakeRefused(db, breakers.states())
    expect(await due()).toBe(3)
  })

  it('what the person forbids meanwhile is stopped, although he is away', async () => {
    const { parts, asked } = house()
    const patient = `Patient/${randomUUID()}`
    const event = await deposited(parts, 'mssante', patient)
    await open(parts, 'mail')
    const stopped = () =>
      count(db, "delivery d join decision x on x.delivery_id = d.id and moment = 'send' where d.event_id = $1 and status = 'stopped'", [event])
    await running(parts, async () => {
      await until(async () => (await count(db, "delivery where event_id = $1 and status = 'waiting'", [event])) === 1, 'it waits')
      await db.tx(tx => projectAccess(tx, [{ ...consent(patient, 'opposition', 'Organization/clinic'), id: randomUUID() }]))
      await until(async () => (await stopped()) === 1, 'it is stopped')
    })
    expect(asked()).toBe(0)
  })
})
