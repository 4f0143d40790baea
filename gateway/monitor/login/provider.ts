/*
  The identity provider as the hub uses it: OpenID Connect authorization code with PKCE, state and nonce.
*/
import { readFileSync } from 'node:fs'
import * as oidc from 'openid-client'
import { HubError } from '../../../profiles/errors.ts'
import { boundedFetch } from '../../access/callers/bounded-fetch.ts'
import type { LoginConfig } from './config.ts'
import { type Identity, readIdentity } from './identity.ts'

const TIMEOUT_S = 5

/** What the browser keeps, sealed, until the provider sends it back. */
export interface Begun {
  state: string
  nonce: string
  verifier: string
}

export interface IdentityProvider {
  /** Where the browser goes. Throws: monitor.provider_unreachable. */
  begin(redirectUri: string): Promise<{ url: string; begun: Begun }>
  /** In: the address the browser came back to. Throws: monitor.login, monitor.provider_unreachable. */
  finish(address: URL, begun: Begun): Promise<{ identity: Identity; idToken: string }>
  /** Where the provider's own session is ended, if it has such a place. */
  endUrl(idToken: string, back: string): Promise<string | undefined>
  /** Throws: monitor.provider_unreachable. */
  check(): Promise<void>
}

export function createIdentityProvider(login: LoginConfig): IdentityProvider {
  let known: Promise<oidc.Configuration> | undefined
  // Found once; whoever comes while the provider is away is told so, and the next one asks again.
  const found = (): Promise<oidc.Configuration> => {
    known ??= discover(login).catch((cause: unknown) => {
      known = undefined
      throw new HubError('monitor.provider_unreachable', { cause, dependency: 'identity' })
    })
    return known
  }
  return {
    async begin(redirectUri) {
      const configuration = await found()
      const begun = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() }
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: login.scope,
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, begun }
    },
    async finish(address, { state, nonce, verifier }) {
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
      const tokens = await oidc.authorizationCodeGrant(await found(), address, checks).catch((error: unknown) => {
        throw faultOf(error)
      })
      const claims = tokens.claims()
      if (claims === undefined || tokens.id_token === undefined) throw new HubError('monitor.login')
      return { identity: readIdentity(claims, login), idToken: tokens.id_token }
    },
    async endUrl(idToken, back) {
      const configuration = await found()
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined
      return oidc.buildEndSessionUrl(configuration, { id_token_hint: idToken, post_logout_redirect_uri: back }).href
    },
    check: async () => void (await found()),
  }
}

async function discover({ issuer, clientId, clientSecretFile }: LoginConfig): Promise<oidc.Configuration> {
  const secret = clientSecretFile === undefined ? undefined : readFileSync(clientSecretFile, 'utf8').trim()
  const authentication = secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret)
  const execute = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []
  return oidc.discovery(new URL(issuer), clientId, undefined, authentication, { timeout: TIMEOUT_S, execute, [oidc.customFetch]: boundedFetch })
}

/** What the provider or the browser brought is refused; that nobody answers is no fault of theirs. */
function faultOf(cause: unknown): HubError {
  const isAway = cause instanceof oidc.ClientError && (cause.code === 'OAUTH_TIMEOUT' || cause.code === undefined)
  const isUnheard = cause instanceof TypeError && cause.message === 'fetch failed'
  return isAway || isUnheard
    ? new HubError('monitor.provider_unreachable', { cause, dependency: 'identity' })
    : new HubError('monitor.login', { path: 'code', cause })
}
