import { describe, expect, it } from 'vitest'
import { authenticateClient } from '../../../../gateway/access/callers/assertion.ts'
import { clientsOf, makeClient, rememberJtis, type TestClient } from '../../../support/clients.ts'

const AUDIENCE = 'http://127.0.0.1:8080/auth/token'
const dac = await makeClient({ clientId: 'dac-54', scopes: 'system/Patient.rs' })
const rsa = await makeClient({ clientId: 'dpi', kind: 'hospital', scopes: 'system/Patient.rs', algorithm: 'RS384' })
const weak = await makeClient({ clientId: 'weak', scopes: 'system/Patient.rs', algorithm: 'RS256' })
const expired = await makeClient({ clientId: 'gp-old', kind: 'gp-portal', scopes: 'system/Patient.rs', certificate: 'expired' })
const clients = clientsOf(dac, rsa, weak, expired)
const useOnce = rememberJtis()

const authenticate = (assertion: string) => authenticateClient(assertion, { clients, audiences: [AUDIENCE], useOnce, now: new Date() })
const refusedAt = (path: string) => expect.objectContaining({ code: 'oauth.client', path })
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

describe('a client assertion', () => {
  it.each([
    ['ES384', dac],
    ['RS384', rsa],
  ])('signed with %s by the registered key is taken', async (_algorithm, client) => {
    await expect(authenticate(await client.assert(AUDIENCE))).resolves.toMatchObject({ clientId: client.config.clientId })
  })

  it('is good once: the second use of its jti is refused', async () => {
    const assertion = await dac.assert(AUDIENCE)
    await authenticate(assertion)
    await expect(authenticate(assertion)).rejects.toEqual(refusedAt('jti'))
  })

  const cases: [string, string, TestClient, Record<string, unknown>][] = [
    ['for another audience', 'aud', dac, { aud: 'https://elsewhere.example/token' }],
    ['that has expired', 'exp', dac, { exp: inSeconds(-60) }],
    ['that lives longer than five minutes', 'exp', dac, { exp: inSeconds(3600) }],
    ['without expiry', 'exp', dac, { exp: undefined }],
    ['without jti', 'jti', dac, { jti: undefined }],
    ['with an empty jti', 'jti', dac, { jti: '' }],
    ['whose subject is another client', 'sub', dac, { sub: 'dpi' }],
    ['of an unknown issuer', 'iss', dac, { iss: 'nobody', sub: 'nobody' }],
    ['of a client whose certificate has expired', 'certificate', expired, {}],
    ['with an algorithm outside RS384 and ES384', 'signature', weak, {}],
    ['signed by another client', 'signature', rsa, { iss: 'dac-54', sub: 'dac-54' }],
    ['that is not valid yet', 'nbf', dac, { nbf: inSeconds(120) }],
  ]
  it.each(cases)('%s is refused at %s', async (_case, path, client, claims) => {
    await expect(authenticate(await client.assert(AUDIENCE, claims))).rejects.toEqual(refusedAt(path))
  })

  it.each(['', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJkYWMtNTQifQ.'])('%j is no assertion', async text => {
    await expect(authenticate(text)).rejects.toMatchObject({ code: 'oauth.client' })
  })
})
