import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, expect, it } from 'vitest'
import { config } from '../../../connectors/subscription/config.ts'
import { faultOf } from '../../../connectors/subscription/faults.ts'
import { send } from '../../../connectors/subscription/send.ts'
import { type CertificateFiles, issue, makeAuthority } from '../../support/certificates.ts'

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
afterAll(() => {
  for (const one of [folder, elsewhere]) rmSync(one, { recursive: true, force: true })
})

interface Shown {
  name: string
  extensions?: string
  /** Options of `openssl ca`. */
  dates?: string[]
  signedBy?: CertificateFiles
}

/** A server that shows this certificate; it counts who got through. */
function showing({ name, extensions = FOR_SERVERS, dates = ['-days', '2'], signedBy = authority }: Shown) {
  const { certFile, keyFile } = issue(folder, signedBy, { name })
  const at = (end: string): string => join(folder, `${name}.${end}`)
  writeFileSync(at('usage'), extensions)
  writeFileSync(at('index'), '')
  const own = `database=${at('index')}\nnew_certs_dir=${folder}\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n`
  writeFileSync(at('conf'), `[ca]\ndefault_ca=own\n[own]\n${own}`)
  const by = ['-config', at('conf'), '-cert', signedBy.certFile, '-keyfile', signedBy.keyFile, '-extfile', at('usage'), ...dates]
  execFileSync('openssl', ['ca', '-batch', '-notext', '-in', at('csr.pem'), ...by, '-out', certFile], { stdio: 'ignore' })
  const reached = { count: 0 }
  const one = createTls({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (_request, response) => {
    reached.count += 1
    response.end()
  })
  return { one, reached }
}

const elsewhere = mkdtempSync(join(tmpdir(), 'hub-subscriber-other-'))
const FOR_SERVERS = 'subjectAltName=IP:127.0.0.1\n'

it.each<[string, Shown]>([
  ['subscription.certificate', { name: 'purpose', extensions: `${FOR_SERVERS}extendedKeyUsage=clientAuth\n` }],
  ['subscription.certificate_expired', { name: 'expired', dates: ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'] }],
  ['subscription.certificate_early', { name: 'early', dates: ['-startdate', '20900101000000Z', '-enddate', '20910101000000Z'] }],
  ['subscription.certificate_host', { name: 'host', extensions: 'subjectAltName=DNS:elsewhere.example\n' }],
  ['subscription.certificate_issuer', { name: 'issuer', signedBy: makeAuthority(elsewhere) }],
])('%s is what is wrong with a certificate, and nothing is sent', async (code, shown) => {
  const { one, reached } = showing(shown)
  await expect(sendingTo(one, 5000)).rejects.toMatchObject({ code, kind: 'retry' })
  expect(reached.count).toBe(0)
})

// What OpenSSL and Node say where no server of a test can make them: an alert of the other side, a list of revoked certificates.
it.each([
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'subscription.certificate_own'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'subscription.certificate_own'],
  ['CERT_REVOKED', 'subscription.certificate_revoked'],
  ['ECONNREFUSED', 'subscription.deferred'],
])('%s is %s', (code, fault) => {
  expect(faultOf(Object.assign(new Error('closed'), { code })).code).toBe(fault)
})

it('an endpoint that is silent in the handshake is waited for no longer than the time-out', async () => {
  await expect(sendingTo(createServer(), 500)).rejects.toMatchObject({ code: 'subscription.deferred', kind: 'retry' })
})
