/*
  A hub process with TLS on both of its doors, beside the stack: certificates and partners change on the disk, and it goes on.
*/
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CertificateFiles, issue, makeAuthority, revoke } from './support/certificates.ts'
import { letterOf } from './support/letters.ts'
import { readSigner } from '../gateway/commands/signer.ts'
import { eventually, readSandbox } from './support/sandbox.ts'
import { freePort } from './support/free-port.ts'

interface Line {
  event: string
  path?: string
  reason?: string
}

const folder = mkdtempSync(join(tmpdir(), 'hub-renewal-'))
const configFile = join(folder, 'hub.json')
const authority = makeAuthority(folder)
const partner = issue(folder, authority, { name: 'partner' })
const doorFiles = issue(folder, authority, { name: 'door' })
const crlFile = revoke(folder, authority, [])
const ports = { https: 0, mllp: 0 }
let hub: ChildProcess
let said = ''

const lines = (): Line[] => said.split('\n').flatMap(line => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as Line] : []))
const eventsOf = (event: string): Line[] => lines().filter(line => line.event === event)

beforeAll(async () => {
  for (const door of ['https', 'mllp'] as const) ports[door] = await freePort()
  const stack = JSON.parse(readFileSync(join(process.env['HUB_DATA_DIR'] ?? '.hub', 'hub.json'), 'utf8'))
  const { certFile, keyFile } = doorFiles
  stack.http = { host: '127.0.0.1', port: ports.https, certFile, keyFile, clientCaFile: authority.certFile, clientCrlFile: crlFile }
  stack.connectors.hospital = { host: '127.0.0.1', port: ports.mllp, tls: { certFile, keyFile, caFile: authority.certFile, crlFile } }
  writeFileSync(configFile, JSON.stringify(stack))
  hub = spawn(process.execPath, ['--import', 'tsx', 'gateway/main.ts', '--config', configFile], { stdio: ['ignore', 'pipe', 'inherit'] })
  hub.stdout?.on('data', chunk => (said += String(chunk)))
  await eventually('the hub has opened its doors', async () => eventsOf('hub.started')[0], 120_000)
})
afterAll(async () => {
  const ended = new Promise(resolve => hub.once('exit', resolve))
  if (hub.exitCode === null && hub.kill('SIGTERM')) await ended
  rmSync(folder, { recursive: true })
})

describe('certificates and partners, replaced while the hub runs', () => {
  it('whoever comes next is shown the new certificate, who is connected stays; files that do not fit are refused in one line each door', async () => {
    const [https, mllp] = [await connected(ports.https), await connected(ports.mllp)]
    const before = serialOf(https)
    expect(serialOf(mllp)).toBe(before)
    issue(folder, authority, { name: 'door' })
    const after = await eventually('both doors show the new certificate', async () => {
      expect(await health(https)).toContain('200 OK')
      const [web, messages] = [await shownAt(ports.https), await shownAt(ports.mllp)]
      return web !== before && web === messages ? web : undefined
    })
    expect(serialOf(mllp)).toBe(before)
    expect(await answerOf(mllp, messageFrom('TLS-NEW', 'CH-TLS'))).toContain('MSA|AE')

    // A look between the new key and its certificate was refused as well.
    const earlier = eventsOf('certificate.refused').length
    writeFileSync(doorFiles.certFile, 'no certificate')
    const both = await eventually('both doors refuse it', async () => {
      const found = eventsOf('certificate.refused').slice(earlier)
      return found.length === 2 ? found : undefined
    })
    const refused = both.map(({ path, reason }) => `${path}: ${reason}`)
    expect(refused.sort()).toEqual(['connectors.hospital.tls: ERR_OSSL_PEM_NO_START_LINE', 'http: ERR_OSSL_PEM_NO_START_LINE'])
    expect(await shownAt(ports.https)).toBe(after)
    expect(await shownAt(ports.mllp)).toBe(after)
    for (const socket of [https, mllp]) socket.destroy()
  })

  it('a partner that is new in the configuration is known on SIGHUP; a file with a fault changes nothing and is told in one line', async () => {
    const socket = await connected(ports.mllp)
    expect(await answerOf(socket, messageFrom('TLS-NEW', 'CH-TLS'))).toContain('MSA|AE')
    const certificate = createHash('sha256')
      .update(new X509Certificate(readFileSync(partner.certFile)).raw)
      .digest('base64url')
    change(partners => partners.push({ id: 'TLS-NEW', kind: 'hospital', mshApplication: 'TLS-NEW', mshFacility: 'CH-TLS', certificate }))
    hub.kill('SIGHUP')
    await eventually('the partner is known', async () => ((await answerOf(socket, messageFrom('TLS-NEW', 'CH-TLS'))).includes('MSA|AA') ? true : undefined))

    const refused = eventsOf('config.refused').length
    change(partners => partners.push({ id: 'ANOTHER', kind: 'nobody' }))
    hub.kill('SIGHUP')
    const line = await eventually('the fault is told', async () => eventsOf('config.refused')[refused])
    expect(line.reason).toMatch(/^partners\.\d+\.kind: /)
    expect(await answerOf(socket, messageFrom('TLS-NEW', 'CH-TLS'))).toContain('MSA|AA')
    socket.destroy()
  })

  it('a certificate that is revoked opens neither door from then on', async () => {
    expect(await tokenStatus()).toBe(200)
    issue(folder, authority, { name: 'door' })
    revoke(folder, authority, [partner])
    await eventually('no token is given with it', async () => ((await tokenStatus()) === 401 ? true : undefined))
    await expect(connected(ports.mllp).then(socket => answerOf(socket, messageFrom('TLS-NEW', 'CH-TLS')))).rejects.toThrow()
    await eventually('the log says why', async () => eventsOf('connection.untrusted').find(one => one.reason === 'CERT_REVOKED'), 10_000)
  })
})

function change(edit: (partners: unknown[]) => void): void {
  const config = JSON.parse(readFileSync(configFile, 'utf8')) as { partners: unknown[] }
  edit(config.partners)
  writeFileSync(configFile, JSON.stringify(config))
}

const messageFrom = (application: string, facility: string): Buffer => {
  const { bytes } = letterOf({ controlId: crypto.randomUUID().slice(0, 20), person: 99_001, to: ['dr.renouvele@test.mssante.fr'] })
  return Buffer.from(
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^(MSH\|[^|]*)\|[^|]*\|[^|]*/, `$1|${application}|${facility}`),
  )
}

async function connected(port: number): Promise<TLSSocket> {
  const show = ({ certFile, keyFile }: CertificateFiles) => ({ cert: readFileSync(certFile), key: readFileSync(keyFile) })
  const socket = connect({ host: 'localhost', port, ca: readFileSync(authority.certFile), ...show(partner) })
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return socket
}

/** The status of a token request of the first client, with the partner's certificate. */
async function tokenStatus(): Promise<number> {
  const [client] = readSandbox().clients
  if (client === undefined) throw new Error('no client')
  const { algorithm, kid, key } = await readSigner(client.key)
  const url = `https://127.0.0.1:${ports.https}/auth/token`
  const jwt = new SignJWT({}).setProtectedHeader({ alg: algorithm, kid }).setIssuer(client.clientId).setSubject(client.clientId).setAudience(url)
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await jwt.setJti(crypto.randomUUID()).setIssuedAt().setExpirationTime('2m').sign(key),
  })
  const [ca, cert, secret] = [authority.certFile, partner.certFile, partner.keyFile].map(file => readFileSync(file))
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const asked = request(url, { method: 'POST', headers, agent: false, ca, cert, key: secret }, reply => resolve(reply.resume().statusCode ?? 0))
    asked.on('error', reject).end(form.toString())
  })
}

const serialOf = (socket: TLSSocket): string => socket.getPeerCertificate().serialNumber

async function shownAt(port: number): Promise<string> {
  const socket = await connected(port)
  const serial = serialOf(socket)
  socket.destroy()
  return serial
}

const health = (socket: TLSSocket): Promise<string> => replyTo(socket, 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n')

const answerOf = (socket: TLSSocket, message: Buffer): Promise<string> =>
  replyTo(socket, Buffer.concat([Buffer.from([0x0b]), message, Buffer.from([0x1c, 0x0d])]))

function replyTo(socket: TLSSocket, request: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('data', chunk => resolve(String(chunk)))
    socket.once('close', () => reject(new Error('closed without an answer')))
    socket.write(request)
  })
}
