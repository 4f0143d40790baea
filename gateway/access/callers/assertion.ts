/*
  Authenticates a client by its signed assertion (private_key_jwt).
    header alg RS384 | ES384; iss = sub = client_id; aud = the token URL; exp ≤ 5 minutes ahead; jti used once, over all replicas
*/
import { decodeJwt, jwtVerify } from 'jose'
import { HubError } from '../../../profiles/errors.ts'
import type { Client, Clients } from './clients.ts'

const LONGEST_LIFE_S = 300
const CLOCK_TOLERANCE_S = 30

/** Marks the jti of a client as used; false if it was used before. */
export type UseOnce = (use: { clientId: string; jti: string; expiresAt: Date }) => Promise<boolean>

export interface AssertionPolicy {
  clients: Clients
  /** Every URL this token endpoint is known by. */
  audiences: string[]
  useOnce: UseOnce
  now: Date
}

/**
 * Throws: oauth.client, with the claim that fails; oauth.keys_unavailable.
 * Spec:   SMART App Launch 2, backend services; fhir-fr.md 4.1.
 */
export async function authenticateClient(assertion: string, policy: AssertionPolicy): Promise<Client> {
  const client = policy.clients.get(claimedClient(assertion))
  if (client === undefined) throw new HubError('oauth.client', { path: 'iss' })
  if (client.certificate === 'expired') throw new HubError('oauth.client', { path: 'certificate' })
  const { jti, exp } = await verified(assertion, client, policy)
  if (exp > policy.now.getTime() / 1000 + LONGEST_LIFE_S + CLOCK_TOLERANCE_S) throw new HubError('oauth.client', { path: 'exp' })
  const expiresAt = new Date((exp + CLOCK_TOLERANCE_S) * 1000)
  if (!(await policy.useOnce({ clientId: client.clientId, jti, expiresAt }))) throw new HubError('oauth.client', { path: 'jti' })
  return client
}

function claimedClient(assertion: string): string {
  try {
    return decodeJwt(assertion).iss ?? ''
  } catch (cause) {
    throw new HubError('oauth.client', { path: 'client_assertion', cause })
  }
}

async function verified(assertion: string, client: Client, policy: AssertionPolicy): Promise<{ jti: string; exp: number }> {
  try {
    const { payload } = await jwtVerify(assertion, client.findKey, {
      algorithms: ['RS384', 'ES384'],
      issuer: client.clientId,
      subject: client.clientId,
      audience: policy.audiences,
      requiredClaims: ['exp', 'jti'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: policy.now,
    })
    const { jti, exp } = payload
    if (typeof jti !== 'string' || jti === '' || jti.length > 255 || exp === undefined) throw new HubError('oauth.client', { path: 'jti' })
    return { jti, exp }
  } catch (cause) {
    throw cause instanceof HubError ? cause : new HubError('oauth.client', { path: claimOf(cause), cause })
  }
}

/** The claim that failed the check of a JWT; else it is the signature, its key or its form. */
export function claimOf(cause: unknown): string {
  return cause instanceof Error && 'claim' in cause && typeof cause.claim === 'string' ? cause.claim : 'signature'
}
