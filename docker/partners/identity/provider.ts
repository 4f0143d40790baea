/*
  The identity provider of those who look at the monitor: OpenID Connect with its few users, its form asks for name and password every time.

    GET /.well-known/openid-configuration   GET|POST /interaction/<uid>: the form   and what oidc-provider serves: /auth /token /jwks /me
*/
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createHash, timingSafeEqual } from 'node:crypto'
import { interactionPolicy, Provider } from 'oidc-provider'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { StandIn } from '../stand-in.ts'
import { listen } from '../listen.ts'
import { loginForm, policyOf } from './login-form.ts'

export interface User {
  name: string
  password: string
  role: string
  territory?: string
}

export interface ProviderSettings {
  host: string
  port: number
  users: readonly User[]
  /** The hub as a client: its id, its secret, where it takes people back. On loopback any port is taken. */
  client: { id: string; secret: string; redirectUris: string[] }
  /** Private JWK that signs. */
  key: { alg: string } & Record<string, unknown>
}

interface GrantContext {
  oidc: { client: { clientId: string }; session: { accountId: string }; provider: Provider }
}

const MOST_BODY_BYTES = 4096
/** Wrong passwords for one name, within a minute. */
const MOST_FAILURES = 10

/** Throws when the port is taken. */
export async function startIdentityProvider(settings: ProviderSettings): Promise<StandIn> {
  const provider = new Provider(`http://${settings.host}:${settings.port}`, configurationOf(settings))
  const serve = provider.callback()
  const form = formOf(provider, settings)
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return serve(request, response)
    form(request, response).catch(() => {
      // Its cookie is gone or too old: whoever comes back to a form of yesterday begins again at the hub.
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end('Cette connexion est trop ancienne. Revenez au moniteur.\n')
    })
  })
  const port = await listen(server, settings.port, settings.host)
  return {
    ports: { http: port },
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function configurationOf({ users, client, key }: ProviderSettings): object {
  const policy = interactionPolicy.base()
  // Nobody is asked for his consent: the hub is no third party.
  policy.remove('consent')
  policy.get('login').checks.add(new interactionPolicy.Check('every_time', 'The form is shown every time', ({ oidc }) => oidc.result?.login === undefined))
  return {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: client.redirectUris,
        application_type: 'native',
        id_token_signed_response_alg: key.alg,
      },
    ],
    enabledJWA: { idTokenSigningAlgValues: [key.alg] },
    claims: { openid: ['sub'], profile: ['preferred_username', 'role', 'territory'] },
    conformIdTokenClaims: false,
    cookies: { keys: [client.secret] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { policy, url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 3600, IdToken: 300, Interaction: 600, Session: 3600 },
    findAccount: (_context: unknown, name: string) => ({
      accountId: name,
      claims: () => {
        const { role, territory } = users.find(one => one.name === name) ?? {}
        return { sub: name, preferred_username: name, role, territory }
      },
    }),
    async loadExistingGrant({ oidc }: GrantContext) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
  }
}

/** Throws unless the browser has the cookie of this login. */
function formOf(provider: Provider, { users, client }: ProviderSettings): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const failures = new RateLimiterMemory({ points: MOST_FAILURES, duration: 60 })
  const policy = policyOf([...new Set(client.redirectUris.map(uri => new URL(uri).origin))].flatMap(anyPort))
  return async (request, response) => {
    const { uid } = await provider.interactionDetails(request, response)
    const show = (status: number, said: { name?: string; alert?: string }): void => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': policy })
      response.end(loginForm({ uid, ...said }))
    }
    if (request.method !== 'POST') return show(200, {})
    const sent = await readForm(request)
    const [name, password] = [sent.get('name') ?? '', sent.get('password') ?? '']
    if (((await failures.get(name))?.remainingPoints ?? 1) <= 0) return show(429, { name, alert: 'Trop d’essais. Réessayez dans une minute.' })
    const user = users.find(one => one.name === name)
    // A name nobody has takes as long as a wrong password.
    if (!isSame(password, user?.password ?? '') || user === undefined) {
      await failures.consume(name).catch(() => undefined)
      return show(401, { name, alert: 'Nom ou mot de passe inconnu.' })
    }
    await provider.interactionFinished(request, response, { login: { accountId: user.name } })
  }
}

/** The hub may stand on any port of this machine. */
const anyPort = (origin: string): string[] => [origin.replace(/:\d+$/, ':*')]

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const isSame = (given: string, kept: string): boolean => timingSafeEqual(digest(given), digest(kept))

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > MOST_BODY_BYTES) throw new Error('the form is too long')
  }
  return new URLSearchParams(text)
}
