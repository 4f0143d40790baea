/*
  Starts the parts in order and stops them in reverse: ledger, store, bus, workers, engine, HTTP, doors.
*/
import { randomUUID } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import { parseArgs } from 'node:util'
import { connector as directory } from '../connectors/directory/index.ts'
import { connector as hospital } from '../connectors/hospital/index.ts'
import { connector as mssante } from '../connectors/mssante/index.ts'
import { connector as platform } from '../connectors/platform/index.ts'
import { connector as subscription } from '../connectors/subscription/index.ts'
import { HubError } from '../profiles/errors.ts'
import { createBreakers } from './breaker.ts'
import { createKafkaBus } from './bus/kafka.ts'
import { watchExpiries } from './certificates.ts'
import { type HubConfig, readConfig } from './config.ts'
import { startEngine } from './engine.ts'
import { createHttpServer } from './http.ts'
import { readKeys } from './keys.ts'
import { createAcceptor } from './ledger/acceptance/accept.ts'
import { createChains } from './ledger/audit/audit.ts'
import { openLedger } from './ledger/db.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { watchIncidents } from './monitor/incidents/watch.ts'
import { createSightings } from './monitor/sightings.ts'
import { createMessageDoors } from './open-doors.ts'
import { liveConfig, watchConfig } from './reload.ts'
import { createRightOfWay } from './right-of-way.ts'
import { createHapiStore } from './store/hapi.ts'
import { shareLedger } from './ledger/shared-transaction.ts'
import { shareTransactions } from './store/shared.ts'
import { publishStructures } from './structures.ts'
import { createWorkers } from './workers/pool.ts'

const DISK_CHECK_MS = 5000
const connectors = { hospital, mssante, platform, subscription, directory }

/** Resolves once every door is open; the returned function ends everything, doors first. */
export async function startHub(config: HubConfig, log: Log): Promise<() => Promise<void>> {
  const stops: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const end of stops.reverse()) await Promise.resolve(end()).catch(error => log.error('part.stop-failed', error))
  }
  try {
    await startParts(config, log, stops)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

async function startParts(config: HubConfig, log: Log, stops: (() => Promise<void> | void)[]): Promise<void> {
  const keys = readKeys(config)
  const metrics = createMetrics()
  const expiries = watchExpiries({ config, log, metrics })
  stops.push(() => expiries.stop())
  const db = await openLedger({ url: config.ledger.url, max: config.ledger.maxConnections, log: log.child('ledger') })
  stops.push(() => db.close())
  const store = createHapiStore({ url: config.store.url, timeoutMs: config.store.timeoutMs })
  stops.push(() => store.close())
  const bus = createKafkaBus({ ...config.kafka, clientId: config.product.name, log: log.child('bus') })
  stops.push(() => bus.close())
  const workers = createWorkers({ threads: config.limits.workers })
  stops.push(() => workers.close())
  const breakers = createBreakers({ onChange: (dependency, state) => log.warn('dependency.changed', { dependency, state }) })
  const rightOfWay = createRightOfWay()
  const engine = await startEngine({
    config,
    db,
    store,
    transactions: shareTransactions(store),
    resolutions: shareLedger(db.lanes),
    settlements: shareLedger(db.lanes),
    outcomes: shareLedger(db.lanes),
    chains: createChains(`${hostname()}:${config.http.port}:deliveries`),
    bus,
    workers,
    breakers,
    keys,
    log: log.child('engine'),
    metrics,
    rightOfWay,
    connectors,
  })
  stops.push(() => engine.stop())
  const closing = new AbortController()
  const structures = publishStructures({ config, db, store, log: log.child('structures'), signal: closing.signal })
  stops.push(async () => {
    closing.abort()
    await structures.ended
  })

  const disk = await watchDisk(config, closing.signal)
  metrics.watch('hub_disk_free_bytes', () => ({ all: disk.free() }))
  const acceptor = createAcceptor(db)
  metrics.watch('hub_lanes_giving_way', () => ({ all: Number.isFinite(rightOfWay.pace()) ? 1 : 0 }))
  metrics.watch('hub_accept_bytes', () => ({ all: acceptor.bytesInFlight() }))
  const doors = createMessageDoors()
  const sightings = createSightings()
  const http = await createHttpServer({
    config,
    db,
    store,
    bus,
    workers,
    breakers,
    keys,
    log: log.child('http'),
    metrics,
    sightings,
    requireDisk: disk.require,
    checks: { ...doors.checks, structures: structures.check },
  })
  stops.push(() => http.close())
  stops.push(() => doors.close())
  await doors.open({ config, acceptor, workers, keys, log: log.child('doors'), metrics, expiries, rightOfWay, requireDisk: disk.require }, log)
  const checks = { store: () => store.health(), bus: () => bus.health(), ...doors.checks }
  const watching = { config, db, keys, breakers, connectors, log: log.child('incidents'), metrics, checks, freeDisk: disk.free, expiries, sightings }
  stops.push(watchIncidents(watching, `${hostname()}-${process.pid}-${randomUUID()}`))
  log.info('hub.started', { port: config.http.port })
}

async function watchDisk(config: HubConfig, signal: AbortSignal): Promise<{ free(): number; require(): void }> {
  let free = Number.POSITIVE_INFINITY
  const look = async (): Promise<void> => {
    const disk = await statfs(config.dataDir)
    free = disk.bavail * disk.bsize
  }
  await look()
  const timer = setInterval(() => void look().catch(() => undefined), DISK_CHECK_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
  return {
    free: () => free,
    require() {
      if (free < config.limits.freeDiskBytes) throw new HubError('ledger.disk_full')
    },
  }
}

/** Runs the hub as a process: SIGTERM and SIGINT stop it in order, a broken start is one clear line. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } })
  const path = values.config ?? process.env['HUB_CONFIG']
  if (path === undefined) return fail('no configuration: give --config FILE or HUB_CONFIG')
  const read = readConfig(path)
  if ('faults' in read) return fail(`the configuration is not valid:\n${read.faults.map(fault => `  ${fault.path || '(file)'}: ${fault.text}`).join('\n')}`)
  const log = createLog({ level: read.config.logLevel })
  process.on('unhandledRejection', error => log.error('hub.unhandled-rejection', error))
  const live = liveConfig(read.config)
  const stop = await startHub(live.config, log)
  watchConfig(path, live, log)
  let isStopping = false
  const end = (signal: string): void => {
    if (isStopping) return
    isStopping = true
    log.info('hub.stopping', { signal })
    void stop().then(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => end(signal))
  if (process.env['HUB_WATCH_STDIN'] === '1') process.stdin.on('end', () => end('parent-gone')).resume()
}

function fail(text: string): void {
  process.stderr.write(`${text}\n`)
  process.exitCode = 1
}

await main().catch((error: unknown) => {
  createLog().error('hub.start-failed', error)
  process.exit(1)
})
