/*
  The guard of every door behind tokens: Authorization: Bearer → actor.
*/
import type { RequestHandler } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { contextOf } from '../request.ts'
import type { Tokens } from './tokens.ts'

/** Throws: fhir.no_token, fhir.token_invalid, fhir.token_expired. */
export function requireToken(tokens: Tokens): RequestHandler {
  return async (request, _response, next) => {
    const header = request.get('authorization')
    if (header === undefined) throw new HubError('fhir.no_token')
    const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1]
    if (token === undefined) throw new HubError('fhir.token_invalid')
    contextOf(request).actor = await tokens.read(token)
    next()
  }
}
