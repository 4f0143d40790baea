import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { config as schema, type HospitalConfig } from '../../../connectors/hospital/config.ts'
import { connector } from '../../../connectors/hospital/index.ts'
import { exchange } from '../../../connectors/hospital/send.ts'
import { readTls } from '../../../connectors/hospital/tls.ts'
import { Framer, frame } from '../../../connectors/hospital/wire.ts'
import type { Accept, Incoming } from '../../../connectors/connector.ts'
import { issue, makeAuthority, revoke } from '../../support/certificates.ts'
import { freePort } from '../../support/free-port.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

let stop: AbortController
let running: Promise<void>
let received: Incoming[]
let events: string[]

/** Opens the door; it answers each message with `ACK <message>`. */
async function open(change: Partial<HospitalConfig> = {}, accept?: Accept): Promise<HospitalConfig> {
  const config = schema.parse({ port: await freePort(), ...change })
  const answer: Accept = accept ?? (async incoming => Buffer.from(`ACK ${incoming.fault ?? ''}${text(incoming.bytes).slice(0, 20)}`))
  await new Promise<void>((resolve, reject) => {
    running = connector.receive(
      async incoming => {
        received.push(incoming)
        return answer(incoming)
      },
      config,
      {
        signal: stop.signal,
        ready: resolve,
        log: (event, fields) => events.push(fields?.['reason'] === undefined ? event : `${event} ${fields['reason']}`),
      },
    )
    running.catch(reject)
  })
  return config
}

/** A client that collects the answers, and knows when it is closed. */
function client(port: number): { socket: Socket; answers: string[]; closed: Promise<void> } {
  const socket = connect(port, '127.0.0.1')
  const framer = new Framer(1_000_000)
  const answers: string[] = []
  socket.on('data', chunk => answers.push(...framer.push(chunk).map(one => text(one.bytes))))
  socket.on('error', () => undefined)
  return { socket, answers, closed: new Promise(resolve => socket.on('close', () => resolve())) }
}

async function until(probe: () => boolean): Promise<void> {
  for (let count = 0; count < 500 && !probe(); count++) await pause(10)
  expect(probe()).toBe(true)
}

beforeEach(() => {
  stop = new AbortController()
  received = []
  events = []
})

afterEach(async () => {
  stop.abort()
  await running
})

describe('the hospital door', () => {
  it('answers each message once, in order, however they come', async () => {
    const { port } = await open({}, async incoming => {
      await pause(text(incoming.bytes) === 'one' ? 50 : 0)
      return Buffer.from(`ACK ${text(incoming.bytes)}`)
    })
    const { socket, answers } = client(port)
    const bytes = Buffer.concat([Buffer.from('noise'), frame(Buffer.from('one')), frame(Buffer.from('two')), frame(Buffer.from('three'))])
    socket.write(bytes.subarray(0, 9))
    await pause(20)
    socket.write(bytes.subarray(9))
    await until(() => answers.length === 3)
    expect(answers).toEqual(['ACK one', 'ACK two', 'ACK three'])
    expect(received.map(({ door, format, fault }) => [door, format, fault])).toEqual(Array(3).fill(['mllp', 'hl7v2', undefined]))
    socket.destroy()
  })

  it('answers what was sent before the partner closed its side', async () => {
    const { port } = await open()
    const { socket, answers, closed } = client(port)
    socket.end(frame(Buffer.from('last')))
    await closed
    expect(answers).toEqual(['ACK last'])
  })

  it('takes 5 MB, refuses what is too large while it comes in, and goes on', async () => {
    const { port } = await open({ maxMessageBytes: 6_000_000 })
    const { socket, answers } = client(port)
    socket.write(frame(Buffer.alloc(5_000_000, 0x41)))
    socket.write(frame(Buffer.alloc(20_000_000, 0x42)))
    socket.write(frame(Buffer.from('small')))
    await until(() => answers.length === 3)
    expect(answers.map(answer => answer.slice(0, 22))).toEqual([`ACK ${'A'.repeat(18)}`, 'ACK hl7v2.too_largeBBB', 'ACK small'])
    expect(received[1]?.bytes.byteLength).toBeLessThanOrEqual(65_536)
    socket.destroy()
  })

  it('never holds more than its budget, and four large messages at once all pass', async () => {
    let most = 0
    let open_ = 0
    const { port } = await open({ maxBytesInFlight: 2_000_000 }, async incoming => {
      open_ += incoming.bytes.byteLength
      most = Math.max(most, open_)
      await pause(5)
      open_ -= incoming.bytes.byteLength
      return Buffer.from('ACK')
    })
    const clients = Array.from({ length: 4 }, () => client(port))
    for (const { socket } of clients) for (let count = 0; count < 3; count++) socket.write(frame(Buffer.alloc(1_500_000, 0x41)))
    await until(() => clients.every(({ answers }) => answers.length === 3))
    expect(most).toBeLessThanOrEqual(4_500_000)
    for (const { socket } of clients) socket.destroy()
  })

  it('who holds the room of others with a message that never ends is closed, however often it sends a byte', async () => {
    const { port } = await open({ maxBytesInFlight: 1_048_576, idleTimeoutMs: 600 })
    const [first, second, third] = [client(port), client(port), client(port)]
    for (const { socket } of [first, second]) socket.write(Buffer.concat([Buffer.of(0x0b), Buffer.alloc(700_000, 0x41)]))
    const trickle = setInterval(() => [first, second].map(({ socket }) => socket.write('A')), 50)
    await pause(200)
    third.socket.write(frame(Buffer.from('one')))
    await until(() => third.answers.length === 1)
    third.socket.write(frame(Buffer.from('two')))
    await until(() => third.answers.length === 2)
    clearInterval(trickle)
    expect(events).toContain('connection.timed-out')
    for (const { socket } of [first, second, third]) socket.destroy()
  })

  it('closes connections beyond its limit, and idle ones', async () => {
    const { port } = await open({ maxConnections: 1, idleTimeoutMs: 1500 })
    const first = client(port)
    first.socket.write(frame(Buffer.from('here')))
    await until(() => first.answers.length === 1)
    await client(port).closed
    await first.closed
    expect(events).toEqual(['connection.refused', 'connection.timed-out'])
  })

  it('an answer that takes longer than the idle time-out is still given', async () => {
    const { port } = await open({ idleTimeoutMs: 100 }, async () => {
      await pause(400)
      return Buffer.from('late')
    })
    expect(text(await exchange({ host: '127.0.0.1', port }, Buffer.from('x'), { timeoutMs: 5000 }))).toBe('late')
  })

  it('when told to stop, it answers what it has and takes nothing more', async () => {
    const { port } = await open({}, async () => {
      await pause(200)
      return Buffer.from('done')
    })
    const [busy, idle] = [client(port), client(port)]
    busy.socket.write(frame(Buffer.from('x')))
    idle.socket.write(Buffer.from('\u000bhalf'))
    await until(() => received.length === 1)
    stop.abort()
    await running
    await Promise.all([busy.closed, idle.closed])
    expect([busy.answers, idle.answers]).toEqual([['done'], []])
    await expect(exchange({ host: '127.0.0.1', port }, Buffer.from('x'), { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'hospital.unreachable' })
  })

  it('survives partners that vanish, and an acceptance that fails', async () => {
    const { port } = await open({}, async incoming => {
      await pause(20)
      if (text(incoming.bytes) === 'bad') throw new Error('of ours')
      return Buffer.from('ACK')
    })
    for (let count = 0; count < 20; count++) {
      const { socket } = client(port)
      socket.write(frame(Buffer.from('x')), () => socket.resetAndDestroy())
    }
    const bad = client(port)
    bad.socket.write(frame(Buffer.from('bad')))
    await bad.closed
    expect(bad.answers).toEqual([])
    expect(text(await exchange({ host: '127.0.0.1', port }, Buffer.from('x'), { timeoutMs: 5000 }))).toBe('ACK')
  })

  it('a port that is taken stops the start', async () => {
    const { port } = await open()
    await expect(connector.receive(async () => new Uint8Array(), schema.parse({ port }), { signal: stop.signal })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-mllp-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const tls = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem'), caFile: join(folder, 'cert.pem') }

  it('the partner is told by its certificate; without one nothing is taken', async () => {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
    )
    await connector.check(schema.parse({ tls }))
    const { port } = await open({ tls })
    expect(text(await exchange({ host: 'localhost', port, secureContext: createSecureContext(readTls(tls)) }, Buffer.from('x'), { timeoutMs: 5000 }))).toBe(
      'ACK x',
    )
    expect(received[0]?.certificate).toMatch(/^[\w-]{43}$/)
    const stranger = connectTls({ host: 'localhost', port, rejectUnauthorized: false })
    stranger.on('error', () => undefined)
    stranger.write(frame(Buffer.from('y')))
    await new Promise(resolve => stranger.on('close', resolve))
    expect(received).toHaveLength(1)
    rmSync(folder, { recursive: true })
    await expect(connector.check(schema.parse({ tls }))).rejects.toMatchObject({ code: 'config.invalid', path: 'connectors.hospital.tls.certFile' })
  })
})

describe('what keeps a connection out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-revoked-'))
  const authority = makeAuthority(folder)
  const door = { ...issue(folder, authority, { name: 'door' }), caFile: authority.certFile }
  afterAll(() => rmSync(folder, { recursive: true }))

  it('a handshake that does not go on is ended, and makes room for others', async () => {
    const { port } = await open({ tls: door, idleTimeoutMs: 200, maxConnections: 1 })
    const began = Date.now()
    await client(port).closed
    expect(Date.now() - began).toBeLessThan(2000)
    expect(events).toEqual(['connection.untrusted'])
    expect(text(await exchange({ host: 'localhost', port, secureContext: createSecureContext(readTls(door)) }, Buffer.from('x'), { timeoutMs: 5000 }))).toBe(
      'ACK x',
    )
  })

  it('strangers who hold all of it with handshakes give way to a partner', async () => {
    const { port } = await open({ tls: door, maxConnections: 2 })
    const strangers = [client(port), client(port), client(port)]
    await until(() => strangers.filter(({ socket }) => socket.closed).length === 1)
    expect(text(await exchange({ host: 'localhost', port, secureContext: createSecureContext(readTls(door)) }, Buffer.from('x'), { timeoutMs: 5000 }))).toBe(
      'ACK x',
    )
    expect(events).toContain('connection.refused')
    for (const { socket } of strangers) socket.destroy()
  })

  it('one certificate holds half of the connections at most: others still come in', async () => {
    const [greedy, other] = ['greedy', 'other'].map(name => ({ ...issue(folder, authority, { name }), caFile: authority.certFile })) as [
      typeof door,
      typeof door,
    ]
    const { port } = await open({ tls: door, maxConnections: 4 })
    const held = Array.from({ length: 3 }, () =>
      connectTls({ host: 'localhost', port, secureContext: createSecureContext(readTls(greedy)) }).on('error', () => undefined),
    )
    await until(() => events.includes('connection.refused') && held.filter(one => one.closed).length === 1)
    expect(text(await exchange({ host: 'localhost', port, secureContext: createSecureContext(readTls(other)) }, Buffer.from('x'), { timeoutMs: 5000 }))).toBe(
      'ACK x',
    )
    expect(held.filter(one => one.closed)).toHaveLength(1)
    for (const one of held) one.destroy()
  })

  it('a file of authorities that is cut off while it is written leaves the old ones in force', async () => {
    const caFile = join(folder, 'authorities.pem')
    copyFileSync(authority.certFile, caFile)
    const { port } = await open({ tls: { ...door, caFile } })
    const say = () => exchange({ host: 'localhost', port, secureContext: createSecureContext(readTls(door)) }, Buffer.from('x'), { timeoutMs: 5000 })
    await say()
    writeFileSync(caFile, '')
    await until(() => events.some(event => event.startsWith('certificate.')))
    expect(events).toEqual(['certificate.refused ERR_OSSL_PEM_NO_START_LINE'])
    expect(text(await say())).toBe('ACK x')
  })

  it('a certificate that is revoked while the hub runs is not taken from then on, others are; the same where we connect', async () => {
    const [good, stolen] = ['good', 'stolen'].map(name => ({ ...issue(folder, authority, { name }), caFile: authority.certFile })) as [typeof door, typeof door]
    const tls = { ...door, crlFile: revoke(folder, authority, []) }
    const { port } = await open({ tls })
    const say = (as: typeof door) =>
      exchange({ host: 'localhost', port, secureContext: createSecureContext(readTls(as)) }, Buffer.from('x'), { timeoutMs: 5000 })
    expect([text(await say(good)), text(await say(stolen))]).toEqual(['ACK x', 'ACK x'])
    revoke(folder, authority, [stolen])
    await until(() => events.includes('certificate.renewed'))
    await expect(say(stolen)).rejects.toMatchObject({ code: expect.stringMatching(/^hospital\./) })
    expect([text(await say(good)), received.length, events.at(-1)]).toEqual(['ACK x', 3, 'connection.untrusted CERT_REVOKED'])
    revoke(folder, authority, [door])
    await expect(say({ ...good, crlFile: tls.crlFile } as typeof door)).rejects.toMatchObject({ code: 'hospital.unreachable' })
    await expect(connector.check(schema.parse({ tls: { ...door, crlFile: join(folder, 'none') } }))).rejects.toMatchObject({
      path: 'connectors.hospital.tls.crlFile',
    })
  })
})

describe('sending to a hospital', () => {
  const MESSAGE = Buffer.from('MSH|^~\\&|HUB|A|B|C|20260601||ZAM^Z02^ZAM_Z01|H1|P|2.6|||||FRA|UNICODE UTF-8\r')
  let hospital: Server | undefined

  afterEach(() => void hospital?.close())

  async function send(answer: string | undefined, ackTimeoutMs = 2000) {
    const port = await freePort()
    running = Promise.resolve()
    hospital = createServer(socket => {
      const framer = new Framer(100_000)
      socket.on('error', () => undefined)
      socket.on('data', chunk => {
        if (framer.push(chunk).length > 0 && answer !== undefined)
          socket.write(frame(Buffer.from(`MSH|^~\\&|B|C|HUB|A|20260601||ACK|R9|P|2.6|||||FRA|UNICODE UTF-8\r${answer}\r`, 'latin1')))
      })
    })
    await new Promise<void>(resolve => hospital?.listen(port, '127.0.0.1', resolve))
    return connector.send(
      { deliveryId: 'D1', payload: { host: '127.0.0.1', port, message: MESSAGE } },
      schema.parse({ ackTimeoutMs }),
      new AbortController().signal,
    )
  }

  it('AA is a receipt with the partner’s reference', async () => {
    expect(await send('MSA|AA|H1')).toEqual({ code: 'AA', reference: 'R9' })
  })

  it('AA is one also where its words are in another character set than it names', async () => {
    expect(await send('MSA|AA|H1|Message intégré')).toEqual({ code: 'AA', reference: 'R9' })
  })

  it.each([
    ['MSA|AR|H1', 'hospital.deferred', 'retry'],
    ['MSA|AE|H1', 'hospital.refused', 'reject'],
    ['MSA|AA|OTHER', 'hospital.no_answer', 'retry'],
    ['MSA|??', 'hospital.no_answer', 'retry'],
    ['PID|1', 'hospital.no_answer', 'retry'],
  ])('%s is %s', async (answer, code, kind) => {
    await expect(send(answer)).rejects.toMatchObject({ code, kind })
  })

  it('no answer in time, and no connection, are told apart', async () => {
    await expect(send(undefined, 150)).rejects.toMatchObject({ code: 'hospital.no_answer', dependency: expect.stringMatching(/^hospital /) })
    const port = await freePort()
    const payload = { host: '127.0.0.1', port, message: MESSAGE }
    await expect(connector.send({ deliveryId: 'D1', payload }, schema.parse({}), new AbortController().signal)).rejects.toMatchObject({
      code: 'hospital.unreachable',
      kind: 'retry',
      dependency: `hospital 127.0.0.1:${port}`,
    })
  })

  it('gives up when told to', async () => {
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 50)
    const port = await freePort()
    hospital = createServer(() => undefined)
    await new Promise<void>(resolve => hospital?.listen(port, '127.0.0.1', resolve))
    await expect(
      connector.send({ deliveryId: 'D1', payload: { host: '127.0.0.1', port, message: MESSAGE } }, schema.parse({}), abort.signal),
    ).rejects.toMatchObject({ code: 'hospital.no_answer' })
  })

  it('a new certificate is shown to those who come next, and one that does not fit its key is not; who is connected stays', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hub-renewed-'))
    const authority = makeAuthority(folder)
    const files = { ...issue(folder, authority, { name: 'door' }), caFile: authority.certFile }
    const partner = issue(folder, authority, { name: 'partner' })
    const { port } = await open({ tls: files })
    const peer = { host: 'localhost', port, ca: readFileSync(authority.certFile), cert: readFileSync(partner.certFile), key: readFileSync(partner.keyFile) }
    const shown = async (): Promise<string> => {
      const socket = connectTls(peer)
      await new Promise(resolve => socket.once('secureConnect', resolve))
      const { serialNumber } = socket.getPeerCertificate()
      socket.destroy()
      return serialNumber
    }
    const first = await shown()
    const staying = connectTls(peer)
    await new Promise(resolve => staying.once('secureConnect', resolve))
    issue(folder, authority, { name: 'door' })
    await until(() => events.includes('certificate.renewed'))
    const second = await shown()
    expect(second).not.toBe(first)
    writeFileSync(files.certFile, readFileSync(partner.certFile))
    await until(() => events.at(-1)?.startsWith('certificate.refused') === true)
    expect(await shown()).toBe(second)
    const answer = new Promise<string>(resolve => staying.once('data', chunk => resolve(text(chunk as Buffer))))
    staying.write(frame(Buffer.from('z')))
    expect(await answer).toContain('ACK z')
    expect(received.at(-1)?.certificateEndsAt).toBeInstanceOf(Date)
    staying.destroy()
    rmSync(folder, { recursive: true })
  })
})
