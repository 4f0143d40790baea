/*
  Who calls, put together: the registered clients, the keys, the token endpoint below /auth, and what the doors read tokens with.
*/
import { Router } from 'express'
import type { RelatedPerson, Resource } from 'fhir/r4.js'
import type { HubConfig } from '../config.ts'
import type { Auditor } from '../ledger/audit/audit.ts'
import type { Db } from '../ledger/db.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { contextOf } from '../request.ts'
import type { HubError } from '../../profiles/errors.ts'
import { insRootsOf } from '../../profiles/identity.ts'
import { findQualifiedPersons } from '../ledger/identity/qualified-persons.ts'
import type { Store } from '../store/store.ts'
import type { CitizenLookups } from './callers/citizen.ts'
import { clientsIn } from './callers/clients.ts'
import { exchangeFor } from './callers/exchange.ts'
import { readIssuers } from './callers/issuers.ts'
import { openSigningKeys } from './callers/signing-keys.ts'
import { tokenEndpoint, type TokenEndpointOptions } from './callers/token-endpoint.ts'
import { useOnceIn } from './callers/token-seen.ts'
import { createTokens, type Tokens } from './callers/tokens.ts'

export interface AccessParts {
  config: HubConfig
  db: Db
  store: Store
  auditor: Auditor
  log: Log
  metrics: Metrics
  baseUrls(): string[]
}

/** Throws: config.invalid for keys that cannot be read. */
export function openAccess(parts: AccessParts): { tokens: Tokens; router: Router } {
  const { config, db, log, baseUrls } = parts
  const unread = (error: HubError): void => log.error('keys.read-failed', error)
  const clients = clientsIn(config, { requestsPerSecond: config.limits.requestsPerSecond, onFault: unread })
  const issuers = readIssuers(config.issuers, unread)
  const signingKeys = openSigningKeys(config.keys.signingFile, unread)
  const tokens = createTokens(signingKeys, clients)
  const router = Router()
  const exchange = exchangeFor(issuers, citizensIn(parts))
  const needsCertificate = config.http.clientCaFile !== undefined
  router.use(tokenEndpoint({ needsCertificate, clients, tokens, useOnce: useOnceIn(db), baseUrls, exchange, onOutcome: noted(parts) }))
  router.get('/jwks', async (_request, response) => void response.set('Cache-Control', 'public, max-age=300').json((await signingKeys()).open))
  return { tokens, router }
}

function citizensIn({ config, db, store }: AccessParts): CitizenLookups {
  const systems = insRootsOf(config.environment).map(root => `urn:oid:${root}`)
  return {
    qualifiedPersons: matricule => findQualifiedPersons(db, systems, matricule),
    async relativesOf({ system, value }) {
      const { entry = [] } = await store.search('RelatedPerson', { identifier: `${tokenText(system)}|${tokenText(value)}` })
      return entry.map(one => one.resource).filter(resource => isRelatedPerson(resource))
    },
    now: () => new Date(),
  }
}

const isRelatedPerson = (resource: Resource | undefined): resource is RelatedPerson => resource?.resourceType === 'RelatedPerson'

/** A value of a token parameter: what separates values is escaped. */
const tokenText = (text: string): string => text.replace(/[\\$,|]/g, '\\$&')

/** Each grant and each refusal leaves a row in the audit before its answer, and a line in the log: the client and why it asks, never for whom. */
function noted({ auditor, log, metrics }: AccessParts): NonNullable<TokenEndpointOptions['onOutcome']> {
  return async ({ clientId, context, purpose, error }, request) => {
    const { requestId } = contextOf(request)
    metrics.tokenGranted(error === undefined ? 'granted' : 'refused')
    if (error === undefined) log.info('token.granted', { client: clientId, kind: context, requestId })
    else log.warn('token.refused', { client: clientId, kind: context, code: error.code, path: error.path, requestId })
    await auditor.record({
      at: new Date(),
      actor: clientId ?? 'nobody',
      action: 'token.grant',
      object: context ?? '',
      outcome: error?.code ?? 'granted',
      address: request.ip,
      detail: { requestId, purpose },
    })
  }
}
