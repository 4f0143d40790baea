/*
  Access tokens of the hub: short JWTs under the hub's own key, so that every replica reads those of the others.
*/
import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { HubError } from '../../profiles/errors.ts'
import type { Actor } from './actor.ts'
import type { Client, Clients } from './clients.ts'
import { readScopes, type Scopes, writeScopes } from './scopes.ts'

export const TOKEN_LIFE_S = 300
// The hub talks to itself: its name, not an address, since replicas listen at different ones.
const ISSUER = 'urn:e-parcours:hub'

export interface Tokens {
  sign(client: Client, scopes: Scopes): Promise<string>
  /** Throws: fhir.token_invalid, fhir.token_expired. */
  read(token: string): Promise<Actor>
}

/**
 * In:     signing = the private JWK of `keys.signingFile`.
 * Throws: config.invalid at keys.signingFile.
 */
export async function createTokens(signing: Record<string, unknown>, clients: Clients): Promise<Tokens> {
  const { privateKey, publicKey, algorithm, kid } = await readKey(signing)
  return {
    sign: (client, scopes) =>
      new SignJWT({ scope: writeScopes(scopes) })
        .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(client.clientId)
        .setIssuedAt()
        .setExpirationTime(`${TOKEN_LIFE_S}s`)
        .setJti(randomUUID())
        .sign(privateKey),
    async read(token) {
      const { sub, scope } = await claims(token, publicKey, algorithm)
      // Looked up at each use: a client that left the configuration leaves at once, not when its token ends.
      const client = clients.get(sub)
      if (client === undefined || client.certificate === 'expired') throw new HubError('fhir.token_invalid')
      return { clientId: client.clientId, kind: client.kind, structure: client.structure, scopes: readScopes(scope) }
    },
  }
}

type Key = Parameters<SignJWT['sign']>[0]

async function readKey(signing: Record<string, unknown>): Promise<{ privateKey: Key; publicKey: Key; algorithm: string; kid: string }> {
  try {
    const jwk = signing as JWK
    const algorithm = jwk.alg ?? (jwk.kty === 'EC' ? 'ES384' : 'RS384')
    const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...open } = jwk
    const kid = jwk.kid ?? (await calculateJwkThumbprint(jwk))
    return { privateKey: await importJWK(jwk, algorithm), publicKey: await importJWK({ ...open, key_ops: ['verify'] }, algorithm), algorithm, kid }
  } catch (cause) {
    throw new HubError('config.invalid', { path: 'keys.signingFile', cause })
  }
}

async function claims(token: string, key: Key, algorithm: string): Promise<{ sub: string; scope: string }> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      typ: 'at+jwt',
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['exp', 'sub'],
    })
    return { sub: payload.sub ?? '', scope: typeof payload['scope'] === 'string' ? payload['scope'] : '' }
  } catch (cause) {
    const isExpired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED'
    throw new HubError(isExpired ? 'fhir.token_expired' : 'fhir.token_invalid', { cause })
  }
}
