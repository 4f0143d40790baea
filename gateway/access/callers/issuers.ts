/*
  The identity providers that vouch for humans, and the one check of what they sign (OpenID Connect: id token, signed userinfo or access token).
    iss = configured; aud = one of ours; exp in the future; signature by its keys; acr strong enough
*/
import { decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { HubError } from '../../../profiles/errors.ts'
import { claimOf } from './assertion.ts'
import type { IssuerConfig } from './config.ts'
import { openKeySet } from './key-sets.ts'

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const CLOCK_TOLERANCE_S = 30

export type Issuer = IssuerConfig & { findKey: JWTVerifyGetKey }
export type Issuers = ReadonlyMap<string, Issuer>

/** In, throws: as for clients, at `issuers.<index>`. */
export function readIssuers(configured: readonly IssuerConfig[], onFault: (error: HubError) => void): Issuers {
  return new Map(
    configured.map((issuer, index) => {
      const unreadable = (cause: unknown): HubError => new HubError('config.invalid', { path: `issuers.${index}`, cause })
      try {
        return [issuer.issuer, { ...issuer, findKey: openKeySet(issuer, cause => onFault(unreadable(cause))) }]
      } catch (cause) {
        throw unreadable(cause)
      }
    }),
  )
}

/** Throws: oauth.subject_token, with the claim that fails; oauth.keys_unavailable. */
export async function verifySubject(token: string, issuers: Issuers): Promise<{ issuer: Issuer; claims: JWTPayload }> {
  const issuer = issuers.get(issuerOf(token))
  if (issuer === undefined) throw new HubError('oauth.subject_token', { path: 'iss' })
  const claims = await verified(token, issuer)
  const strength = claims[issuer.claims.acr]
  if (issuer.acr.length > 0 && !issuer.acr.some(one => one === strength)) throw new HubError('oauth.subject_token', { path: issuer.claims.acr })
  return { issuer, claims }
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch (cause) {
    throw new HubError('oauth.subject_token', { path: 'subject_token', cause })
  }
}

async function verified(token: string, { findKey, issuer, audience }: Issuer): Promise<JWTPayload> {
  try {
    const options = { algorithms: ALGORITHMS, issuer, audience, requiredClaims: ['exp'], clockTolerance: CLOCK_TOLERANCE_S }
    return (await jwtVerify(token, findKey, options)).payload
  } catch (cause) {
    throw cause instanceof HubError ? cause : new HubError('oauth.subject_token', { path: claimOf(cause), cause })
  }
}
