/*
  Reads a private JWK of the sandbox, to sign in the name of its owner.
*/
import { readFileSync } from 'node:fs'
import { importJWK, type JWK, type SignJWT } from 'jose'

export interface Signer {
  algorithm: string
  kid: string
  key: Parameters<SignJWT['sign']>[0]
}

export async function readSigner(path: string): Promise<Signer> {
  const jwk = JSON.parse(readFileSync(path, 'utf8')) as JWK
  const algorithm = jwk.alg ?? 'ES384'
  return { algorithm, kid: jwk.kid ?? '', key: await importJWK(jwk, algorithm) }
}
