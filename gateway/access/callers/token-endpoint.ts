/*
  The token endpoint: a client proves who it is by a signed assertion and is given a short access token, for itself or for a human whose identity provider vouches for him.
    POST /auth/token (form) client_assertion_type, client_assertion, [scope], [purpose], [reason], and
        grant_type=client_credentials
        grant_type=urn:ietf:params:oauth:grant-type:token-exchange, subject_token, subject_token_type, [situation_exercice], [patient]
      => 200 {access_token, token_type, expires_in, scope, …} | 400, 401, 503 {error, error_description}
*/
import { type Request, type Response, Router, urlencoded } from 'express'
import { ERRORS, HubError, toHubError } from '../../../profiles/errors.ts'
import { authenticateClient, type UseOnce } from './assertion.ts'
import { certificateOf } from './certificate.ts'
import type { Client, Clients } from './clients.ts'
import { defaultPurpose, type Purpose, readPurpose } from './purpose.ts'
import { beyond, type Context, ofContext, readScopes, type Scopes, writeScopes } from './scopes.ts'
import { type Grant, TOKEN_LIFE_S, type Tokens } from './tokens.ts'

export const CLIENT_CREDENTIALS = 'client_credentials'
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const LONGEST_REASON = 500

/** A field of the form; undefined also where it stands twice. */
export type Field = (name: string) => string | undefined

/** Whom a token speaks for; `reason` is what the identity provider was told. */
export type Subject = Pick<Grant, 'user' | 'person' | 'reason'> & { context: Context }

/** Whom the subject token of a request speaks for. Throws: oauth.request, oauth.subject_token, oauth.grant, oauth.keys_unavailable. */
export type Exchange = (field: Field) => Promise<Subject>

/** What came of a request, without saying for whom. */
export interface TokenOutcome {
  clientId?: string
  context?: Context
  purpose?: string
  /** Of a refusal. */
  error?: HubError
}

export interface TokenEndpointOptions {
  clients: Clients
  tokens: Tokens
  useOnce: UseOnce
  /** Base URLs this hub is known by, the public one first. */
  baseUrls: () => string[]
  /** Is a token given only on a connection that shows a client certificate? */
  needsCertificate?: boolean
  /** Absent where no identity provider is known. */
  exchange?: Exchange
  /** Resolved before the token goes out. */
  onOutcome?: (outcome: TokenOutcome, request: Request) => Promise<void> | void
}

export function tokenEndpoint(options: TokenEndpointOptions): Router {
  const router = Router()
  router.post('/token', urlencoded({ extended: false, limit: '64kb' }), async (request, response) => {
    response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
    const outcome: TokenOutcome = {}
    try {
      const answer = await grant(request, options, outcome)
      await options.onOutcome?.(outcome, request)
      response.json(answer)
    } catch (error) {
      outcome.error = toHubError(error)
      await options.onOutcome?.(outcome, request)
      refuse(response, outcome.error)
    }
  })
  return router
}

async function grant(request: Request, options: TokenEndpointOptions, outcome: TokenOutcome): Promise<Record<string, unknown>> {
  const field = fieldsOf(request)
  const subjectOf = grantTypeOf(field, options)
  const client = await clientOf(field, options)
  outcome.clientId = client.clientId
  const certificate = certificateOf(request)
  if (options.needsCertificate === true && certificate === undefined) throw new HubError('oauth.client', { path: 'certificate' })
  const { reason, ...subject } = await subjectOf(field)
  const { context, person } = subject
  outcome.context = context
  const why = whyOf({ purpose: field('purpose') ?? request.get('x-hub-purpose'), reason: reason ?? field('reason') }, client, context)
  const scopes = grantedScopes(field('scope'), client.scopes, { context, ...why })
  outcome.purpose = why.purpose
  return {
    access_token: await options.tokens.sign({ client, scopes, grant: { ...subject, ...why }, certificate }),
    token_type: 'Bearer',
    expires_in: TOKEN_LIFE_S,
    scope: writeScopes(scopes),
    ...(context === 'system' ? {} : { issued_token_type: ACCESS_TOKEN }),
    ...(person === undefined ? {} : { patient: person.patient.slice('Patient/'.length) }),
  }
}

function grantTypeOf(field: Field, { exchange }: TokenEndpointOptions): Exchange {
  const type = field('grant_type')
  if (type === CLIENT_CREDENTIALS) return async () => ({ context: 'system' })
  if (type === TOKEN_EXCHANGE && exchange !== undefined) return exchange
  throw new HubError('oauth.request', { path: 'grant_type' })
}

async function clientOf(field: Field, { clients, useOnce, baseUrls }: TokenEndpointOptions): Promise<Client> {
  if (field('client_assertion_type') !== ASSERTION_TYPE) throw new HubError('oauth.request', { path: 'client_assertion_type' })
  const assertion = field('client_assertion')
  if (assertion === undefined) throw new HubError('oauth.request', { path: 'client_assertion' })
  const audiences = baseUrls().map(base => `${base}/auth/token`)
  return authenticateClient(assertion, { clients, audiences, useOnce, now: new Date() })
}

/** None asked: all that are registered. Of what is asked only what counts in this context is granted: nobody's token says more than it opens. */
function grantedScopes(asked: string | undefined, registered: Scopes, { context, purpose }: { context: Context; purpose: Purpose }): Scopes {
  const wanted = asked === undefined || asked.trim() === '' ? registered : readScopes(asked)
  const granted = ofContext(wanted, context, purpose)
  if (beyond(wanted, registered).length > 0 || (granted.size === 0 && context !== 'system')) throw new HubError('oauth.request', { path: 'scope' })
  return granted
}

function whyOf(asked: { purpose: string | undefined; reason: string | undefined }, { kind }: Client, context: Context): { purpose: Purpose; reason?: string } {
  const purpose = asked.purpose === undefined ? defaultPurpose(context, kind) : readPurpose(asked.purpose, context)
  if (purpose === undefined) throw new HubError('oauth.request', { path: 'purpose' })
  if (purpose !== 'BTG') return { purpose }
  const reason = asked.reason?.trim() ?? ''
  if (reason === '' || reason.length > LONGEST_REASON) throw new HubError('oauth.request', { path: 'reason' })
  return { purpose, reason }
}

function fieldsOf(request: Request): Field {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null) throw new HubError('oauth.request', { path: 'Content-Type' })
  const fields = new Map<string, unknown>(Object.entries(body))
  return name => {
    const value = fields.get(name)
    return typeof value === 'string' ? value : undefined
  }
}

/** RFC 6749 5.2 and RFC 8693 2.2.2; by place where one code has several. */
const OAUTH_ERRORS: Partial<Record<HubError['code'], Record<string, string> & { other: string }>> = {
  'oauth.client': { other: 'invalid_client' },
  'oauth.request': { grant_type: 'unsupported_grant_type', scope: 'invalid_scope', other: 'invalid_request' },
  'oauth.subject_token': { other: 'invalid_request' },
  'oauth.grant': { other: 'invalid_grant' },
  'oauth.keys_unavailable': { other: 'temporarily_unavailable' },
}

function refuse(response: Response, error: HubError): void {
  const names = OAUTH_ERRORS[error.code]
  if (names === undefined) throw error
  const { http } = ERRORS[error.code]
  if (http === 503) response.set('Retry-After', '5')
  response.status(http).json({ error: names[error.path ?? ''] ?? names.other, error_description: error.message })
}
