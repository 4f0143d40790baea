/*
  Identity providers with real keys, and the subject tokens they sign, for tests of the exchange.
*/
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { issuer, type IssuerConfig } from '../../gateway/access/callers/config.ts'

export interface TestIssuer {
  config: IssuerConfig
  /** What it says of a human; claims replace the sound ones, undefined leaves one out. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
}

export const AUDIENCE = 'portal-at-the-provider'

export async function makeIssuer(kind: IssuerConfig['kind'], name = `https://${kind}.example`): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: kind, alg: 'RS256' }
  return {
    config: issuer.parse({ issuer: name, kind, audience: [AUDIENCE, 'another-portal'], jwks: { keys: [jwk] } }),
    sign(claims, header = {}) {
      const now = Math.floor(Date.now() / 1000)
      const sound = { iss: name, aud: AUDIENCE, sub: 'f:1:somebody', exp: now + 120, acr: 'eidas1', ...claims }
      return new SignJWT(sound).setProtectedHeader({ alg: 'RS256', kid: kind, ...header }).sign(privateKey)
    },
  }
}
