/*
  Message with a 300 kB document → committed in HAPI and its event recorded, beside the same transactions posted to HAPI directly by as many senders.
  Every message is of a person and a document of its own on both sides; what people share (structure, author) is there before.
*/
import pg from 'pg'
import { replaceIds, writeTransaction, type Entry } from '../../gateway/flows/bundle.ts'
import { type MappedDocument, mapDocument } from '../../gateway/workers/map-document.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { cpuSeconds } from './hub-process.ts'
import { median, newMessage, newPerson, openLine, requireAck } from './load.ts'
import type { Report } from './report.ts'

/** The lanes that a hub works on at once, by default. */
const SENDERS = 6
const DOCUMENTS = Number(process.env['HUB_BENCH_DOCUMENTS'] ?? 60)
const ROUNDS = 3
/** Of PDF: a CDA of 300 kB. */
const PDF_BYTES = 215_000
const LONGEST_MS = 300_000

interface Side {
  perSecond: number
  cpuSecondsEach: number
}

export async function measureStore(sandbox: SandboxFile): Promise<Report> {
  const ledger = new pg.Client({ connectionString: sandbox.postgres })
  await ledger.connect()
  try {
    await throughHub(sandbox, ledger, SENDERS)
    const direct = createDirect(sandbox)
    await direct(SENDERS)
    const pairs: { ours: Side; baseline: Side }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await untilQuiet(ledger)
      const baseline = await direct(DOCUMENTS)
      pairs.push({ baseline, ours: await throughHub(sandbox, ledger, DOCUMENTS) })
    }
    return reportOf(pairs)
  } finally {
    await ledger.end()
  }
}

function reportOf(pairs: { ours: Side; baseline: Side }[]): Report {
  const of = (side: 'ours' | 'baseline', figure: keyof Side): number => median(pairs.map(pair => pair[side][figure]))
  const milliseconds = (side: 'ours' | 'baseline'): number => of(side, 'cpuSecondsEach') * 1000
  return {
    title: `message with a 300 kB document → committed in HAPI, ${SENDERS} at once`,
    figures: [
      {
        name: 'rate',
        ours: of('ours', 'perSecond'),
        baseline: of('baseline', 'perSecond'),
        unit: '/s, the same transactions posted to HAPI',
        wanted: '≥ 0.65',
      },
      {
        name: 'CPU the hub adds, with its fan-out',
        ours: milliseconds('ours'),
        baseline: milliseconds('baseline'),
        unit: "ms each, HAPI's own for such a transaction",
        wanted: '',
      },
    ],
  }
}

/** From the first byte sent to the last event; the CPU counts until the fan-out is done too. */
async function throughHub(sandbox: SandboxFile, ledger: pg.Client, count: number): Promise<Side> {
  const messages = Array.from({ length: count }, () => newMessage({ pdfBytes: PDF_BYTES, person: newPerson() }).bytes)
  const lines = await Promise.all(Array.from({ length: SENDERS }, () => openLine(sandbox.mllp)))
  const hub = pidOf(sandbox, 'hub')
  const before = await eventsIn(ledger)
  const cpu = cpuSeconds(hub)
  const start = performance.now()
  await Promise.all(
    lines.map(async line => {
      for (let message = messages.pop(); message !== undefined; message = messages.pop()) requireAck(await line.send(message))
      line.close()
    }),
  )
  await until('every event', async () => (await eventsIn(ledger)) >= before + count)
  const perSecond = (count * 1000) / (performance.now() - start)
  await untilQuiet(ledger)
  return { perSecond, cpuSecondsEach: (cpuSeconds(hub) - cpu) / count }
}

/** Posts what the hub would: what is shared once, each person and document once. */
function createDirect(sandbox: SandboxFile): (count: number) => Promise<Side> {
  const known = new Map<string, string>()
  return async count => {
    const bundles = Array.from({ length: count }, () => transactionOf(known))
    const hapi = pidOf(sandbox, 'hapi')
    const [first] = bundles.splice(0, 1)
    if (first !== undefined) await post(sandbox, first)
    const cpu = cpuSeconds(hapi)
    const start = performance.now()
    const posted = bundles.length
    await Promise.all(
      Array.from({ length: SENDERS }, async () => {
        for (let bundle = bundles.pop(); bundle !== undefined; bundle = bundles.pop()) await post(sandbox, bundle)
      }),
    )
    return { perSecond: (posted * 1000) / (performance.now() - start), cpuSecondsEach: (cpuSeconds(hapi) - cpu) / posted }
  }
}

function transactionOf(known: Map<string, string>): Uint8Array {
  const { bytes } = newMessage({ pdfBytes: PDF_BYTES, person: newPerson() })
  const mapped = mapDocument({ bytes, receivedAt: new Date(), environment: 'test', maxDocumentBytes: 25_000_000 })
  const actual = new Map<string, string>()
  const created: Entry[] = []
  for (const claim of mapped.claims) {
    const there = idOf(claim, known)
    actual.set(claim.id, there ?? claim.id)
    if (there === undefined) created.push({ type: claim.type, id: claim.id, json: Buffer.from(claim.creation) })
    for (const key of keysOf(claim)) known.set(key, there ?? claim.id)
  }
  return writeTransaction([...created, ...mapped.entries].map(entry => ({ ...entry, json: replaceIds(entry.json, actual) })))
}

type Claim = MappedDocument['claims'][number]

const keysOf = ({ type, keys }: Claim): string[] => keys.map(key => `${type} ${key.system}|${key.value}`)

function idOf(claim: Claim, known: Map<string, string>): string | undefined {
  return keysOf(claim)
    .map(key => known.get(key))
    .find(id => id !== undefined)
}

async function post(sandbox: SandboxFile, bundle: Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/fhir+json', prefer: 'return=minimal' }
  const answer = await fetch(sandbox.hapi, { method: 'POST', headers, body: Buffer.from(bundle) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`HAPI answered ${answer.status}: ${text.slice(0, 300)}`)
}

async function eventsIn(ledger: pg.Client): Promise<number> {
  const { rows } = await ledger.query<{ count: number }>("select count(*)::int as count from event where type = 'document.depose'")
  return rows[0]?.count ?? 0
}

async function untilQuiet(ledger: pg.Client): Promise<void> {
  await until('every lane', async () => {
    const { rows } = await ledger.query<{ open: boolean }>(
      "select exists (select from lane where state = 'ready') or exists (select from planning where planned_at is null) as open",
    )
    return rows[0]?.open === false
  })
}

async function until(what: string, isThere: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + LONGEST_MS
  while (!(await isThere())) {
    if (performance.now() > end) throw new Error(`not seen in time: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

function pidOf(sandbox: SandboxFile, part: string): number {
  const pid = sandbox.pids[part]
  if (pid === undefined) throw new Error(`${part} does not run`)
  return pid
}
