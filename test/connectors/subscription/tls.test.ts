import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, expect, it } from 'vitest'
import { config } from '../../../connectors/subscription/config.ts'
import { send } from '../../../connectors/subscription/send.ts'
import { issue, makeAuthority } from '../../support/certificates.ts'

// A subscriber whose TLS does not hold is sent nothing, and is waited for no longer than the time-out.

const folder = mkdtempSync(join(tmpdir(), 'hub-subscriber-tls-'))
const authority = makeAuthority(folder)
const never = new AbortController().signal
const sockets: Socket[] = []
let server: Server | undefined

async function sendingTo(one: Server, timeoutMs: number): Promise<unknown> {
  server = one.on('connection', (socket: Socket) => void sockets.push(socket))
  await new Promise<void>(resolve => one.listen(0, '127.0.0.1', resolve))
  const { port } = one.address() as AddressInfo
  const payload = { endpoint: `https://127.0.0.1:${port}/hook`, headers: [], json: '{}' }
  return send({ deliveryId: 'd1', payload }, config.parse({ allow: ['127.0.0.1'], timeoutMs, caFile: authority.certFile }), never)
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server?.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a certificate for another purpose than a server is a fault of the certificate, and nothing is sent', async () => {
  const { certFile, keyFile } = issue(folder, authority, { name: 'purpose' })
  const at = (end: string): string => join(folder, `purpose.${end}`)
  const extensions = ['-extfile', at('usage')]
  execFileSync('sh', ['-c', `printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=clientAuth\\n' > ${at('usage')}`])
  execFileSync('openssl', ['x509', '-req', '-in', at('csr.pem'), '-CA', authority.certFile, '-CAkey', authority.keyFile, ...extensions, '-out', certFile], {
    stdio: 'ignore',
  })
  let reached = 0
  const one = createTls({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (_request, response) => {
    reached += 1
    response.end()
  })
  await expect(sendingTo(one, 5000)).rejects.toMatchObject({ code: 'subscription.certificate', kind: 'retry' })
  expect(reached).toBe(0)
})

it('an endpoint that is silent in the handshake is waited for no longer than the time-out', async () => {
  const started = performance.now()
  await expect(sendingTo(createServer(), 500)).rejects.toMatchObject({ code: 'subscription.deferred', kind: 'retry' })
  expect(performance.now() - started).toBeLessThan(2000)
})
