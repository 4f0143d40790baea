import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { openKeySet } from '../../../../gateway/access/callers/key-sets.ts'

// Keys of a partner that change while the hub runs, in a file and at an address.

const folder = mkdtempSync(join(tmpdir(), 'hub-jwks-'))
let published: { status: number; body: string; cache?: string } = { status: 200, body: '{}' }
let asked = 0
const server = http.createServer((_request, response) => {
  asked += 1
  response
    .writeHead(published.status, { 'content-type': 'application/json', ...(published.cache === undefined ? {} : { 'cache-control': published.cache }) })
    .end(published.body)
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`

afterEach(() => void vi.useRealTimers())
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

interface Pair {
  jwk: JWK
  sign(): Promise<string>
}

async function makePair(kid: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair('ES384')
  const sign = (key: CryptoKey): Promise<string> => new SignJWT({}).setProtectedHeader({ alg: 'ES384', kid }).sign(key)
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES384' }, sign: () => sign(privateKey) }
}
const [old, next] = [await makePair('old'), await makePair('next')]
const setOf = (...pairs: Pair[]): string => JSON.stringify({ keys: pairs.map(pair => pair.jwk) })

describe('the keys of a partner', () => {
  it('in a file: a new key is known at once, an old one is gone at once', async () => {
    const file = join(folder, 'jwks.json')
    writeFileSync(file, setOf(old))
    const keys = openKeySet({ jwksFile: file }, fault => expect.unreachable(String(fault)))
    await jwtVerify(await old.sign(), keys)
    await expect(jwtVerify(await next.sign(), keys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    writeFileSync(file, setOf(old, next))
    for (const pair of [old, next]) await jwtVerify(await pair.sign(), keys)
    writeFileSync(file, setOf(next))
    await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it('are found without a kid where one alone fits the algorithm: of several nobody guesses', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES384')
    const jwk = await exportJWK(publicKey)
    const keysOf = (...keys: JWK[]) => openKeySet({ jwks: { keys } }, fault => expect.unreachable(String(fault)))
    const unnamed = await new SignJWT({}).setProtectedHeader({ alg: 'ES384' }).sign(privateKey)
    await jwtVerify(unnamed, keysOf(jwk))
    await expect(jwtVerify(unnamed, keysOf(jwk, next.jwk))).rejects.toMatchObject({ code: 'ERR_JWKS_MULTIPLE_MATCHING_KEYS' })
  })

  it('in a file that is gone or half written stay as they were, and it is told', async () => {
    const file = join(folder, 'lost.json')
    writeFileSync(file, setOf(old))
    const faults: unknown[] = []
    const keys = openKeySet({ jwksFile: file }, fault => faults.push(fault))
    writeFileSync(file, '{"keys": [{')
    await jwtVerify(await old.sign(), keys)
    rmSync(file)
    await jwtVerify(await old.sign(), keys)
    expect(faults).toHaveLength(2)
  })

  it('in a file that cannot be read from the beginning are a fault', () => {
    expect(() => openKeySet({ jwksFile: join(folder, 'nowhere.json') }, () => undefined)).toThrow()
  })

  it('at an address are fetched once, and again for a key that is not known, but not at each forged one', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    published = { status: 200, body: setOf(old) }
    asked = 0
    const keys = openKeySet({ jwksUri: address }, () => undefined)
    for (let time = 0; time < 3; time++) await jwtVerify(await old.sign(), keys)
    expect(asked).toBe(1)
    published = { status: 200, body: setOf(old, next) }
    await expect(jwtVerify(await next.sign(), keys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    expect(asked).toBe(1)
    vi.setSystemTime(Date.now() + 6000)
    await jwtVerify(await next.sign(), keys)
    expect(asked).toBe(2)
  })

  it.each(['max-age=60', 'public, max-age=60, must-revalidate', 'no-store', 'no-cache'])(
    'at an address that says %s are kept no longer: an old one is gone, also while it is used',
    async cache => {
      vi.useFakeTimers({ toFake: ['Date'] })
      published = { status: 200, body: setOf(old, next), cache }
      asked = 0
      const keys = openKeySet({ jwksUri: address }, () => undefined)
      for (let time = 0; time < 3; time++) await jwtVerify(await old.sign(), keys)
      expect(asked).toBe(1)
      published = { ...published, body: setOf(next) }
      vi.setSystemTime(Date.now() + 61_000)
      await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
      expect(asked).toBe(2)
      await jwtVerify(await next.sign(), keys)
    },
  )

  it('at an address that fails once they are old are not taken for that', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    published = { status: 200, body: setOf(old), cache: 'max-age=60' }
    const keys = openKeySet({ jwksUri: address }, () => undefined)
    await jwtVerify(await old.sign(), keys)
    published = { status: 503, body: '' }
    vi.setSystemTime(Date.now() + 61_000)
    for (let time = 0; time < 2; time++) await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'oauth.keys_unavailable' })
    published = { status: 200, body: setOf(next) }
    await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it.each([
    ['a page', '<html></html>'],
    ['no list of keys', '{"keys":null}'],
  ])('at an address that answers 200 with %s once they are old are not taken for that, however often they are asked for', async (_what, body) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    published = { status: 200, body: setOf(old), cache: 'max-age=60' }
    const keys = openKeySet({ jwksUri: address }, () => undefined)
    await jwtVerify(await old.sign(), keys)
    published = { ...published, body }
    vi.setSystemTime(Date.now() + 61_000)
    for (let time = 0; time < 3; time++) await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'oauth.keys_unavailable' })
    published = { ...published, body: setOf(old) }
    await jwtVerify(await old.sign(), keys)
  })

  it('at an address that withdraws them all are gone', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    published = { status: 200, body: setOf(old), cache: 'max-age=60' }
    const keys = openKeySet({ jwksUri: address }, () => undefined)
    await jwtVerify(await old.sign(), keys)
    published = { ...published, body: setOf() }
    vi.setSystemTime(Date.now() + 61_000)
    for (let time = 0; time < 2; time++) await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it.each([
    ['does not answer 200', { status: 503, body: '' }],
    ['answers no keys', { status: 200, body: '<html></html>' }],
  ])('at an address that %s cannot be judged now: it is not the fault of the caller', async (_case, answer) => {
    published = answer
    const keys = openKeySet({ jwksUri: address }, () => undefined)
    await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'oauth.keys_unavailable', kind: 'retry' })
    published = { status: 200, body: setOf(old) }
    await jwtVerify(await old.sign(), keys)
  })

  it('at an address that answers without end, or leads elsewhere, cannot be judged now, and the answer is not held', async () => {
    let sent = 0
    const endless = http.createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = (): void => {
        while (!response.destroyed) {
          sent += 65_536
          if (!response.write(' '.repeat(65_536))) return void response.once('drain', more)
        }
      }
      more()
    })
    await new Promise<void>(resolve => endless.listen(0, '127.0.0.1', resolve))
    const keys = openKeySet({ jwksUri: `http://127.0.0.1:${(endless.address() as AddressInfo).port}/jwks` }, () => undefined)
    await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'oauth.keys_unavailable' })
    await vi.waitFor(async () => expect(await new Promise(resolve => endless.getConnections((_error, count) => resolve(count)))).toBe(0), 4000)
    expect(sent).toBeLessThan(32 << 20)
    endless.close()
    published = { status: 302, body: '', cache: 'no-store' }
    const elsewhere = openKeySet({ jwksUri: address }, () => undefined)
    await expect(jwtVerify(await old.sign(), elsewhere)).rejects.toMatchObject({ code: 'oauth.keys_unavailable' })
  })

  it('at an address where nobody listens cannot be judged now', async () => {
    const keys = openKeySet({ jwksUri: 'http://127.0.0.1:1/jwks' }, () => undefined)
    await expect(jwtVerify(await old.sign(), keys)).rejects.toMatchObject({ code: 'oauth.keys_unavailable' })
  })
})
