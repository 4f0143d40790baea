/*
  The hospital door: an MLLP server that gives each message one answer, in order on its connection, and never holds more bytes than its budget.
*/
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { boundConnections } from '../connections.ts'
import type { Accept, ConnectorLog, Incoming } from '../connector.ts'
import { Budget } from './budget.ts'
import type { HospitalConfig } from './config.ts'
import { type Renewal, renewTls } from '../renewal.ts'
import { readTls } from './tls.ts'
import { type Frame, Framer, frame } from './wire.ts'

interface Door {
  accept: Accept
  config: HospitalConfig
  log: ConnectorLog
  budget: Budget
  signal: AbortSignal
}

/** Longest handshake; each such connection counts. */
const HANDSHAKE_MS = 10_000

const FAULTS = { too_large: 'hl7v2.too_large', cut: 'hl7v2.framing' } as const

/** Runs until aborted; resolves once every message that was received whole is answered. */
export async function receive(accept: Accept, config: HospitalConfig, options: { signal: AbortSignal; ready?: () => void; log?: ConnectorLog }): Promise<void> {
  const { signal, ready, log = () => undefined } = options
  if (signal.aborted) return
  const door: Door = { accept, config, log, budget: new Budget(config.maxBytesInFlight), signal }
  const server = createServer(config, log)
  const full = (): void => log('connection.refused', { count: config.maxConnections })
  const sockets = boundConnections(server, config.maxConnections, full)
  const connections = new Map<Connection, Promise<void>>()
  server.on(config.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    if (socket.destroyed) return
    sockets.speaks(socket, () => true)
    const connection = new Connection(socket, door)
    if (holdsHalf(connections.keys(), connection.partner, config)) {
      full()
      return void socket.destroy()
    }
    connections.set(
      connection,
      connection.serve().finally(() => connections.delete(connection)),
    )
  })
  server.on('tlsClientError', (_error, socket: TLSSocket) => {
    log('connection.untrusted', reasonOf(socket.authorizationError))
    // One whose handshake took too long is left open by Node, for good.
    socket.destroy()
  })
  await listening(server, config)
  ready?.()
  if (!signal.aborted) await once(signal, 'abort')
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  for (const connection of connections.keys()) connection.closeIfIdle()
  await Promise.all(connections.values())
  // What is left answered everything, or never got as far as TLS.
  for (const { socket } of sockets.open.values()) socket.destroy()
  await closed
}

function createServer({ tls, idleTimeoutMs }: HospitalConfig, log: ConnectorLog): Server {
  if (tls === undefined) return createTcpServer({ noDelay: true })
  const handshakeTimeout = Math.min(idleTimeoutMs, HANDSHAKE_MS)
  const server = createTlsServer({ ...readTls(tls), requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', noDelay: true, handshakeTimeout })
  const told: Renewal['told'] = (event, reason) => log(event, { path: 'connectors.hospital.tls', ...reason })
  renewTls(server, { files: [tls.certFile, tls.keyFile, tls.caFile, tls.crlFile].filter(file => file !== undefined), read: () => readTls(tls), told })
  return server
}

/** `CERT_REVOKED`, `CRL_HAS_EXPIRED`, `DEPTH_ZERO_SELF_SIGNED_CERT`; nothing where none was shown. */
const reasonOf = (said: Error | string | null | undefined): { reason: string } | undefined => (typeof said === 'string' ? { reason: said } : undefined)

async function listening(server: Server, { host, port }: HospitalConfig): Promise<void> {
  await once(server.listen({ host, port }), 'listening')
  // From here on only single accepts can fail (no file descriptor left): the door stays open.
  server.on('error', () => undefined)
}

/** Whoever holds half of the connections gets no more: the other half is for the others. */
const holdsHalf = (open: Iterable<Connection>, { certificate }: Connection['partner'], { maxConnections }: HospitalConfig): boolean =>
  certificate !== undefined && [...open].filter(({ partner }) => partner.certificate === certificate).length >= maxConnections / 2

class Connection {
  readonly #socket: Socket
  readonly #door: Door
  readonly #framer: Framer
  readonly partner: Pick<Incoming, 'certificate' | 'certificateEndsAt'>
  /** answering: a message is with the hub, or there is no room to read on: the silence is ours. writing: the partner has yet to take its answer. */
  #state: 'idle' | 'answering' | 'writing' = 'idle'

  constructor(socket: Socket, door: Door) {
    this.#socket = socket
    this.#door = door
    this.#framer = new Framer(door.config.maxMessageBytes)
    this.partner = certificateOf(socket)
  }

  async serve(): Promise<void> {
    const { config, log, budget, signal } = this.#door
    // Also read by the loop below, which ends with it; a listener keeps an error behind the loop from being fatal.
    this.#socket.on('error', () => undefined)
    this.#socket.setTimeout(config.idleTimeoutMs, () => this.giveUp())
    try {
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
        await this.#take(chunk as Buffer)
        if (signal.aborted) break
      }
    } catch {
      log('connection.broken')
    } finally {
      budget.hold(this, 0)
      this.#socket.destroySoon()
    }
  }

  async #take(chunk: Buffer): Promise<void> {
    const { budget, config } = this.#door
    this.#state = 'answering'
    const frames = this.#framer.push(chunk)
    let held = this.#framer.pending
    for (const one of frames) held += one.bytes.byteLength
    for (const one of frames) {
      budget.hold(this, held)
      await this.#answer(one)
      held -= one.bytes.byteLength
    }
    budget.hold(this, held)
    await budget.room(this, config.idleTimeoutMs)
    this.#state = 'idle'
  }

  async #answer({ bytes, fault }: Frame): Promise<void> {
    if (this.#socket.destroyed) return
    const incoming: Incoming = {
      door: 'mllp',
      format: 'hl7v2',
      bytes,
      receivedAt: new Date(),
      ...this.partner,
      ...(fault === undefined ? {} : { fault: FAULTS[fault] }),
    }
    const answer = await this.#door.accept(incoming)
    if (answer.byteLength === 0) return
    this.#state = 'writing'
    await new Promise<void>(resolve => this.#socket.write(frame(answer), () => resolve()))
    this.#state = 'answering'
  }

  /** Closes at once a connection that owes its partner nothing; another ends by itself. */
  closeIfIdle(): void {
    if (this.#state === 'idle') this.#socket.destroy()
  }

  /** Silent too long, or holding up the others: unless its message is with the hub. */
  giveUp(): void {
    if (this.#state === 'answering') return
    this.#door.log('connection.timed-out')
    this.#socket.destroy()
  }
}

function certificateOf(socket: Socket): Pick<Incoming, 'certificate' | 'certificateEndsAt'> {
  if (!(socket instanceof TLSSocket)) return {}
  const { raw, valid_to } = socket.getPeerCertificate()
  return raw === undefined ? {} : { certificate: createHash('sha256').update(raw).digest('base64url'), certificateEndsAt: new Date(valid_to) }
}
