import { createServer, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { connector } from '../../../connectors/hospital/index.ts'
import { frame } from '../../../connectors/hospital/wire.ts'

// A hospital that answers as none should: nothing is told taken that was not, nothing is told refused that may have been taken.

const MESSAGE = Buffer.from('MSH|^~\\&|HUB|A|B|C|20260601||ZAM^Z02^ZAM_Z01|H1|P|2.6|||||FRA|UNICODE UTF-8\r')
const ack = (msa: string, reference = 'R9'): Buffer => Buffer.from(`MSH|^~\\&|B|C|HUB|A|20260601||ACK|${reference}|P|2.6|||||FRA|8859/15\r${msa}\r`, 'latin1')
const whole = (msa: string, reference?: string): Buffer => frame(ack(msa, reference))
const half = (msa: string): Buffer => Buffer.concat([Buffer.of(0x0b), ack(msa).subarray(0, -1)])

let stop = (): void => undefined
afterEach(() => stop())

/** Out: what is told of the message to a hospital that does so once it has it, and how many connections it has seen open and closed. */
async function told(answer: (socket: Socket) => void, connections = 1, opened: (socket: Socket) => void = () => undefined) {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
    opened(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  const config = connector.config.parse({ ackTimeoutMs: 400 })
  const signal = new AbortController().signal
  const said = await connector
    .send({ deliveryId: 'D1', payload: { host: '127.0.0.1', port, message: MESSAGE } }, config, signal)
    .catch((error: unknown) => error)
  await new Promise<void>(resolve => {
    const socket = [...sockets].at(-1)
    if (socket === undefined || socket.destroyed) resolve()
    else socket.once('close', () => resolve()).resume()
  })
  expect(sockets.size).toBe(connections)
  return said
}

const trickled = (bytes: Buffer) => (socket: Socket) => {
  socket.setNoDelay(true)
  let at = 0
  const next = (): void => void (at < bytes.length && socket.write(bytes.subarray(at, ++at), () => setImmediate(next)))
  next()
}
const says =
  (...parts: Buffer[]) =>
  (socket: Socket) =>
    void socket.write(Buffer.concat(parts))
const ends =
  (...parts: Buffer[]) =>
  (socket: Socket) =>
    void socket.end(Buffer.concat(parts))

it.each<[string, (socket: Socket) => void]>([
  ['byte by byte', trickled(whole('MSA|AA|H1'))],
  ['and then something else', says(whole('MSA|AA|H1'), whole('MSA|AE|H1'))],
  ['twice', says(whole('MSA|AA|H1'), whole('MSA|AA|H1'))],
  ['behind noise', says(Buffer.from('\r\n\0\xff noise'), whole('MSA|AA|H1'))],
  ['in 8859/15', says(whole('MSA|AA|H1|Intégré pour 3 ¤'))],
  ['and ends the connection', ends(whole('MSA|AA|H1'))],
  ['after the half of another answer', says(half('MSA|AE|H1|x'), whole('MSA|AA|H1'))],
  ['before two megabytes', says(frame(Buffer.concat([ack('MSA|AA|H1'), Buffer.alloc(2 << 20, 0x41)])))],
  ['with CA', says(whole('MSA|CA|H1'))],
])('a hospital that says yes %s has taken the message', async (_, answer) => {
  expect(await told(answer)).toEqual({ code: 'AA', reference: 'R9' })
})

it.each<[string, (socket: Socket) => void, string]>([
  ['AE after the half of a yes', says(half('MSA|AA|'), whole('MSA|AE|H1')), 'hospital.refused'],
  ['CE', says(whole('MSA|CE|H1')), 'hospital.refused'],
  ['CR', says(whole('MSA|CR|H1')), 'hospital.deferred'],
  ['the half of a yes', says(half('MSA|AA|H1')), 'hospital.no_answer'],
  ['a yes to another message', says(whole('MSA|AA|H2')), 'hospital.no_answer'],
  ['an empty frame', says(frame(Buffer.alloc(0))), 'hospital.no_answer'],
  ['no HL7', says(frame(Buffer.from('HTTP/1.1 200 OK'))), 'hospital.no_answer'],
  ['a yes without its frame', says(ack('MSA|AA|H1')), 'hospital.no_answer'],
  ['a message of its own', says(frame(MESSAGE)), 'hospital.no_answer'],
  ['a yes to nothing', says(whole('MSA|AA')), 'hospital.no_answer'],
  ['a no to nothing', says(whole('MSA|AE|')), 'hospital.no_answer'],
])('a hospital that says %s has not', async (_, answer, code) => {
  expect(await told(answer)).toMatchObject({ name: 'HubError', code })
})

it.each<[string, (socket: Socket) => void]>([
  ['with the half of a yes', ends(half('MSA|AA|H1'))],
  ['by its end', socket => void socket.end()],
  ['rudely', socket => void socket.resetAndDestroy()],
])('a hospital that breaks off %s, and waits where nothing is said, is there: the message is counted', async (_, answer) => {
  const error = await told(answer, 2)
  expect(error).toMatchObject({ name: 'HubError', code: 'hospital.dropped', kind: 'retry' })
  expect(error).not.toMatchObject({ dependency: expect.anything() })
})

it('a hospital that breaks off whatever is said is away: no message is counted', async () => {
  const error = await told(
    () => undefined,
    2,
    socket => void socket.end(),
  )
  expect(error).toMatchObject({ code: 'hospital.dropped', dependency: expect.stringMatching(/^hospital /) })
})

it.each([
  ['with NUL in it', 'R\x009'],
  ['of five thousand characters', 'R'.repeat(5000)],
  ['that is empty', ''],
])('of its own references one %s is not kept', async (_, reference) => {
  expect(await told(says(whole('MSA|AA|H1', reference)))).toEqual({ code: 'AA' })
})
