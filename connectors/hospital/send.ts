/*
  Sends one message to a hospital over MLLP and waits for its acknowledgement: one connection, one attempt.
    MSA-1: AA taken, AE refused, AR later
*/
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { HubError } from '../../profiles/errors.ts'
import { type Er7Message, readEr7 } from '../../profiles/hl7v2/er7.ts'
import type { Outgoing, Receipt } from '../connector.ts'
import type { HospitalConfig } from './config.ts'
import { readTls, type TlsMaterial } from './tls.ts'
import { Framer, frame, type HospitalPayload } from './wire.ts'

export interface Peer {
  host: string
  port: number
  tls?: TlsMaterial
}

const LARGEST_ANSWER_BYTES = 1_048_576

/**
 * Sends a message.
 * Throws: hospital.unreachable, hospital.no_answer (with their dependency when nothing came back), hospital.deferred (AR), hospital.refused (AE).
 */
export async function send(delivery: Outgoing<HospitalPayload>, config: HospitalConfig, signal: AbortSignal): Promise<Receipt> {
  const { host, port, tls, message } = delivery.payload
  const peer: Peer = { host, port, ...(tls === true && config.tls !== undefined ? { tls: readTls(config.tls) } : {}) }
  const answer = await exchange(peer, message, { timeoutMs: config.ackTimeoutMs, signal })
  return receiptOf(answer, controlIdOf(message))
}

/** One exchange: resolves with the first frame that comes back, half of one is none. Throws hospital.unreachable, hospital.no_answer. */
export function exchange(peer: Peer, message: Uint8Array, { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal }): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let isConnected = false
    const framer = new Framer(LARGEST_ANSWER_BYTES)
    const socket = open(peer, () => {
      isConnected = true
      socket.write(frame(message))
    })
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      socket.destroy()
      settle()
    }
    const fail = (cause?: unknown) => end(() => reject(failure(peer, isConnected, cause)))
    const giveUp = () => fail(signal?.reason)
    const timer = setTimeout(fail, timeoutMs)
    socket.on('error', fail)
    socket.on('close', () => fail())
    socket.on('data', chunk => {
      const answer = framer.push(chunk).find(({ fault }) => fault !== 'cut')
      if (answer !== undefined) end(() => resolve(answer.bytes))
    })
    if (signal?.aborted) giveUp()
    else signal?.addEventListener('abort', giveUp)
  })
}

function open({ host, port, tls }: Peer, connected: () => void): Socket {
  return tls === undefined ? connectTcp({ host, port, noDelay: true }, connected) : connectTls({ host, port, ...tls, minVersion: 'TLSv1.2' }, connected)
}

function failure({ host, port }: Peer, isConnected: boolean, cause: unknown): HubError {
  return new HubError(isConnected ? 'hospital.no_answer' : 'hospital.unreachable', { cause, dependency: `hospital ${host}:${port}` })
}

function receiptOf(answer: Uint8Array, controlId: string | undefined): Receipt {
  const message = readAnswer(answer)
  const msa = message.first('MSA')
  const acknowledged = msa?.text(2)?.trim()
  // An acknowledgement of another message is none of ours.
  if (acknowledged !== undefined && controlId !== undefined && acknowledged !== controlId) throw new HubError('hospital.no_answer', { path: 'MSA-2' })
  const reference = /^[^\p{Cc}]{1,199}$/u.exec(message.first('MSH')?.text(10)?.trim() ?? '')?.[0]
  switch (msa?.text(1)?.trim()) {
    case 'AA':
    case 'CA':
      return { code: 'AA', ...(reference === undefined ? {} : { reference }) }
    case 'AR':
    case 'CR':
      throw new HubError('hospital.deferred', { reply: 'AR' })
    case 'AE':
    case 'CE':
      throw new HubError('hospital.refused', { reply: 'AE' })
    default:
      throw new HubError('hospital.no_answer', { path: 'MSA-1' })
  }
}

/** All that is read of it is ASCII: an acknowledgement whose words are in another character set than it names is one. */
function readAnswer(answer: Uint8Array): Er7Message {
  try {
    return readEr7(answer, { charset: '8859/15' })
  } catch (cause) {
    throw new HubError('hospital.no_answer', { path: 'MSH', cause })
  }
}

function controlIdOf(message: Uint8Array): string | undefined {
  return readEr7(message).first('MSH')?.text(10)?.trim()
}
