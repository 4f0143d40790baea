/*
  Access tokens of the hub: short JWTs (RFC 9068) under the hub's own keys, so that every replica reads those of the others.
    iss, aud = the hub; client_id; sub = the client, the professional's idNatPs or Patient/<id>; scope; hub = Grant; [cnf.x5t#S256]
*/
import { hash, randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { HubError } from '../../../profiles/errors.ts'
import type { Actor } from './actor.ts'
import type { Client, Clients } from './clients.ts'
import { readScopes, type Scopes, writeScopes } from './scopes.ts'
import type { SigningKeys } from './signing-keys.ts'

export const TOKEN_LIFE_S = 300
// The hub talks to itself: its name, not an address, since replicas listen at different ones.
const ISSUER = 'urn:e-parcours:hub'
/** Verified tokens kept, so that a signature is checked once and not at each of the hundreds of calls of a token's life. */
const REMEMBERED = 10_000

/** Whom and what a token speaks for, beside its client. */
export type Grant = Pick<Actor, 'context' | 'user' | 'person' | 'purpose' | 'reason'>

export interface TokenRequest {
  client: Client
  scopes: Scopes
  grant: Grant
  /** SHA-256 of the client certificate the token is bound to, base64url. */
  certificate?: string | undefined
}

export interface Tokens {
  sign(request: TokenRequest): Promise<string>
  /** In: `certificate` gives the SHA-256 of the certificate of the caller's connection. Throws: fhir.token_invalid, fhir.token_expired. */
  read(token: string, certificate?: () => string | undefined): Promise<Actor>
}

interface Known {
  clientId: string
  expiresAt: number
  certificate: string | undefined
  granted: Grant & { scopes: Scopes }
}

/** In: `keys` gives those in force now. */
export function createTokens(keys: () => Promise<SigningKeys> | SigningKeys, clients: Clients): Tokens {
  const remembered = new Map<string, Known>()
  return {
    async sign({ client, scopes, grant, certificate }) {
      const { privateKey, algorithm, kid } = await keys()
      const bound = certificate === undefined ? {} : { cnf: { 'x5t#S256': certificate } }
      return new SignJWT({ client_id: client.clientId, scope: writeScopes(scopes), hub: grant, ...bound })
        .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(grant.user?.idNatPs ?? grant.person?.patient ?? client.clientId)
        .setIssuedAt()
        .setExpirationTime(`${TOKEN_LIFE_S}s`)
        .setJti(randomUUID())
        .sign(privateKey)
    },
    async read(token, certificate) {
      const digest = hash('sha256', token, 'base64url')
      const known = remembered.get(digest) ?? remember(remembered, digest, await verified(token, await keys()))
      if (known.expiresAt <= Date.now() / 1000) throw new HubError('fhir.token_expired')
      if (known.certificate !== undefined && known.certificate !== certificate?.()) throw new HubError('fhir.token_invalid')
      // Looked up at each use: a client that left the configuration leaves at once, not when its token ends.
      const client = clients.get(known.clientId)
      if (client === undefined || client.certificate === 'expired') throw new HubError('fhir.token_invalid')
      const { clientId, kind, structure, requestsPerSecond, guide } = client
      return { clientId, kind, structure, requestsPerSecond, guide, ...known.granted }
    },
  }
}

/** The oldest goes first. */
function remember(remembered: Map<string, Known>, digest: string, known: Known): Known {
  const [oldest] = remembered.keys()
  if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest)
  remembered.set(digest, known)
  return known
}

async function verified(token: string, { findKey }: SigningKeys): Promise<Known> {
  try {
    const { payload } = await jwtVerify<Claims>(token, findKey, {
      algorithms: ['ES384', 'RS384'],
      typ: 'at+jwt',
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['exp', 'client_id', 'scope', 'hub'],
    })
    return knownOf(payload)
  } catch (cause) {
    const isExpired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED'
    throw new HubError(isExpired ? 'fhir.token_expired' : 'fhir.token_invalid', { cause })
  }
}

/** As `sign` wrote them: the signature is ours. */
interface Claims {
  client_id: string
  scope: string
  exp: number
  hub: Grant
  cnf?: { 'x5t#S256': string }
}

function knownOf({ client_id, scope, exp, hub, cnf }: Claims): Known {
  return { clientId: client_id, expiresAt: exp, certificate: cnf?.['x5t#S256'], granted: { scopes: readScopes(scope), ...hub } }
}
