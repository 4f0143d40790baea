/*
  A real OpenID provider on loopback, which vouches for whoever comes: discovery, authorization code, id token signed with a key it publishes.
*/
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'

interface GrantContext {
  oidc: { client: { clientId: string }; session: { accountId: string }; provider: Provider }
}

export const PORTAL = { client_id: 'portal', client_secret: 'a secret of the test', redirect_uri: 'https://portal.example/back' }

export interface IdentityProvider {
  issuer: string
  /** Signs in with these claims and this strength, as a browser and the portal's server do it together. Out: the id token. */
  signIn(claims: Record<string, unknown>, acr: string): Promise<string>
  stop(): void
}

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const server = http.createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const accounts = new Map<string, { claims: Record<string, unknown>; acr: string }>()
  const provider = await createProvider(issuer, accounts)
  const serve = provider.callback()
  let signingIn = ''
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/sign-in/')) return serve(request, response)
    void provider.interactionFinished(request, response, { login: { accountId: signingIn, acr: accounts.get(signingIn)?.acr } })
  })
  return {
    issuer,
    signIn(claims, acr) {
      signingIn = crypto.randomUUID()
      accounts.set(signingIn, { claims, acr })
      return codeFlow(issuer, acr)
    },
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function createProvider(issuer: string, accounts: Map<string, { claims: Record<string, unknown> }>): Promise<Provider> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'provider-1', alg: 'ES256', use: 'sig' }] },
    clients: [{ ...PORTAL, redirect_uri: undefined, redirect_uris: [PORTAL.redirect_uri], id_token_signed_response_alg: 'ES256' }],
    acrValues: ['eidas1', 'eidas2', 'weak'],
    conformIdTokenClaims: false,
    claims: { acr: null, openid: ['sub', 'SubjectNameID', 'SubjectRole', 'SubjectRefPro'] },
    cookies: { keys: ['test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/sign-in/${uid}` },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId, ...accounts.get(accountId)?.claims }) }),
    async loadExistingGrant({ oidc }: GrantContext) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
  })
}

/** Follows the redirects with the cookies of one browser until the portal is reached, then trades the code. */
async function codeFlow(issuer: string, acr: string): Promise<string> {
  const cookies = new Map<string, string>()
  const asked = new URLSearchParams({ client_id: PORTAL.client_id, redirect_uri: PORTAL.redirect_uri, response_type: 'code', scope: 'openid', acr_values: acr })
  let next = new URL(`/auth?${asked}`, issuer)
  while (next.origin === issuer) {
    const cookie = [...cookies].map(pair => pair.join('=')).join('; ')
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) cookies.set(set.split('=')[0] ?? '', set.split(/[=;]/)[1] ?? '')
    const location = response.headers.get('location')
    if (location === null) throw new Error(`no way on from ${next.pathname}: ${response.status} ${await response.text()}`)
    next = new URL(location, next)
  }
  const reply = await fetch(new URL('/token', issuer), {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${PORTAL.client_id}:${encodeURIComponent(PORTAL.client_secret)}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: next.searchParams.get('code') ?? '', redirect_uri: PORTAL.redirect_uri }),
  })
  const { id_token } = (await reply.json()) as { id_token?: string }
  if (id_token === undefined) throw new Error(`no id token: ${reply.status}`)
  return id_token
}
