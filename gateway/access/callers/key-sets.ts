/*
  The public keys of a partner, wherever it keeps them: in the configuration, in a file or at an address of its own. A new key is known without a restart.
*/
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { HubError } from '../../../profiles/errors.ts'
import type { KeySource } from './config.ts'
import { watchedFile } from './watched-file.ts'

/** How long an address may take, how long its answer is good, and how soon an unknown key may make us ask again. */
const REMOTE = { timeoutDuration: 5000, cacheMaxAge: 600_000, cooldownDuration: 5000 }

/**
 * In:     `onFault` hears of a changed file that cannot be read: its former keys stay in force.
 * Out:    finds the key of a JWT; throws oauth.keys_unavailable while the address does not answer.
 * Throws: what cannot be read of a file or of keys inline.
 */
export function openKeySet({ jwks, jwksFile, jwksUri }: KeySource, onFault: (error: unknown) => void): JWTVerifyGetKey {
  if (jwksUri !== undefined) return remoteKeys(new URL(jwksUri))
  if (jwksFile === undefined) return createLocalJWKSet(jwks as JSONWebKeySet)
  const keys = watchedFile(jwksFile, text => createLocalJWKSet(JSON.parse(text) as JSONWebKeySet), onFault)
  return async (header, token) => (await keys())(header, token)
}

function remoteKeys(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, REMOTE)
  return (header, token) =>
    keys(header, token).catch((cause: unknown) => {
      const isAnswered =
        cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys || cause instanceof errors.JOSENotSupported
      throw isAnswered ? cause : new HubError('oauth.keys_unavailable', { cause })
    })
}
