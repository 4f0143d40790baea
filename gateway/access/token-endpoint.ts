/*
  The token endpoint: client_credentials with a signed assertion, answered by a short access token.
    POST /auth/token (form) grant_type, client_assertion_type, client_assertion, [scope]
      => 200 {access_token, token_type, expires_in, scope} | 400, 401 {error, error_description}
*/
import { urlencoded } from 'express'
import { Router, type Request, type Response } from 'express'
import { HubError, toHubError } from '../../profiles/errors.ts'
import { authenticateClient, type UseOnce } from './assertion.ts'
import type { Clients } from './clients.ts'
import { beyond, readScopes, type Scopes } from './scopes.ts'
import { TOKEN_LIFE_S, type Tokens } from './tokens.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export interface TokenEndpointOptions {
  clients: Clients
  tokens: Tokens
  useOnce: UseOnce
  /** Base URLs this hub is known by, the public one first. */
  baseUrls: () => string[]
  onOutcome?: (outcome: 'granted' | 'refused', clientId: string | undefined) => void
}

export function tokenEndpoint(options: TokenEndpointOptions): Router {
  const router = Router()
  router.post('/token', urlencoded({ extended: false, limit: '64kb' }), async (request, response) => {
    response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
    try {
      await grant(request, response, options)
    } catch (error) {
      refuse(response, toHubError(error), options)
    }
  })
  return router
}

/** What SMART clients look up before they ask for a token. */
export function smartConfiguration(baseUrl: string): Record<string, unknown> {
  return {
    token_endpoint: `${baseUrl}/auth/token`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    capabilities: ['client-confidential-asymmetric', 'permission-v2'],
  }
}

async function grant(request: Request, response: Response, { clients, tokens, useOnce, baseUrls, onOutcome }: TokenEndpointOptions): Promise<void> {
  const form = formOf(request)
  if (form('grant_type') !== 'client_credentials') throw new HubError('oauth.request', { path: 'grant_type' })
  if (form('client_assertion_type') !== ASSERTION_TYPE) throw new HubError('oauth.request', { path: 'client_assertion_type' })
  const assertion = form('client_assertion')
  if (assertion === undefined) throw new HubError('oauth.request', { path: 'client_assertion' })
  const audiences = baseUrls().map(base => `${base}/auth/token`)
  const client = await authenticateClient(assertion, { clients, audiences, useOnce, now: new Date() })
  const scopes = grantedScopes(form('scope'), client.scopes)
  const token = await tokens.sign(client, scopes)
  onOutcome?.('granted', client.clientId)
  response.json({ access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFE_S, scope: [...scopes].join(' ') })
}

/** None asked: all that are registered. */
function grantedScopes(asked: string | undefined, registered: Scopes): Scopes {
  if (asked === undefined || asked.trim() === '') return registered
  const scopes = readScopes(asked)
  if (beyond(scopes, registered).length > 0) throw new HubError('oauth.request', { path: 'scope' })
  return scopes
}

function formOf(request: Request): (name: string) => string | undefined {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null) throw new HubError('oauth.request', { path: 'Content-Type' })
  const fields = new Map<string, unknown>(Object.entries(body))
  return name => {
    const value = fields.get(name)
    return typeof value === 'string' ? value : undefined
  }
}

const OAUTH_ERROR: Record<string, string> = { grant_type: 'unsupported_grant_type', scope: 'invalid_scope' }

function refuse(response: Response, error: HubError, { onOutcome }: TokenEndpointOptions): void {
  if (error.code !== 'oauth.client' && error.code !== 'oauth.request') throw error
  onOutcome?.('refused', undefined)
  const status = error.code === 'oauth.client' ? 401 : 400
  const name = error.code === 'oauth.client' ? 'invalid_client' : (OAUTH_ERROR[error.path ?? ''] ?? 'invalid_request')
  response.status(status).json({ error: name, error_description: error.message })
}
