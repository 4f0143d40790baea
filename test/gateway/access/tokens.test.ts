import { SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readScopes } from '../../../gateway/access/scopes.ts'
import { createTokens } from '../../../gateway/access/tokens.ts'
import { clientsOf, makeClient, makeSigningKey } from '../../support/clients.ts'

const signing = await makeSigningKey()
const dac = await makeClient({ clientId: 'dac-54', scopes: 'system/Patient.rs' })
const clients = clientsOf(dac)
const tokens = await createTokens(signing, clients)
const client = clients.get('dac-54')
if (client === undefined) throw new Error('no client')
const scopes = readScopes('system/Patient.r')

afterEach(() => void vi.useRealTimers())

describe('access tokens', () => {
  it('name the client, its kind, its structure and what was granted', async () => {
    await expect(tokens.read(await tokens.sign(client, scopes))).resolves.toEqual({ clientId: 'dac-54', kind: 'dac', structure: '540002102', scopes })
  })

  it('are read by a replica with the same key, and by no other hub', async () => {
    const token = await tokens.sign(client, scopes)
    await expect((await createTokens(signing, clients)).read(token)).resolves.toMatchObject({ clientId: 'dac-54' })
    await expect((await createTokens(await makeSigningKey(), clients)).read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
  })

  it('end after five minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const token = await tokens.sign(client, scopes)
    vi.setSystemTime(Date.now() + 299_000)
    await expect(tokens.read(token)).resolves.toMatchObject({ clientId: 'dac-54' })
    vi.setSystemTime(Date.now() + 2000)
    await expect(tokens.read(token)).rejects.toMatchObject({ code: 'fhir.token_expired' })
  })

  it('end with the registration of their client', async () => {
    const token = await tokens.sign(client, scopes)
    const gone = await createTokens(signing, clientsOf())
    await expect(gone.read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
    const expired = clientsOf({ ...dac, config: { ...dac.config, certificate: 'expired' } })
    await expect((await createTokens(signing, expired)).read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
  })

  it('are not the assertions of a client, nor unsigned', async () => {
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from('{"sub":"dac-54"}').toString('base64url')}.`
    const foreign = await new SignJWT({ scope: 'system/Patient.rs', sub: 'dac-54' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setExpirationTime('5m')
      .sign(new Uint8Array(32))
    for (const token of [await dac.assert('urn:e-parcours:hub'), unsigned, foreign])
      await expect(tokens.read(token)).rejects.toMatchObject({ code: 'fhir.token_invalid' })
  })

  it('need a key that can be read', async () => {
    await expect(createTokens({ kty: 'EC' }, clients)).rejects.toMatchObject({ code: 'config.invalid', path: 'keys.signingFile' })
  })
})
