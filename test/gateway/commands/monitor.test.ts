import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import { decodeJwt, exportJWK, generateKeyPair } from 'jose'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { CommandError } from '../../../gateway/commands/command-error.ts'
import { askMonitor } from '../../../gateway/commands/monitor.ts'
import { issue, makeAuthority } from '../../support/certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'monitor-'))
afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(folder, { recursive: true }))

it('a hub elsewhere needs a key', async () => {
  vi.stubEnv('HUB_URL', 'https://hub.example')
  await expect(askMonitor('flows')).rejects.toThrow(/^HUB_URL needs HUB_KEY_FILE/)
})

it('a key that cannot be read is told by its file, and nothing of what it holds', async () => {
  const keyFile = join(folder, 'broken.json')
  writeFileSync(keyFile, '{"d":SECRET}')
  for (const [name, value] of Object.entries({ HUB_URL: 'http://127.0.0.1:1', HUB_KEY_FILE: keyFile })) vi.stubEnv(name, value)
  await expect(askMonitor('flows')).rejects.toThrow(new CommandError(`${keyFile} is no private JWK that can be read`))
})

it('what is wrong with the address, the certificate to show or the one that is shown is told as that', async () => {
  const authority = makeAuthority(folder)
  const { certFile, keyFile } = issue(folder, authority, { name: 'alone' })
  const hub = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (_, response) => response.end())
  await new Promise<void>(resolve => hub.listen(0, '127.0.0.1', resolve))
  const jwk = join(folder, 'own.json')
  writeFileSync(jwk, JSON.stringify(await exportJWK((await generateKeyPair('ES384', { extractable: true })).privateKey)))
  const url = `https://localhost:${(hub.address() as AddressInfo).port}`
  const told = (said: Record<string, string>): Promise<string> => {
    for (const [name, value] of Object.entries({ HUB_KEY_FILE: jwk, HUB_URL: url, ...said })) vi.stubEnv(name, value)
    return askMonitor('flows').then(String, (error: unknown) => (error instanceof CommandError ? error.message : `no CommandError: ${error}`))
  }
  expect(await told({})).toBe(`the hub does not answer at ${url} (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`)
  for (const HUB_CERT_FILE of [join(folder, 'none'), certFile, jwk])
    expect(await told({ HUB_CERT_FILE })).toBe(`${HUB_CERT_FILE} (HUB_CERT_FILE) does not hold a certificate and its key (PEM)`)
  expect(await told({ HUB_URL: 'hub.example' })).toBe('HUB_URL is no address: hub.example')
  hub.close()
})

it.each([
  ['is no hub', () => '<html>', 'no token: 502'],
  ['ends meanwhile', (url: string) => (url === '/auth/token' ? '{"access_token":"T"}' : undefined), /^the hub does not answer at /],
  ['is another program', (url: string) => (url === '/auth/token' ? '{"access_token":"T"}' : '<html>'), /^the hub answered 502, and no JSON$/],
])('what answers and %s is told in one line', async (_, answerTo, said) => {
  const hub = createPlainServer((request, response) => {
    const answer = answerTo(request.url ?? '')
    if (answer === undefined) request.socket.destroy()
    else response.writeHead(502).end(answer)
  })
  await new Promise<void>(resolve => hub.listen(0, '127.0.0.1', resolve))
  const keyFile = join(folder, 'plain.json')
  writeFileSync(keyFile, JSON.stringify(await exportJWK((await generateKeyPair('ES384', { extractable: true })).privateKey)))
  vi.stubEnv('HUB_URL', `http://127.0.0.1:${(hub.address() as AddressInfo).port}`)
  vi.stubEnv('HUB_KEY_FILE', keyFile)
  const asked = askMonitor('flows')
  await expect(asked).rejects.toThrow(said)
  await expect(asked).rejects.toBeInstanceOf(CommandError)
  hub.close()
})

it('a hub elsewhere is asked in the name of its client, who shows his certificate', async () => {
  const authority = makeAuthority(folder)
  const [server, client] = ['server', 'client'].map(name => issue(folder, authority, { name })) as [typeof authority, typeof authority]
  const asked: unknown[] = []
  const hub = createServer({ cert: readFileSync(server.certFile), key: readFileSync(server.keyFile), ca: readFileSync(authority.certFile), requestCert: true })
  hub.on('request', async (request, response) => {
    const shown = request.socket instanceof TLSSocket && request.socket.authorized
    const body = new URLSearchParams(await text(request))
    const { iss, aud } = request.url === '/auth/token' ? decodeJwt(body.get('client_assertion') ?? '') : {}
    asked.push([request.url, shown, iss, aud, request.headers.authorization])
    response.end(JSON.stringify(request.url === '/auth/token' ? { access_token: 'T' } : { items: [] }))
  })
  await new Promise<void>(resolve => hub.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(hub.address() as AddressInfo).port}`
  const [keyFile, certFile] = [join(folder, 'jwk.json'), join(folder, 'both.pem')]
  writeFileSync(keyFile, JSON.stringify({ ...(await exportJWK((await generateKeyPair('ES384', { extractable: true })).privateKey)), alg: 'ES384' }))
  writeFileSync(certFile, readFileSync(client.certFile, 'utf8') + readFileSync(client.keyFile, 'utf8'))
  for (const [name, value] of Object.entries({
    HUB_URL: `${url}/`,
    HUB_CLIENT: 'me',
    HUB_KEY_FILE: keyFile,
    HUB_CERT_FILE: certFile,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  }))
    vi.stubEnv(name, value)
  expect(await askMonitor('flows?limit=1')).toEqual({ items: [] })
  expect(asked).toEqual([
    ['/auth/token', true, 'me', `${url}/auth/token`, undefined],
    ['/monitor/api/flows?limit=1', true, undefined, undefined, 'Bearer T'],
  ])
  hub.close()
})
