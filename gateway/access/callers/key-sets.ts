/*
  The public keys of a partner, wherever it keeps them: in the configuration, in a file or at an address of its own. A new key is known without a restart.
*/
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { HubError } from '../../../profiles/errors.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { KeySource } from './config.ts'
import { watchedFile } from './watched-file.ts'

/** How long an address may take, how long its answer is good where it does not say less, and how soon it may be asked again. */
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

/** The keys are there, and none is the one. */
const ANSWERED = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported]

/** Spec: SMART App Launch 2, asymmetric authentication: keys are kept no longer than the Cache-Control of their address says. */
function remoteKeys(url: URL): JWTVerifyGetKey {
  let goodUntil = Number.POSITIVE_INFINITY
  const ask = async (...asked: Parameters<typeof boundedFetch>): Promise<Response> => {
    const answer = await boundedFetch(...asked)
    // Throws where it is no key set: the former one becomes no younger by it.
    if (answer.ok) createLocalJWKSet((await answer.clone().json()) as JSONWebKeySet)
    if (answer.ok) goodUntil = Date.now() + keptMs(answer.headers.get('cache-control') ?? '')
    return answer
  }
  const keys = createRemoteJWKSet(url, { ...REMOTE, [customFetch]: ask })
  return async (header, token) => {
    try {
      if (Date.now() >= goodUntil && !keys.coolingDown) await keys.reload()
      return await keys(header, token)
    } catch (cause) {
      throw ANSWERED.some(known => cause instanceof known) ? cause : new HubError('oauth.keys_unavailable', { cause })
    }
  }
}

const keptMs = (cacheControl: string): number =>
  /\bno-(store|cache)\b/i.test(cacheControl) ? 0 : Number(/\bmax-age=(\d+)/i.exec(cacheControl)?.[1] ?? Number.POSITIVE_INFINITY) * 1000
