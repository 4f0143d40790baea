/*
  Receipt → durable AA through the MLLP door of a running hub, beside its own insert statement fed directly to the same PostgreSQL, one message a statement.
  Both in turns, over as many connections, while the hub works through the flows of what both brought.
*/
import { createHash } from 'node:crypto'
import pg from 'pg'
import { arrivalOf, newMessageId } from '../../gateway/ledger/acceptance/accept.ts'
import { insertBatch } from '../../gateway/ledger/acceptance/accept-statement.ts'
import { BY_INDEX, type Tx } from '../../gateway/ledger/db.ts'
import type { VersionAsked } from '../../gateway/ledger/documents/document-chain.ts'
import { judgeFirsts } from '../../gateway/ledger/documents/document-versions.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { closedLoop, type Latencies, median, newMessage, openLine, openLoop, requireAck } from './load.ts'
import type { Figure, Report } from './report.ts'
import type { ArrivedMessage } from '../../gateway/ledger/acceptance/arrival.ts'

const CONNECTIONS = 8
const PER_SECOND = 500
const ROUNDS = Number(process.env['HUB_BENCH_ROUNDS'] ?? 5)
const ROUND_MS = Number(process.env['HUB_BENCH_SECONDS'] ?? 4) * 1000

type Senders = (() => Promise<void>)[]

export async function measureAccept(sandbox: SandboxFile): Promise<Report> {
  const lines = await Promise.all(Array.from({ length: CONNECTIONS }, () => openLine(sandbox.mllp)))
  const direct = await openDirect(sandbox.postgres)
  const hub = lines.map(line => async () => requireAck(await line.send(newMessage().bytes)))
  try {
    const size = newMessage().bytes.length
    const figures = [...(await rates(hub, direct.senders)), ...(await tails(hub, direct.senders))]
    return { title: `receipt → durable AA, messages of ${size} bytes, ${CONNECTIONS} connections, flows running`, figures }
  } finally {
    for (const line of lines) line.close()
    await direct.close()
  }
}

async function rates(hub: Senders, statement: Senders): Promise<Figure[]> {
  await closedLoop(hub, ROUND_MS)
  await closedLoop(statement, ROUND_MS)
  const pairs: { ours: number; baseline: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) pairs.push({ baseline: await closedLoop(statement, ROUND_MS), ours: await closedLoop(hub, ROUND_MS) })
  const figure = { ours: median(pairs.map(pair => pair.ours)), baseline: median(pairs.map(pair => pair.baseline)) }
  return [{ name: `rate at ${CONNECTIONS} connections`, ...figure, unit: '/s, the insert alone', wanted: '≥ 0.8' }]
}

async function tails(hub: Senders, statement: Senders): Promise<Figure[]> {
  const options = { perSecond: PER_SECOND, forMs: ROUND_MS }
  const runs: { ours: Latencies; baseline: Latencies }[] = []
  for (let round = 0; round < ROUNDS; round += 1) runs.push({ baseline: await openLoop(statement, options), ours: await openLoop(hub, options) })
  const of = (side: 'ours' | 'baseline', share: keyof Latencies): number => median(runs.map(run => run[side][share]))
  const added = of('ours', 'p99') - of('baseline', 'p99')
  return [
    { name: `p50 at ${PER_SECOND}/s offered`, ours: of('ours', 'p50'), baseline: of('baseline', 'p50'), unit: 'ms, the insert alone', wanted: '' },
    {
      name: `p99 at ${PER_SECOND}/s offered (lower is better)`,
      ours: of('ours', 'p99'),
      baseline: of('baseline', 'p99') + 5,
      unit: `ms, the insert alone + 5; added: ${added.toFixed(1)} ms`,
      wanted: '≤ 1',
    },
  ]
}

async function openDirect(url: string): Promise<{ senders: Senders; close(): Promise<void> }> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = new pg.Client({ connectionString: url, options: `-c synchronous_commit=on -c jit=off ${BY_INDEX}` })
      await client.connect()
      return client
    }),
  )
  const senders = clients.map(client => {
    const tx: Tx = {
      async query<R>(text: string, values: unknown[] = [], name?: string) {
        const result = await client.query(name === undefined ? { text, values } : { text, values, name })
        return { rows: result.rows as R[], rowCount: result.rowCount ?? 0 }
      },
    }
    // One statement at a time on a connection: the next waits for the last.
    let last: Promise<unknown> = Promise.resolve()
    return async () => {
      const { batch, judged } = judgeFirsts([arrivalOf(arrival())])
      const run = last.then(() => insertBatch(tx, batch, judged))
      last = run.catch(() => undefined)
      await run
    }
  })
  return {
    senders,
    close: async () => {
      await Promise.all(clients.map(client => client.end()))
    },
  }
}

/** What the door hands to the ledger for such a message: its bytes, and its document as the first version of a set. */
function arrival(): ArrivedMessage {
  const { bytes, controlId, person, documentId } = newMessage()
  const id = newMessageId()
  return {
    id,
    door: 'mllp',
    format: 'hl7v2',
    sender: 'bench',
    territory: '54',
    controlId,
    bytes,
    receivedAt: new Date(),
    laneKey: `in:bench-${person}`,
    documentType: '11490-0',
    documentId: `urn:oid:${documentId}`,
    findings: [],
    answer: Buffer.alloc(170, 'a'),
    traceparent: `00-${id.replaceAll('-', '')}-0000000000000001-01`,
    versions: [versionOf(documentId, person)],
  }
}

function versionOf(documentId: string, person: string): VersionAsked {
  const place = { path: 'TXA-12', location: 'TXA^1^12' }
  return {
    documentId: `urn:oid:${documentId}`,
    action: 'create',
    digest: createHash('sha256').update(documentId).digest('hex'),
    setId: `urn:oid:${documentId}.1`,
    version: 1,
    kind: '11490-0 nonXml',
    organisation: 'bench',
    persons: [`ins|bench-${person}`, `ipp|bench-${person}`],
    places: { id: place, parent: place, person: place },
  }
}
