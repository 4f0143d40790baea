/*
  Receipt → durable: the rate of the acceptor beside the same insert statement fed directly (one message per statement and connection), and the p99 of both at 500 messages a second.
  Run: npx tsx test/bench/accept.bench.ts
*/
import pg from 'pg'
import { arrivalOf, createAcceptor } from '../../gateway/ledger/accept.ts'
import { insertBatch } from '../../gateway/ledger/accept-statement.ts'
import { openLedger, type Tx } from '../../gateway/ledger/db.ts'
import { message, noise, quiet } from '../gateway/ledger/support.ts'
import { startPostgres } from '../support/postgres.ts'

const CONNECTIONS = 8
const ROUND_MS = Number(process.env['BENCH_ROUND_MS'] ?? 3000)
const ROUNDS = 4
const SIZE = 1300

type Accept = (n: number) => Promise<unknown>

const body = noise(SIZE, 'bench')
const postgres = await startPostgres()
const url = await postgres.createDatabase()
const db = await openLedger({ url, log: quiet })
const acceptor = createAcceptor(db)
const direct = await openDirect(url)

const newMessage = (n: number) =>
  message({ bytes: Buffer.concat([Buffer.from(`${n} ${Math.random()}`.padEnd(32)), body.subarray(32)]), laneKey: `person-${n % 500}` })
const throughHub: Accept = n => acceptor.accept(newMessage(n))
const throughStatement: Accept = n => insertBatch(direct.connection(n), [arrivalOf(newMessage(n))])

await rate(throughHub, 1000)
await rate(throughStatement, 1000)
const hub: number[] = []
const statement: number[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  statement.push(await rate(throughStatement, ROUND_MS))
  hub.push(await rate(throughHub, ROUND_MS))
}
const statementTail = await tail(throughStatement)
const hubTail = await tail(throughHub)
const [hubRate, statementRate] = [median(hub), median(statement)]
console.log(
  JSON.stringify(
    {
      connections: CONNECTIONS,
      bytes: SIZE,
      hubPerSecond: Math.round(hubRate),
      statementPerSecond: Math.round(statementRate),
      ratio: Number((hubRate / statementRate).toFixed(2)),
      at500: { hub: hubTail, statement: statementTail },
    },
    null,
    2,
  ),
)

await direct.close()
await db.close()
await postgres.stop()

/** Messages a second over so many connections, each sending its next when the last is answered. */
async function rate(accept: Accept, forMs: number): Promise<number> {
  const end = performance.now() + forMs
  let count = 0
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, connection) => {
      for (let n = connection; performance.now() < end; n += CONNECTIONS) {
        await accept(n)
        count += 1
      }
    }),
  )
  return (count * 1000) / forMs
}

/** Latencies at 500 a second, whatever the answers take. */
async function tail(accept: Accept): Promise<{ p50: number; p99: number }> {
  const latencies: number[] = []
  const running: Promise<unknown>[] = []
  const start = performance.now()
  for (let n = 0; n < 2500; n += 1) {
    const due = start + n * 2
    while (performance.now() < due) await new Promise(resolve => setTimeout(resolve, 1))
    const sent = performance.now()
    running.push(accept(n).then(() => latencies.push(performance.now() - sent)))
  }
  await Promise.all(running)
  latencies.sort((a, b) => a - b)
  const at = (share: number) => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1))
  return { p50: at(0.5), p99: at(0.99) }
}

async function openDirect(address: string): Promise<{ connection(n: number): Tx; close(): Promise<void> }> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = new pg.Client({ connectionString: address })
      await client.connect()
      return client
    }),
  )
  const connections = clients.map((client): Tx => {
    // One statement at a time on a connection: the next waits for the last.
    let last: Promise<unknown> = Promise.resolve()
    return {
      query<R>(text: string, values: unknown[] = [], name?: string) {
        const run = last.then(() => client.query(name === undefined ? { text, values } : { text, values, name }))
        last = run.catch(() => undefined)
        return run.then(result => ({ rows: result.rows as R[], rowCount: result.rowCount ?? 0 }))
      },
    }
  })
  return {
    connection: n => connections[n % CONNECTIONS] ?? { query: () => Promise.reject(new Error('no connection')) },
    close: async () => {
      await Promise.all(clients.map(client => client.end()))
    },
  }
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
