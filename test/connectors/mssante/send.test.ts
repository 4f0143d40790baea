import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { config as schema, type MssanteConfig } from '../../../connectors/mssante/config.ts'
import { send } from '../../../connectors/mssante/send.ts'
import { freePort } from '../../support/free-port.ts'
import { outgoing } from '../../support/mails.ts'

/** What is no name of one is said, and the connection ended. */
type Behaviour = 'drop' | 'silent' | 'drip' | (string & {})

const folder = mkdtempSync(join(tmpdir(), 'hub-send-'))
const passwordFile = join(folder, 'password')
writeFileSync(passwordFile, 'x')
let stop = (): void => undefined
afterEach(() => stop())
afterAll(() => rmSync(folder, { recursive: true }))

/** Half a reply, and then a byte long before anybody calls it silent. */
function drip(socket: Socket): void {
  socket.write('250-')
  const timer = setInterval(() => socket.write('x'), 50)
  socket.once('close', () => clearInterval(timer))
}

/** An operator that takes everybody in and behaves so at one command. */
async function operator(at: string, behaviour: Behaviour): Promise<MssanteConfig> {
  const port = await freePort()
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.write('220 op\r\n')
    let isBody = false
    socket.on('data', chunk => {
      for (const line of chunk.toString('latin1').split('\r\n').filter(Boolean)) {
        const command = line === '.' ? 'END' : isBody ? '' : (line.split(/[ :]/)[0] ?? '').toUpperCase()
        if (command === '') continue
        if (command === at && behaviour === 'drop') return void socket.destroy()
        if (command === at && behaviour === 'silent') return
        if (command === at && behaviour === 'drip') return void drip(socket)
        if (command === at) return void socket.end(`${behaviour}\r\n`)
        isBody = command === 'DATA'
        socket.write(`${{ EHLO: '250-op\r\n250 AUTH PLAIN', AUTH: '235 ok', DATA: '354 go', QUIT: '221 bye' }[command] ?? '250 ok'}\r\n`)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  const host = { host: '127.0.0.1', port, security: 'none' }
  return schema.parse({ address: 'hub@hub.mssante.fr', displayName: 'Hub', smtp: host, imap: host, user: 'x', passwordFile, timeoutMs: 300 })
}

const sending = async (config: MssanteConfig, signal = new AbortController().signal) => send(outgoing('dr.a@cabinet.mssante.fr', 'm1'), config, signal)

it.each(['MAIL', 'RCPT', 'DATA', 'END'])(
  'a connection that ends, falls silent or says a byte now and then at %s is a failure of this mail, counted like any other: no breaker opens for it',
  async at => {
    for (const behaviour of ['drop', 'silent', 'drip'] as const) {
      const error = await sending(await operator(at, behaviour)).catch((thrown: unknown) => thrown)
      stop()
      expect(error, behaviour).toMatchObject({ code: 'mssante.dropped', kind: 'retry' })
      expect(error, behaviour).not.toHaveProperty('dependency', 'mail')
    }
  },
)

it('421 to a mail under way is a "later" about this mail', async () => {
  const error = await sending(await operator('RCPT', '421 4.3.2 closing')).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'mssante.deferred', reply: '421' })
  expect(error).not.toHaveProperty('dependency', 'mail')
})

it.each(['EHLO', 'AUTH'])('what ends before the mail, at %s, is an operator that is away', async at => {
  for (const behaviour of ['drop', 'silent', 'drip', '421 4.3.2 closing'] as const) {
    await expect(sending(await operator(at, behaviour)), behaviour).rejects.toMatchObject({ dependency: 'mail' })
    stop()
  }
})

it('a hub that stops while a mail is under way counts nothing against it', async () => {
  const stopping = AbortSignal.timeout(100)
  await expect(sending(await operator('DATA', 'silent'), stopping)).rejects.toMatchObject({ code: 'mssante.unreachable', dependency: 'mail' })
})

it('a mail that is taken gives the code of the operator', async () => {
  await expect(sending(await operator('', 'drop'))).resolves.toEqual({ code: '250' })
})

const AFTER_HELLO = ['MAIL', 'RCPT', 'DATA', 'END'] as const

it.each(AFTER_HELLO)('what is said to the mail at %s: 4yz is later, 5yz is no, and what is no reply of SMTP is neither', async at => {
  for (const [reply, meaning] of [
    ['451 4.3.0 try again', { code: 'mssante.deferred', reply: '451' }],
    ['550 5.7.1 no', { code: 'mssante.refused', reply: '550' }],
    ['what?', { code: 'mssante.dropped' }],
    ['<html>502</html>', { code: 'mssante.dropped' }],
    ['5000 and more', { code: 'mssante.dropped' }],
    ['99', { code: 'mssante.dropped' }],
  ] as const) {
    const error = await sending(await operator(at, reply)).catch((thrown: unknown) => thrown)
    stop()
    expect(error, reply).toMatchObject(meaning)
    expect(error, reply).not.toHaveProperty('dependency', 'mail')
  }
})

it('a mail whose end is answered with no code of SMTP is counted, and not sent for ever', async () => {
  const error = await sending(await operator('END', '2 ok')).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'mssante.dropped' })
  expect(error).not.toHaveProperty('dependency', 'mail')
})

it.each(['EHLO', 'AUTH'])('a refusal before the mail, at %s, is no word on the mail', async at => {
  for (const reply of ['451 4.3.0 later', '454 4.7.0 no authentication now', '550 5.7.1 no', '535 5.7.8 who?', 'what?']) {
    await expect(sending(await operator(at, reply)), reply).rejects.toMatchObject({
      code: expect.stringMatching(/^mssante\.(unreachable|auth)$/),
      dependency: 'mail',
    })
    stop()
  }
})
