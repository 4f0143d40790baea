/*
  Admission (ADT^A01) → stay committed in HAPI and the movement settled, beside the same transactions posted to HAPI directly by as many senders.
  Every movement is of a person and a stay of its own on both sides; what they share (structure, unit, practitioner) is there before.
*/
import pg from 'pg'
import { stayOf } from '../../gateway/ledger/movements.ts'
import { mapMovement } from '../../gateway/workers/map-movement.ts'
import { judgeMessage } from '../../mappers/hl7v2/judge-message.ts'
import { testIns } from '../support/letters.ts'
import { writeMovement } from '../support/movements.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { createDirect, pidOf, SENDERS, type Side, until, untilQuiet } from './direct.ts'
import { cpuSeconds } from './hub-process.ts'
import { median, newPerson, openLine, requireAck } from './load.ts'
import type { Report } from './report.ts'

const MOVEMENTS = Number(process.env['HUB_BENCH_MOVEMENTS'] ?? 200)
const ROUNDS = 3

export async function measureMovements(sandbox: SandboxFile): Promise<Report> {
  const ledger = new pg.Client({ connectionString: sandbox.postgres })
  await ledger.connect()
  try {
    const direct = createDirect(sandbox, mappedAdmission)
    await direct(MOVEMENTS)
    await throughHub(sandbox, ledger)
    const pairs: { ours: Side; baseline: Side }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await untilQuiet(ledger)
      const baseline = await direct(MOVEMENTS)
      pairs.push({ baseline, ours: await throughHub(sandbox, ledger) })
    }
    return reportOf(pairs)
  } finally {
    await ledger.end()
  }
}

function reportOf(pairs: { ours: Side; baseline: Side }[]): Report {
  const of = (side: 'ours' | 'baseline', figure: keyof Side): number => median(pairs.map(pair => pair[side][figure]))
  return {
    title: `ADT^A01 → committed in HAPI, ${SENDERS} at once`,
    figures: [
      {
        name: 'rate',
        ours: of('ours', 'perSecond'),
        baseline: of('baseline', 'perSecond'),
        unit: '/s, the same transactions posted to HAPI',
        wanted: '≥ 0.85',
      },
      {
        name: 'CPU the hub adds, with its alerts',
        ours: of('ours', 'cpuSecondsEach') * 1000,
        baseline: of('baseline', 'cpuSecondsEach') * 1000,
        unit: "ms each, HAPI's own for such a transaction",
        wanted: '',
      },
    ],
  }
}

/** From the first byte sent to the last movement settled; the CPU counts until its alerts are planned too. */
async function throughHub(sandbox: SandboxFile, ledger: pg.Client): Promise<Side> {
  const messages = Array.from({ length: MOVEMENTS }, newAdmission)
  const lines = await Promise.all(Array.from({ length: SENDERS }, () => openLine(sandbox.mllp)))
  const hub = pidOf(sandbox, 'hub')
  const before = await settledIn(ledger)
  const cpu = cpuSeconds(hub)
  const start = performance.now()
  await Promise.all(
    lines.map(async line => {
      for (let message = messages.pop(); message !== undefined; message = messages.pop()) requireAck(await line.send(message))
      line.close()
    }),
  )
  await until('every movement', async () => (await settledIn(ledger)) >= before + MOVEMENTS)
  const perSecond = (MOVEMENTS * 1000) / (performance.now() - start)
  await untilQuiet(ledger)
  return { perSecond, cpuSecondsEach: (cpuSeconds(hub) - cpu) / MOVEMENTS }
}

async function settledIn(ledger: pg.Client): Promise<number> {
  const { rows } = await ledger.query<{ count: number }>(
    'select count(*)::int as count from movement join message on message.id = movement.message_id where stored_at is not null',
  )
  return rows[0]?.count ?? 0
}

let written = 0

/** Admitted a minute ago, so that it is announced. */
function newAdmission(): Buffer {
  written += 1
  const person = newPerson()
  const at = new Date(Date.now() - 60_000).toISOString().replace(/[-:T]|\..*/g, '')
  const own = `B${process.pid}-${written}`
  return writeMovement({ id: own, visit: own, controlId: own, ins: testIns(person), ipp: `IPP-B${person}`, startsAt: `${at}+0000` })
}

function mappedAdmission(): ReturnType<typeof mapMovement> {
  const bytes = newAdmission()
  const { movement } = judgeMessage(bytes, { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 1_000_000 })
  if (movement === undefined) throw new Error('the admission is refused')
  const messageId = crypto.randomUUID()
  return mapMovement({
    bytes,
    messageId,
    stay: stayOf(movement),
    records: [{ ...movement, messageId, isRepeat: false }],
    sender: { id: 'DPI-1/CH-1' },
    zbe: 'strict',
    receivedAt: new Date(),
    environment: 'test',
  })
}
