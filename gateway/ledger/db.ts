/*
  Opens the ledger: four pools on one PostgreSQL (doors have their own, so that an acceptance never queues behind a flow; so have lanes and rights), transactions, notices.
*/
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { HubError } from '../../profiles/errors.ts'
import { collectFlows, finishFlows } from './flows/flow-status.ts'
import { createListener, type Listener } from './listener.ts'
import { migrate } from './migrate.ts'
import { ensurePartitions } from './partitions.ts'
import { isOutrun, isRerunnable, isStale, SqlError, translateSqlError } from './sql-errors.ts'
import type { LedgerLog, Tx } from './tx.ts'

export type { LedgerLog, Tx } from './tx.ts'

export interface Db extends Tx, Pick<Listener, 'listen' | 'notify' | 'presence'> {
  /** One transaction. A deadlock or serialisation failure runs `work` again: let it touch nothing but the ledger. */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same ledger for lanes and planners: a plan is made once for each of their statements. */
  lanes: Db
  /** Connections kept for the doors. */
  doors: Tx & Pick<Db, 'tx'>
  /** Connections for who may see what: asked at every read, by plans that are made once. */
  rights: Tx
  /** `<pool>|open`, `|idle`, `|queued`: what Prometheus is told. */
  connections(): Record<string, number>
  close(): Promise<void>
}

export interface LedgerOptions {
  url: string
  log: LedgerLog
  /** Connections for lanes and everything else; the doors have 4 more. */
  max?: number
  /** Longest statement of a flow, in ms: below the HTTP time-out (15 s), which is below the lease (20 s). */
  statementTimeoutMs?: number
  /** How long to wait for PostgreSQL at start, in ms. */
  startTimeoutMs?: number
}

const FLOW_TIMEOUT_MS = 10_000
/** Of the connections that are configured, for lanes; as many for everything else: seldom are both busy. */
const SHARE = 0.75
/** A plan kept from an empty table must not read the full one from its beginning to its end. */
export const BY_INDEX = '-c enable_seqscan=off -c plan_cache_mode=force_generic_plan'
/** A body of 64 MiB on a slow disk. */
const DOOR_TIMEOUT_MS = 15_000

/**
 * Connects (with retry), migrates under an advisory lock, makes the partitions of these months.
 * Throws: ledger.unavailable when PostgreSQL does not answer in time.
 */
export async function openLedger(options: LedgerOptions): Promise<Db> {
  await prepare(options)
  const most = { max: Math.ceil((options.max ?? 16) * SHARE), statementTimeoutMs: options.statementTimeoutMs ?? FLOW_TIMEOUT_MS }
  const flows = openPool(options, most)
  const lanes = openPool(options, { ...most, settings: BY_INDEX })
  const doors = openPool(options, { max: 4, statementTimeoutMs: DOOR_TIMEOUT_MS, settings: BY_INDEX })
  const rights = openPool(options, { max: 4, statementTimeoutMs: options.statementTimeoutMs ?? FLOW_TIMEOUT_MS, settings: BY_INDEX })
  const listener = createListener({
    config: connection(options, FLOW_TIMEOUT_MS),
    log: options.log,
    send: channel => runOn(flows, "select pg_notify($1, '')", [channel]),
  })
  const shared: Omit<Db, 'query' | 'tx' | 'lanes'> = {
    listen: listener.listen,
    notify: listener.notify,
    presence: listener.presence,
    doors: on(doors),
    rights: { query: (text, values, name) => runOn(rights, text, values, name) },
    connections: () => ({ ...countsOf('flows', flows), ...countsOf('lanes', lanes), ...countsOf('doors', doors), ...countsOf('rights', rights) }),
    async close() {
      await listener.close()
      await Promise.all([flows.end(), lanes.end(), doors.end(), rights.end()])
    },
  }
  const ofLanes: Db = {
    ...shared,
    ...on(lanes),
    get lanes() {
      return ofLanes
    },
  }
  return { ...shared, ...on(flows), lanes: ofLanes }
}

const on = (pool: pg.Pool): Pick<Db, 'query' | 'tx'> => ({
  query: (text, values, name) => runOn(pool, text, values, name),
  tx: work => transaction(pool, work),
})

const countsOf = (name: string, { totalCount, idleCount, waitingCount }: pg.Pool): Record<string, number> => ({
  [`${name}|open`]: totalCount,
  [`${name}|idle`]: idleCount,
  [`${name}|queued`]: waitingCount,
})

async function prepare(options: LedgerOptions): Promise<void> {
  const deadline = Date.now() + (options.startTimeoutMs ?? 60_000)
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 2000)) {
    const client = new pg.Client({ connectionString: options.url, connectionTimeoutMillis: 5000, application_name: 'hub-migrate' })
    client.on('error', () => undefined)
    try {
      await client.connect().catch(refused)
      await migrate(client)
      await ensurePartitions(client, new Date())
      return
    } catch (error) {
      const fault = translateSqlError(error)
      if (!(fault instanceof HubError && fault.code === 'ledger.unavailable') || Date.now() + delayMs > deadline) throw fault
      options.log.warn('ledger.awaited', { dependency: 'postgres', code: fault.code })
    } finally {
      await client.end().catch(() => undefined)
    }
    await sleep(delayMs)
  }
}

function connection(options: LedgerOptions, statementTimeoutMs: number, settings = ''): pg.ClientConfig {
  return {
    connectionString: options.url,
    application_name: 'hub',
    connectionTimeoutMillis: 5000,
    query_timeout: statementTimeoutMs + 2000,
    keepAlive: true,
    // Statements that are asked for at the same moment leave together; nobody waits for an answer he does not need.
    pipeline: true,
    // Of UTC, whatever the server's: elsewhere some days have 23 or 25 hours.
    options: `-c timezone=UTC -c statement_timeout=${statementTimeoutMs} -c idle_in_transaction_session_timeout=${statementTimeoutMs} -c synchronous_commit=on -c jit=off ${settings}`,
  }
}

function openPool(options: LedgerOptions, { max, statementTimeoutMs, settings = '' }: { max: number; statementTimeoutMs: number; settings?: string }): pg.Pool {
  const pool = new pg.Pool({ ...connection(options, statementTimeoutMs, settings), max, idleTimeoutMillis: 60_000 })
  pool.on('error', () => options.log.warn('ledger.connection-lost', { dependency: 'postgres' }))
  // A client that is checked out reports its loss to the statement that is running; without a listener Node would end the process.
  pool.on('connect', client => client.on('error', () => undefined))
  return pool
}

const runOn = <R>(pool: pg.Pool, text: string, values: unknown[] = [], name?: string): Promise<{ rows: R[]; rowCount: number }> =>
  rerun(
    () => runOnce<R>(pool, text, values, name),
    error => isRerunnable(error) && !isOutrun(error),
  )

const connected = (pool: pg.Pool): Promise<pg.PoolClient> => pool.connect().catch(refused)

/** Whatever a server refuses a connection for (an account that is still to be made, a password that was changed), no statement was refused. */
function refused(error: unknown): never {
  const fault = translateSqlError(error)
  throw fault instanceof SqlError ? new HubError('ledger.unavailable', { dependency: 'postgres', cause: fault }) : fault
}

async function runOnce<R>(pool: pg.Pool, text: string, values: unknown[], name?: string): Promise<{ rows: R[]; rowCount: number }> {
  const client = await connected(pool)
  let isBroken = false
  try {
    return await runWith<R>(client, text, values, name)
  } catch (error) {
    isBroken = isLost(error) || isStale(error)
    throw error
  } finally {
    client.release(isBroken)
  }
}

function isLost(error: unknown): boolean {
  return error instanceof HubError && error.dependency === 'postgres'
}

async function runWith<R>(client: pg.ClientBase, text: string, values: unknown[] = [], name?: string): Promise<{ rows: R[]; rowCount: number }> {
  try {
    const result = await client.query(name === undefined ? { text, values } : { text, values, name })
    return { rows: result.rows as R[], rowCount: result.rowCount ?? 0 }
  } catch (error) {
    throw translateSqlError(error)
  }
}

const transaction = <T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> => rerun(() => transactionOnce(pool, work))

const MOST_RUNS = 5

/** What crosses others again and again is no fault of whoever asked. Throws: ledger.unavailable then. */
async function rerun<T>(run: () => Promise<T>, isWorthIt = isRerunnable): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      if (!isWorthIt(error)) throw error
      if (attempt === MOST_RUNS) throw new HubError('ledger.unavailable', { dependency: 'postgres', cause: error })
      await sleep(Math.random() * 20 * attempt)
    }
  }
}

async function transactionOnce<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await connected(pool)
  let isOver = false
  const tx: Tx = {
    async query(text, values = [], name) {
      // Of what was asked side by side one has failed: nothing may be written behind the end.
      if (isOver) throw new HubError('hub.defect', { path: 'transaction' })
      return runWith(client, text, values, name)
    },
  }
  let isBroken = false
  try {
    // Leaves in one packet with the first statement.
    const begun = tx.query('begin')
    begun.catch(() => undefined)
    collectFlows(tx)
    const result = await work(tx)
    const ended = [begun, finishFlows(tx), tx.query('commit')]
    isOver = true
    await Promise.all(ended)
    return result
  } catch (error) {
    // A server that did not answer in time may still be at the statement; a connection that is ended takes its transaction with it.
    isOver = true
    isBroken =
      isLost(error) ||
      isStale(error) ||
      (await runWith(client, 'rollback').then(
        () => false,
        () => true,
      ))
    throw error
  } finally {
    client.release(isBroken)
  }
}
