/*
  The thread of the engine: its own connections to every part, and answers to what the main thread asks. Loaded by engine-host.ts, never imported.
*/
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { connector as hospital } from '../connectors/hospital/index.ts'
import { connector as mssante } from '../connectors/mssante/index.ts'
import { connector as platform } from '../connectors/platform/index.ts'
import { createBreakers } from './breaker.ts'
import { createKafkaBus } from './bus/kafka.ts'
import type { HubConfig } from './config.ts'
import { startEngine } from './engine.ts'
import type { Asked } from './engine-host.ts'
import { readKeys } from './keys.ts'
import { openLedger } from './ledger/db.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createHapiStore } from './store/hapi.ts'
import { createWorkers } from './workers/pool.ts'

// Where processors are short the doors go first. On Linux a priority is that of the calling thread; elsewhere it would slow the doors as well.
if (process.platform === 'linux') setPriority(2)

const config = workerData as HubConfig
const log = createLog({ level: config.logLevel })
const metrics = createMetrics({ ofProcess: false })
const breakers = createBreakers({ onChange: (dependency, state) => log.warn('dependency.changed', { dependency, state }) })
const db = await openLedger({ url: config.ledger.url, max: config.ledger.maxConnections, log: log.child('ledger') })
const store = createHapiStore({ url: config.store.url, timeoutMs: config.store.timeoutMs })
const bus = createKafkaBus({ brokers: config.kafka.brokers, clientId: config.product.name, log: log.child('bus') })
const workers = createWorkers({ threads: config.limits.workers })
const connectors = { hospital, mssante, platform }
const engine = await startEngine({ config, db, store, bus, workers, breakers, keys: readKeys(config), log: log.child('engine'), metrics, connectors })

const answers: Record<Asked, () => unknown> = {
  metrics: () => metrics.samples(),
  breakers: () => breakers.states(),
  async stop() {
    await engine.stop()
    await Promise.all([workers.close(), bus.close(), store.close()])
    await db.close()
  },
}

parentPort?.on('message', async ({ n, asked }: { n: number; asked: Asked }) => {
  try {
    parentPort?.postMessage({ n, answer: await answers[asked]() })
  } catch (error) {
    log.error('engine.no-answer', error)
    parentPort?.postMessage({ n })
  }
  if (asked === 'stop') parentPort?.close()
})
parentPort?.postMessage({ n: 0 })
