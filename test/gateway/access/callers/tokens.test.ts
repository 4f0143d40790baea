import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { readScopes } from '../../../../gateway/access/callers/scopes.ts'
import { openSigningKeys, signingKeysOf } from '../../../../gateway/access/callers/signing-keys.ts'
import { createTokens, type TokenRequest } from '../../../../gateway/access/callers/tokens.ts'
import { clientsOf, makeClient, makeSigningKey, makeSigningKeys } from '../../../support/clients.ts'

const keys = await makeSigningKeys()
const dac = await makeClient({ clientId: 'dac-54', scopes: 'system/Patient.rs' })
const clients = clientsOf(dac)
const tokens = createTokens(keys, clients)
const client = clients.get('dac-54')
if (client === undefined) throw new Error('no client')
const scopes = readScopes('system/Patient.r')
const own: TokenRequest = { client, scopes, grant: { context: 'system', purpose: 'CAREMGT' } }
const folder = mkdtempSync(join(tmpdir(), 'hub-keys-'))

afterEach(() => void vi.useRealTimers())
afterAll(() => rmSync(folder, { recursive: true }))

describe('access tokens', () => {
  it('name the client, its kind, its structure, what was granted and why', async () => {
    const actor = { clientId: 'dac-54', kind: 'dac', structure: '540002102', requestsPerSecond: 1000, scopes, context: 'system', purpose: 'CAREMGT' }
    await expect(tokens.read(await tokens.sign(own))).resolves.toEqual(actor)
  })

  it('of a professional say who he is, and why he broke the glass', async () => {
    const grant = {
      context: 'user',
      user: { idNatPs: '810000000017', profession: '10', structure: '1540990025' },
      purpose: 'BTG',
      reason: 'inconscient',
    } as const
    await expect(tokens.read(await tokens.sign({ ...own, grant }))).resolves.toMatchObject(grant)
  })

  it('are read by a replica with the same key, and by no other hub', async () => {
    const token = await tokens.sign(own)
    await expect(createTokens(keys, clients).read(token)).resolves.toMatchObject({ clientId: 'dac-54' })
    await expect(createTokens(await makeSigningKeys(), clients).read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
  })

  it('end after five minutes, also when they were read before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const [token, unread] = [await tokens.sign(own), await tokens.sign(own)]
    vi.setSystemTime(Date.now() + 299_000)
    await expect(tokens.read(token)).resolves.toMatchObject({ clientId: 'dac-54' })
    vi.setSystemTime(Date.now() + 2000)
    for (const one of [token, unread]) await expect(tokens.read(one)).rejects.toMatchObject({ code: 'fhir.token_expired' })
  })

  it('end with the registration of their client, also when they were read before', async () => {
    const registered = new Map(clients)
    const reading = createTokens(keys, registered)
    const token = await tokens.sign(own)
    await expect(reading.read(token)).resolves.toMatchObject({ clientId: 'dac-54' })
    registered.set('dac-54', { ...client, certificate: 'expired' })
    await expect(reading.read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
    registered.delete('dac-54')
    await expect(reading.read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
  })

  it('bound to a certificate are good on a connection that shows it, and on no other', async () => {
    const token = await tokens.sign({ ...own, certificate: 'digest-of-one' })
    for (const shown of [undefined, 'digest-of-another']) await expect(tokens.read(token, () => shown)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
    await expect(tokens.read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
    await expect(tokens.read(token, () => 'digest-of-one')).resolves.toMatchObject({ clientId: 'dac-54' })
  })

  it('are not the assertions of a client, nor unsigned, nor signed with the public key as a secret', async () => {
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from('{"client_id":"dac-54"}').toString('base64url')}.`
    const foreign = await new SignJWT({ scope: 'system/Patient.rs', client_id: 'dac-54', hub: {} })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'hub' })
      .setIssuer('urn:e-parcours:hub')
      .setAudience('urn:e-parcours:hub')
      .setExpirationTime('5m')
      .sign(Buffer.from(JSON.stringify(keys().open.keys[0])))
    const altered = (await tokens.sign(own)).replace(/\.([^.]+)\./, (_all, payload: string) => {
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
      return `.${Buffer.from(JSON.stringify({ ...claims, scope: 'system/Task.crus' })).toString('base64url')}.`
    })
    for (const token of [await dac.assert('urn:e-parcours:hub'), unsigned, foreign, altered])
      await expect(tokens.read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
  })
})

const otherCurve = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)

describe('the keys of access tokens', () => {
  const rsa = async (): Promise<JWK> => ({ ...(await exportJWK((await generateKeyPair('RS384', { extractable: true })).privateKey)), kid: 'rsa' })

  it('may be several: the last one signs, all verify', async () => {
    const [old, next] = [await makeSigningKey(), await rsa()]
    const before = createTokens(() => signingKeysOf(old), clients)
    const after = createTokens(() => signingKeysOf({ keys: [old, next] }), clients)
    const [one, two] = [await before.sign(own), await after.sign(own)]
    await expect(after.read(one)).resolves.toMatchObject({ clientId: 'dac-54' })
    await expect(after.read(two)).resolves.toMatchObject({ clientId: 'dac-54' })
    await expect(before.read(two)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
  })

  it('are read again when their file is replaced, without a restart; what cannot be read leaves them in force', async () => {
    const file = join(folder, 'signing.json')
    const [old, next] = [
      { ...(await makeSigningKey()), kid: 'old' },
      { ...(await makeSigningKey()), kid: 'next' },
    ]
    writeFileSync(file, JSON.stringify(old))
    const faults: unknown[] = []
    const opened = openSigningKeys(file, fault => faults.push(fault))
    const token = await createTokens(opened, clients).sign(own)
    writeFileSync(file, '{"keys": [')
    expect((await opened()).kid).toBe('old')
    expect(faults).toHaveLength(1)
    writeFileSync(file, JSON.stringify({ keys: [old, next] }))
    expect((await opened()).kid).toBe('next')
    await expect(createTokens(opened, clients).read(token)).resolves.toMatchObject({ clientId: 'dac-54' })
    writeFileSync(file, JSON.stringify({ keys: [next] }))
    await expect(createTokens(opened, clients).read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
  })

  it('are published without their secret part', async () => {
    const { open } = signingKeysOf({ keys: [await makeSigningKey(), await rsa()] })
    expect(open.keys.map(({ kid, alg, use }) => [kid, alg, use])).toEqual([
      ['hub', 'ES384', 'sig'],
      ['rsa', 'RS384', 'sig'],
    ])
    for (const key of open.keys) for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(part)
  })

  it.each<[string, object]>([
    ['half a key', { kty: 'EC' }],
    ['no key', { keys: [] }],
    ['a secret', { kty: 'oct', k: 'c2VjcmV0' }],
    ['a key of another curve', otherCurve],
  ])('are not %s', (_what, jwk) => {
    expect(() => signingKeysOf(jwk as JWK)).toThrow(expect.objectContaining({ code: 'config.invalid', path: 'keys.signingFile' }))
  })
})
