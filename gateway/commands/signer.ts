/*
  Reads a private JWK, to sign in the name of its owner.
*/
import { readFileSync } from 'node:fs'
import { importJWK, type JWK, type SignJWT } from 'jose'
import { CommandError } from './command-error.ts'

export interface Signer {
  algorithm: string
  kid: string
  key: Parameters<SignJWT['sign']>[0]
}

/** Throws: CommandError; nothing of the file is told. */
export async function readSigner(path: string): Promise<Signer> {
  try {
    const jwk = JSON.parse(readFileSync(path, 'utf8')) as JWK
    const algorithm = jwk.alg ?? 'ES384'
    return { algorithm, kid: jwk.kid ?? '', key: await importJWK(jwk, algorithm) }
  } catch {
    throw new CommandError(`${path} is no private JWK that can be read`)
  }
}
