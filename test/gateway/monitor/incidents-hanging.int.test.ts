import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { createBreakers } from '../../../gateway/breaker.ts'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { findIncidents } from '../../../gateway/ledger/watch/incidents.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import { alerts } from '../../../gateway/monitor/incidents/config.ts'
import { type WatchParts, watchIncidents } from '../../../gateway/monitor/incidents/watch.ts'
import { message, until, useLedger } from '../ledger/support.ts'

// A receiver of alerts that takes the connection and says nothing, on a real ledger.

const { db } = await useLedger()
const secretFile = join(mkdtempSync(join(tmpdir(), 'watcher-')), 'secret')
writeFileSync(secretFile, 'secret')
const mailed: string[] = []
let asked = 0

const untilEnded = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))))
const parts = {
  db,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  metrics: createMetrics(),
  checks: {},
  freeDisk: () => 10 ** 12,
  expiries: { all: () => new Map() },
  sightings: { take: () => [] },
  keys: { reference: (value: string) => value },
  breakers: createBreakers(),
  connectors: {
    mssante: { send: async ({ payload }: { payload: { subject: string } }) => mailed.push(payload.subject) },
    subscription: {
      send: (_: unknown, __: unknown, signal: AbortSignal) => {
        asked += 1
        return untilEnded(signal)
      },
    },
  },
  config: {
    alerts: alerts.parse({
      everySeconds: 1,
      laneParkedSeconds: 0,
      partNotReadySeconds: 0,
      endAfterSeconds: 0,
      webhooks: [{ url: 'https://silent.test/', secretFile }],
      mail: [{ address: 'region@test.mssante.fr' }],
    }),
    partners: [],
    clients: [],
    organizations: [],
    product: { nil: 'HUB' },
    http: { host: '127.0.0.1', port: 0 },
    ledger: { url: 'postgres://127.0.0.1:1/' },
    store: { url: 'http://127.0.0.1/' },
    kafka: { brokers: [] },
    connectors: {
      hospital: { port: 0 },
      platform: {},
      mssante: { address: 'hub@operateur.test', smtp: { port: 0 }, imap: { port: 0 } },
      subscription: { allow: [], closedPorts: [] },
    },
  },
} as unknown as WatchParts

async function parked(sender: string): Promise<void> {
  const laneKey = randomUUID()
  await createAcceptor(db).accept(message({ sender, laneKey }))
  await db.query("update lane set state = 'parked', code = 'mapping.impossible', moved_at = clock_timestamp() where key = $1", [laneKey])
}

const isOpen = async (subject: string): Promise<boolean> => (await findIncidents(db, { subject, limit: 1 })).items[0]?.state === 'open'

it('a webhook that hangs holds up neither the judging of incidents nor whom else they are told', async () => {
  await parked('ch-1')
  const stop = watchIncidents(parts, 'test')
  await until(() => asked > 0, 'the webhook is asked')
  await until(() => mailed.length === 1, 'the mail about the same incident leaves')
  await parked('ch-2')
  await until(() => isOpen('ch-2'), 'what begins meanwhile is an incident')
  await stop()
}, 60_000)

it('a hub ten minutes behind PostgreSQL is an incident and a metric, and both end once it is set right', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 10 * 60_000 })
  const metrics = createMetrics()
  const stop = watchIncidents({ ...parts, metrics }, 'late')
  try {
    await until(() => isOpen('clock'), 'the incident')
    expect(await metrics.page().then(({ text }) => /^hub_clock_ahead_seconds (-?\d+)/m.exec(text)?.[1])).toMatch(/^-(59|60|61|62)\d$/)
    vi.useRealTimers()
    await until(async () => /^hub_clock_ahead_seconds -?0/m.test((await metrics.page()).text), 'the metric says so')
    await until(async () => !(await isOpen('clock')), 'its end')
  } finally {
    vi.useRealTimers()
    await stop()
  }
}, 60_000)
