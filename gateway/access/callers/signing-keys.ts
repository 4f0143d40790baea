/*
  The keys the hub signs its access tokens with: one private JWK (ES384 or RS384), or a set of them, oldest first. The last one signs, all verify.
*/
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { createLocalJWKSet, type JSONWebKeySet, type JWK, type LocalJWKSet } from 'jose'
import { HubError } from '../../../profiles/errors.ts'
import { watchedFile } from './watched-file.ts'

export interface SigningKeys {
  kid: string
  algorithm: string
  privateKey: KeyObject
  /** Finds the public key of a token. */
  findKey: LocalJWKSet
  /** What is published. */
  open: JSONWebKeySet
}

/**
 * Reads the file again when it is replaced, so that keys are rotated while replicas run.
 * Throws: config.invalid at keys.signingFile.
 */
export function openSigningKeys(path: string, onFault: (error: HubError) => void): () => Promise<SigningKeys> {
  try {
    return watchedFile(
      path,
      text => signingKeysOf(JSON.parse(text) as JWK | JSONWebKeySet),
      cause => onFault(unreadable(cause)),
    )
  } catch (cause) {
    throw unreadable(cause)
  }
}

const unreadable = (cause: unknown): HubError => new HubError('config.invalid', { path: 'keys.signingFile', cause })

/** Throws: config.invalid at keys.signingFile. */
export function signingKeysOf(jwks: JWK | JSONWebKeySet): SigningKeys {
  try {
    const pairs = ('keys' in jwks && Array.isArray(jwks.keys) ? (jwks.keys as JWK[]) : [jwks as JWK]).map(readPair)
    const newest = pairs.at(-1)
    if (newest === undefined) throw new Error('no key')
    const open = { keys: pairs.map(pair => pair.jwk) }
    return { kid: newest.kid, algorithm: newest.algorithm, privateKey: newest.privateKey, findKey: createLocalJWKSet(open), open }
  } catch (cause) {
    throw unreadable(cause)
  }
}

function readPair(jwk: JWK): { kid: string; algorithm: string; privateKey: KeyObject; jwk: JWK } {
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  const algorithm = algorithmOf(privateKey)
  if (algorithm === undefined || (jwk.alg ?? algorithm) !== algorithm) throw new Error('neither an ES384 nor an RS384 key')
  const publicKey = createPublicKey(privateKey)
  const kid =
    jwk.kid ??
    createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url')
  return { kid, algorithm, privateKey, jwk: { ...(publicKey.export({ format: 'jwk' }) as JWK), kid, alg: algorithm, use: 'sig' } }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'secp384r1') return 'ES384'
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 ? 'RS384' : undefined
}
