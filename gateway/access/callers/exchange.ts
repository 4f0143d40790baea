/*
  Token exchange (RFC 8693): what an identity provider says of a human becomes whom our token speaks for.
    subject_token, subject_token_type = …:access_token | …:id_token | …:jwt, [requested_token_type = …:access_token], [situation_exercice], [patient]
*/
import { HubError } from '../../../profiles/errors.ts'
import { type CitizenLookups, findCitizen } from './citizen.ts'
import { type Issuers, verifySubject } from './issuers.ts'
import { readProfessional } from './professional.ts'
import type { Exchange } from './token-endpoint.ts'

const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:'
const SUBJECT_TYPES = ['access_token', 'id_token', 'jwt'].map(type => `${TOKEN_TYPE}${type}`)

export function exchangeFor(issuers: Issuers, lookups: CitizenLookups): Exchange {
  return async field => {
    const type = field('subject_token_type')
    if (type === undefined || !SUBJECT_TYPES.includes(type)) throw new HubError('oauth.request', { path: 'subject_token_type' })
    const wanted = field('requested_token_type')
    if (wanted !== undefined && wanted !== `${TOKEN_TYPE}access_token`) throw new HubError('oauth.request', { path: 'requested_token_type' })
    const token = field('subject_token')
    if (token === undefined) throw new HubError('oauth.request', { path: 'subject_token' })
    const { issuer, claims } = await verifySubject(token, issuers)
    if (issuer.kind === 'citizen') return { context: 'patient', person: await findCitizen(claims, issuer.claims, { patient: field('patient'), lookups }) }
    const reason = claims[issuer.claims.reason]
    const user = readProfessional(claims, issuer.claims, field('situation_exercice'))
    return { context: 'user', user, ...(typeof reason === 'string' && reason !== '' ? { reason } : {}) }
  }
}
