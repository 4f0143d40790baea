/*
  Sends one message to a hospital over MLLP and waits for its acknowledgement: one connection, one attempt.
    MSA-1: AA taken, AE refused, AR later
*/
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import { type ErrorCode, HubError } from '../../profiles/errors.ts'
import { type Er7Message, readEr7 } from '../../profiles/hl7v2/er7.ts'
import type { Outgoing, Receipt } from '../connector.ts'
import type { HospitalConfig } from './config.ts'
import { ownFile } from '../own-file.ts'
import { readTls } from './tls.ts'
import { Framer, frame, type HospitalPayload } from './wire.ts'

export interface Peer {
  host: string
  port: number
  secureContext?: SecureContext
}

const LARGEST_ANSWER_BYTES = 1_048_576
/** Whoever breaks off without a message does it sooner. */
const STAYS_MS = 1000

/**
 * Sends a message.
 * Throws: hospital.unreachable, hospital.no_answer and hospital.dropped (with their dependency where the hospital itself is away), hospital.deferred (AR), hospital.refused (AE),
 *         config.unreadable (the hub's certificate, while it is replaced).
 */
export async function send(delivery: Outgoing<HospitalPayload>, config: HospitalConfig, signal: AbortSignal): Promise<Receipt> {
  const { host, port, tls, message } = delivery.payload
  const peer: Peer = { host, port, ...(tls === true && config.tls !== undefined ? { secureContext: contextOf(config.tls, placeOf({ host, port })) } : {}) }
  const answer = await exchange(peer, message, { timeoutMs: config.ackTimeoutMs, signal }).catch(async (error: HubError) => {
    throw error.code === 'hospital.dropped' && (await staysOpen(peer, signal)) ? new HubError('hospital.dropped', { cause: error }) : error
  })
  return receiptOf(answer, controlIdOf(message))
}

/** A front whose hospital is away, or who refuses our certificate, breaks off whatever is said: only where it waits for us is the message the cause. */
const staysOpen = (peer: Peer, signal: AbortSignal): Promise<boolean> =>
  exchange(peer, undefined, { timeoutMs: STAYS_MS, signal }).then(
    () => true,
    ({ code }: HubError) => code === 'hospital.no_answer' && !signal.aborted,
  )

/** One exchange: resolves with the first frame that comes back, half of one is none. Throws hospital.unreachable, hospital.no_answer, hospital.dropped. */
export function exchange(peer: Peer, message: Uint8Array | undefined, { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal }): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let isConnected = false
    const framer = new Framer(LARGEST_ANSWER_BYTES)
    const socket = open(peer, () => {
      isConnected = true
      if (message !== undefined) socket.write(frame(message))
    })
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      socket.destroy()
      settle()
    }
    const fail = (code: ErrorCode, cause?: unknown) => end(() => reject(failure(peer, isConnected ? code : 'hospital.unreachable', cause)))
    const giveUp = () => fail('hospital.no_answer', signal?.reason)
    const timer = setTimeout(() => fail('hospital.no_answer'), timeoutMs)
    socket.on('error', cause => fail('hospital.dropped', cause))
    socket.on('close', () => fail('hospital.dropped'))
    socket.on('data', chunk => {
      const answer = framer.push(chunk).find(({ fault }) => fault !== 'cut')
      if (answer !== undefined) end(() => resolve(answer.bytes))
    })
    if (signal?.aborted) giveUp()
    else signal?.addEventListener('abort', giveUp)
  })
}

const contextOf = (tls: NonNullable<HospitalConfig['tls']>, dependency: string): SecureContext =>
  ownFile('connectors.hospital.tls', dependency, () => createSecureContext({ ...readTls(tls), minVersion: 'TLSv1.2' }))

function open({ host, port, secureContext }: Peer, connected: () => void): Socket {
  return secureContext === undefined ? connectTcp({ host, port, noDelay: true }, connected) : connectTls({ host, port, secureContext }, connected)
}

const placeOf = ({ host, port }: Peer): string => `hospital ${host}:${port}`

const failure = (peer: Peer, code: ErrorCode, cause: unknown): HubError => new HubError(code, { cause, dependency: placeOf(peer) })

function receiptOf(answer: Uint8Array, controlId: string | undefined): Receipt {
  const message = readAnswer(answer)
  const msa = message.first('MSA')
  // An acknowledgement of another message, or of none, is none of ours (HL7 chapter 2: MSA-2 echoes MSH-10).
  if (msa?.text(2)?.trim() !== controlId) throw new HubError('hospital.no_answer', { path: 'MSA-2' })
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
