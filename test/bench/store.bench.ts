/*
  Message with a 300 kB document → committed in HAPI and its event recorded, beside the same transactions posted to HAPI directly by as many senders.
  Every message is of a person and a document of its own on both sides; what people share (structure, author) is there before.
*/
import pg from 'pg'
import { mapDocument } from '../../gateway/workers/map-document.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { createDirect, pidOf, SENDERS, type Side, until, untilQuiet } from './direct.ts'
import { cpuSeconds } from './hub-process.ts'
import { median, newMessage, newPerson, openLine, requireAck } from './load.ts'
import type { Report } from './report.ts'

const DOCUMENTS = Number(process.env['HUB_BENCH_DOCUMENTS'] ?? 60)
const ROUNDS = 3
/** Of PDF: a CDA of 300 kB. */
const PDF_BYTES = 215_000

export async function measureStore(sandbox: SandboxFile): Promise<Report> {
  const ledger = new pg.Client({ connectionString: sandbox.postgres })
  await ledger.connect()
  try {
    await throughHub(sandbox, ledger, SENDERS)
    const direct = createDirect(sandbox, mappedMessage)
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

async function eventsIn(ledger: pg.Client): Promise<number> {
  const { rows } = await ledger.query<{ count: number }>("select count(*)::int as count from event where type = 'document.depose'")
  return rows[0]?.count ?? 0
}

function mappedMessage(): ReturnType<typeof mapDocument> {
  const { bytes } = newMessage({ pdfBytes: PDF_BYTES, person: newPerson() })
  return mapDocument({ bytes, receivedAt: new Date(), environment: 'test', maxDocumentBytes: 25_000_000 })
}
