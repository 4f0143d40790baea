/*
  The guard of every door behind tokens: Authorization: Bearer → actor; X-Hub-Purpose may say why he asks this time.
*/
import type { Request, RequestHandler } from 'express'
import { HubError, toHubError } from '../../profiles/errors.ts'
import { contextOf } from '../request.ts'
import type { Actor } from './actor.ts'
import { certificateOf } from './certificate.ts'
import { readPurpose } from './purpose.ts'
import type { Tokens } from './tokens.ts'

/** Told of whoever is turned away, before he hears of it. */
export type OnRefused = (request: Request, fault: HubError) => Promise<void>

/** Throws: fhir.no_token, fhir.token_invalid, fhir.token_expired, fhir.purpose. */
export function requireToken(tokens: Tokens, onRefused: OnRefused): RequestHandler {
  return async (request, _response, next) => {
    const actor = await actorIn(request, tokens).catch(async (error: unknown) => {
      await onRefused(request, toHubError(error))
      throw error
    })
    contextOf(request).actor = request.ip === undefined ? actor : { ...actor, address: request.ip }
    next()
  }
}

async function actorIn(request: Request, tokens: Tokens): Promise<Actor> {
  const header = request.get('authorization')
  if (header === undefined) throw new HubError('fhir.no_token')
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1]
  if (token === undefined) throw new HubError('fhir.token_invalid')
  return withPurpose(await tokens.read(token, () => certificateOf(request)), request)
}

/** Break-glass is asked for with its token, where a reason is demanded: a header cannot raise another one to it. */
function withPurpose(actor: Actor, request: Request): Actor {
  const asked = request.get('x-hub-purpose')
  if (asked === undefined || asked === actor.purpose) return actor
  const purpose = readPurpose(asked, actor.context ?? 'system')
  if (purpose === undefined || purpose === 'BTG') throw new HubError('fhir.purpose', { path: 'X-Hub-Purpose' })
  return { ...actor, purpose }
}
