import { createHash, randomUUID } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connector } from '../../../connectors/hospital/index.ts'
import { Framer, frame } from '../../../connectors/hospital/wire.ts'
import { createBreakers } from '../../../gateway/breaker.ts'
import type { Deposit } from '../../../gateway/fanout/deposit.ts'
import { createPlanner } from '../../../gateway/fanout/plan.ts'
import { executeDelivery } from '../../../gateway/fanout/routes/deliver.ts'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { createChains } from '../../../gateway/ledger/audit/audit.ts'
import { readDelivery } from '../../../gateway/ledger/deliveries/deliveries.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { runLanes } from '../../../gateway/ledger/lanes/runner.ts'
import { shareLedger } from '../../../gateway/ledger/shared-transaction.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import { message, quiet, until, useLedger } from '../ledger/support.ts'

// A hospital that answers the acknowledgements it asked for as none should: on the real ledger, with its lanes running and the real connector.

const EACH = 3
const CONCURRENCY = 8
/** Long enough for whoever answers at once to be heard also where the processors are busy: he is asked once. */
const ACK_TIMEOUT_MS = 3000
const { db } = await useLedger()
const acceptor = createAcceptor(db)

type Answer = (socket: Socket, controlId: string) => void
const ack = (msa: string, reference = 'R9'): Buffer => Buffer.from(`MSH|^~\\&|B|C|HUB|A|20260601||ACK|${reference}|P|2.6|||||FRA|8859/15\r${msa}\r`, 'latin1')
const half = (msa: string): Buffer => Buffer.concat([Buffer.of(0x0b), ack(msa)])
const says =
  (...msas: string[]): Answer =>
  (socket, id) =>
    void socket.write(Buffer.concat(msas.map(msa => frame(ack(msa.replace('ID', id))))))

/** What the first acknowledgement of each person meets at its first attempt; every other attempt is taken. */
const FIRST: Record<string, { answer: Answer; attempts: number; code?: string }> = {
  'it closes': { answer: socket => void socket.end(), attempts: 2 },
  'it breaks off': { answer: socket => void socket.resetAndDestroy(), attempts: 2 },
  'it closes in the middle of its answer': { answer: (socket, id) => void socket.end(half(`MSA|AA|${id}`)), attempts: 2 },
  'it says half a frame, then nothing': { answer: (socket, id) => void socket.write(half(`MSA|AA|${id}`)), attempts: 2 },
  'it says nothing': { answer: () => undefined, attempts: 2 },
  'it says yes once nobody listens': { answer: (socket, id) => void setTimeout(() => says('MSA|AA|ID')(socket, id), ACK_TIMEOUT_MS + 300), attempts: 2 },
  'it acknowledges another message': { answer: says('MSA|AA|OTHER'), attempts: 2 },
  'it speaks HTTP': { answer: socket => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), attempts: 2 },
  'it frames what is no HL7': { answer: socket => void socket.write(frame(Buffer.from('ok'))), attempts: 2 },
  'it says later': { answer: says('MSA|AR|ID'), attempts: 2 },
  'it says later in the enhanced mode': { answer: says('MSA|CR|ID'), attempts: 2 },
  'it says half a yes, then later': { answer: (socket, id) => void socket.write(Buffer.concat([half('MSA|AA'), frame(ack(`MSA|AR|${id}`))])), attempts: 2 },
  'it says yes, then no': { answer: says('MSA|AA|ID', 'MSA|AE|ID'), attempts: 1 },
  'it says yes with NUL in its reference': { answer: (socket, id) => void socket.write(frame(ack(`MSA|AA|${id}`, 'R\x009'))), attempts: 1 },
  'it says no, and would say yes to a repeat': { answer: says('MSA|AE|ID'), attempts: 1, code: 'hospital.refused' },
  'it says no in the enhanced mode': { answer: says('MSA|CE|ID'), attempts: 1, code: 'hospital.refused' },
}
const KINDS = Object.keys(FIRST)

const seen: { person: number; nth: number; controlId: string; isTaken: boolean }[] = []
const open = new Set<Socket>()
/** Those of them whose other end is open too. */
const held = new Set<Socket>()
let most = 0
let hospital: Server
let parts: HubParts

beforeAll(async () => {
  hospital = createServer(socket => {
    open.add(socket)
    held.add(socket)
    // An end that came before it, in the same turn, is read first.
    setImmediate(() => (most = Math.max(most, held.size)))
    socket.on('end', () => held.delete(socket))
    socket.on('close', () => open.delete(socket) && held.delete(socket))
    socket.on('error', () => undefined)
    const framer = new Framer(1 << 20)
    socket.on('data', chunk => {
      for (const { bytes } of framer.push(chunk)) hear(socket, Buffer.from(bytes).toString('latin1'))
    })
  })
  await new Promise<void>(resolve => hospital.listen(0, '127.0.0.1', resolve))
  const { port } = hospital.address() as { port: number }
  parts = {
    db,
    chains: createChains('test'),
    outcomes: shareLedger(db),
    breakers: createBreakers(),
    metrics: createMetrics(),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => createHash('sha256').update(value).digest('hex') },
    connectors: { hospital: connector },
    config: {
      connectors: { hospital: connector.config.parse({ ackTimeoutMs: ACK_TIMEOUT_MS }), platform: { partner: 'region', topic: 'hub.partner.region' } },
      partners: [{ id: 'ch-1', acks: { host: '127.0.0.1', port } }],
      clients: [],
    },
  } as unknown as HubParts
})
afterAll(async () => {
  for (const socket of open) socket.destroy()
  await new Promise(resolve => hospital.close(resolve))
})

/** OBX-4 names the document message that the acknowledgement is about. */
function hear(socket: Socket, text: string): void {
  const controlId = text.split('|')[9] ?? ''
  const [, person = '', nth = ''] = /\|M-(\d+)-(\d+)\|/.exec(text) ?? []
  const isFirst = nth === '0' && !seen.some(one => one.controlId === controlId)
  const answer = isFirst ? FIRST[KINDS[Number(person)] ?? '']?.answer : undefined
  seen.push({ person: Number(person), nth: Number(nth), controlId, isTaken: answer === undefined })
  if (answer === undefined) says('MSA|AA|ID')(socket, controlId)
  else answer(socket, controlId)
}

/** A document whose sender wants to know what became of it in the national record. Out: the delivery of that word. */
async function asked(person: number, nth: number): Promise<string> {
  const text = `MSH|^~\\&|DPI|CH|HUB|PFI|20260601||MDM^T02^MDM_T02|M-${person}-${nth}|P|2.6|||||FRA|UNICODE UTF-8\rEVN||20260601\r`
  const { id: cause } = await acceptor.accept(message({ text }))
  const facts = { identity: 'qualifiee', masquePs: false, invisiblePatient: false, invisibleRepLegaux: false, isMinor: false } as const
  const documentId = randomUUID()
  const document = { documentId, documentType: '11490-0', document: `DocumentReference/${documentId}` }
  const detail: Deposit = { messageId: cause, sender: 'ch-1', ...document, destDmp: true, ackReception: true, mailboxes: [], facts }
  const of = { cause, type: 'document.depose', n: 1, person: `p-${person}`, patient: `Patient/p-${person}`, resources: [], changes: [] }
  const { id } = await db.tx(tx => recordEvent(tx, { ...of, detail, channels: ['hospital'], traceparent: 't', at: new Date() }))
  await createPlanner(parts)('hospital', id)
  const { rows } = await db.query<{ id: string }>("select id from delivery where event_id = $1 and action = 'Z01'", [id])
  return rows[0]?.id ?? ''
}

it('what it asked for is lost nowhere, told taken only where it was, in the order of each person, over few connections', async () => {
  const deliveries: { id: string; person: number; nth: number }[] = []
  for (const person of KINDS.keys()) for (let nth = 0; nth < EACH; nth += 1) deliveries.push({ id: await asked(person, nth), person, nth })
  const stop = new AbortController()
  const execute = (claim: Parameters<typeof executeDelivery>[1]) => executeDelivery(parts, claim, stop.signal)
  const lanes = runLanes({ db, kind: 'delivery', holder: 'test', concurrency: CONCURRENCY, signal: stop.signal, log: quiet, pollMs: 50, execute })
  const settled = async () => (await Promise.all(deliveries.map(({ id }) => readDelivery(db, id)))).every(({ status }) => /^(delivered|failed)$/.test(status))
  await until(settled, 'each is settled').finally(() => {
    stop.abort()
    return lanes
  })
  for (const [person, kind] of KINDS.entries()) {
    const { attempts = 0, code } = FIRST[kind] ?? {}
    const own = deliveries.filter(one => one.person === person)
    const [first, ...others] = await Promise.all(own.map(({ id }) => readDelivery(db, id)))
    expect(first, kind).toMatchObject(code === undefined ? { status: 'delivered' } : { status: 'failed', code })
    for (const other of others) expect(other, kind).toMatchObject({ status: 'delivered' })
    const heard = seen.filter(one => one.person === person)
    expect(
      heard.map(one => one.nth),
      kind,
    ).toEqual([...Array<number>(attempts).fill(0), 1, 2])
    expect(new Set(heard.map(one => one.controlId)).size, 'the same control id at each attempt').toBe(EACH)
  }
  expect(most).toBeLessThanOrEqual(CONCURRENCY)
  await until(() => open.size === 0, 'every connection is closed')
}, 120_000)
