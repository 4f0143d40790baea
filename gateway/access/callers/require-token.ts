/*
  The guard of every door behind tokens: Authorization: Bearer → actor; X-Hub-Purpose may say why he asks this time.
*/
import type { Request, RequestHandler } from 'express'
import { HubError, toHubError } from '../../../profiles/errors.ts'
import { contextOf } from '../../request.ts'
import { addressThrottle } from '../../throttle.ts'
import type { Actor } from './actor.ts'
import { certificateOf } from './certificate.ts'
import { readPurpose } from './purpose.ts'
import type { Tokens } from './tokens.ts'

/** Told of whoever is turned away, before he hears of it. */
export type OnRefused = (request: Request, fault: HubError) => Promise<void>

/** Each refusal is a row of the audit: whoever has no token cannot fill it. */
const REFUSALS_PER_SECOND = 50

/** Throws: fhir.no_token, fhir.token_invalid, fhir.token_expired, fhir.purpose; fhir.throttled where one address is refused too often. */
export function requireToken(tokens: Tokens, onRefused: OnRefused, refusalsPerSecond = REFUSALS_PER_SECOND): RequestHandler {
  const throttle = addressThrottle(refusalsPerSecond)
  return async (request, response, next) => {
    const actor = await actorIn(request, tokens).catch(async (error: unknown) => {
      await throttle(request, response)
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
