/*
  Load from outside: messages of many invented persons, and MLLP connections that send the next when the last is answered, or at a given rate.
*/
import { connect, type Socket } from 'node:net'
import { TEST_INS, TEST_IPP, writeCda } from '../support/cda.ts'
import { testIns } from '../support/letters.ts'
import { SB, writeMessage } from '../support/messages.ts'

const VT = 0x0b
const END = Buffer.from([0x1c, 0x0d])

export interface Latencies {
  p50: number
  p99: number
}

export interface Message {
  bytes: Buffer
  controlId: string
  person: string
  documentId: string
}

/** Persons that messages are of unless said otherwise. */
const PERSONS = 500
const PERSONS_KNOWN = 90_000

let written = 0

/** The smallest message of profile 2.1 that the door takes, or one whose PDF has so many bytes; each with a document of its own, to nobody. */
export function newMessage({ pdfBytes = 0, person: number = written % PERSONS }: { pdfBytes?: number; person?: number } = {}): Message {
  written += 1
  const controlId = `B${process.pid}-${written}`
  const person = testIns(number)
  const ipp = `IPP-B${number}`
  const documentId = `2.25.${BigInt(`0x${crypto.randomUUID().replaceAll('-', '')}`)}`
  const patientIds = [
    { root: TEST_INS.root, extension: person },
    { root: TEST_IPP.root, extension: ipp },
  ]
  // A set of versions for each document, as hospitals number them.
  const edit = (text: string): string => text.replace(/<setId [^>]*>/, `<setId root="${documentId}.1"/>`)
  const document = writeCda({ id: documentId, patientIds, edit, ...(pdfBytes === 0 ? {} : { body: pdf(pdfBytes) }) })
  const identifiers = `${person}^^^ASIP-SANTE-INS-NIR&${TEST_INS.root}&ISO^INS~${ipp}^^^CH-1&${TEST_IPP.root}&ISO^PI`
  const bytes = writeMessage({ controlId, documentId, document, participations: [SB], flags: { DESTMSSANTEPS: 'N' }, set: { 'PID-3': identifiers } })
  return { bytes, controlId, person, documentId }
}

let lastPerson = PERSONS

/** The number of a person that no message was of. */
export function newPerson(): number {
  lastPerson += 1
  return lastPerson % PERSONS_KNOWN
}

function pdf(bytes: number): string {
  return Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(bytes, '% padding\n')]).toString('base64')
}

export interface Line {
  /** Resolves with the answer, in order. */
  send(message: Uint8Array): Promise<string>
  close(): void
}

export function openLine({ host, port }: { host: string; port: number }): Promise<Line> {
  return new Promise((resolve, reject) => {
    const waiting: { resolve(answer: string): void; reject(error: Error): void }[] = []
    let held = Buffer.alloc(0)
    const socket: Socket = connect({ host, port, noDelay: true }, () => resolve(line))
    const fail = (error: Error): void => {
      reject(error)
      for (const one of waiting.splice(0)) one.reject(error)
    }
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the door closed the connection')))
    socket.on('data', chunk => {
      held = Buffer.concat([held, chunk])
      for (let end = held.indexOf(END); end >= 0; end = held.indexOf(END)) {
        waiting.shift()?.resolve(held.toString('utf8', held.indexOf(VT) + 1, end))
        held = held.subarray(end + END.length)
      }
    })
    const line: Line = {
      send: message =>
        new Promise((answered, failed) => {
          waiting.push({ resolve: answered, reject: failed })
          socket.write(Buffer.concat([Buffer.of(VT), message, END]))
        }),
      close: () => socket.destroy(),
    }
  })
}

export function requireAck(answer: string, code = 'AA'): void {
  if (!answer.includes(`MSA|${code}|`)) throw new Error(`expected ${code}, got ${answer.replaceAll('\r', ' ').slice(0, 300)}`)
}

/** Each sender sends its next when the last is done, for so long. Out: done per second. */
export async function closedLoop(senders: (() => Promise<void>)[], forMs: number): Promise<number> {
  const start = performance.now()
  let count = 0
  await Promise.all(
    senders.map(async send => {
      while (performance.now() < start + forMs) {
        await send()
        count += 1
      }
    }),
  )
  return (count * 1000) / (performance.now() - start)
}

/** So many a second are offered for so long, whatever the answers take; a latency counts from when its message was due. */
export async function openLoop(senders: (() => Promise<void>)[], options: { perSecond: number; forMs: number }): Promise<Latencies> {
  const everyMs = 1000 / options.perSecond
  const count = Math.round(options.forMs / everyMs)
  const latencies: number[] = []
  const running: Promise<void>[] = []
  const start = performance.now()
  for (let n = 0; n < count; n += 1) {
    const due = start + n * everyMs
    while (performance.now() < due) await new Promise(resolve => setTimeout(resolve, 1))
    const send = senders[n % senders.length]
    if (send === undefined) break
    running.push(send().then(() => void latencies.push(performance.now() - due)))
  }
  await Promise.all(running)
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
