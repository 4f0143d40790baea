/*
  Registered clients with real keys, and what they sign, for tests of the doors.
*/
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { type Client, readClients } from '../../gateway/access/callers/clients.ts'
import { type SigningKeys, signingKeysOf } from '../../gateway/access/callers/signing-keys.ts'
import type { ClientConfig } from '../../gateway/config.ts'

export interface TestClient {
  config: ClientConfig
  /** The assertion this client signs; claims replace the sound ones, undefined leaves one out. */
  assert(audience: string, claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
}

type Kind = ClientConfig['kind']

export async function makeClient(options: {
  clientId: string
  kind?: Kind
  scopes: string
  algorithm?: 'ES384' | 'RS384' | 'RS256'
  certificate?: 'valid' | 'expired'
}): Promise<TestClient> {
  const { clientId, kind = 'dac', scopes, algorithm = 'ES384', certificate = 'valid' } = options
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk: Record<string, unknown> = { ...(await exportJWK(publicKey)), kid: clientId, alg: algorithm }
  return {
    config: { clientId, name: clientId, kind, structure: '540002102', scopes, certificate, jwks: { keys: [jwk] } },
    assert(audience, claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000)
      const sound = { iss: clientId, sub: clientId, aud: audience, exp: now + 240, jti: randomUUID(), ...claims }
      return new SignJWT(sound).setProtectedHeader({ alg: algorithm, kid: clientId, typ: 'JWT', ...header }).sign(privateKey)
    },
  }
}

const raise = (error: Error): never => {
  throw error
}

export const clientsOf = (...clients: TestClient[]): ReadonlyMap<string, Client> =>
  readClients(
    clients.map(client => client.config),
    { requestsPerSecond: 1000, onFault: raise },
  )

/** A private JWK for access tokens. */
export async function makeSigningKey(): Promise<JWK & Record<string, unknown>> {
  const { privateKey } = await generateKeyPair('ES384', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: 'hub', alg: 'ES384' }
}

export async function makeSigningKeys(): Promise<() => SigningKeys> {
  const keys = signingKeysOf(await makeSigningKey())
  return () => keys
}

/** `jti` kept in memory: the ledger's own is tested against PostgreSQL. */
export function rememberJtis(): (use: { clientId: string; jti: string }) => Promise<boolean> {
  const used = new Set<string>()
  return async ({ clientId, jti }) => {
    const isNew = !used.has(`${clientId} ${jti}`)
    used.add(`${clientId} ${jti}`)
    return isNew
  }
}
