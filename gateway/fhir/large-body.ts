/*
  Receives the body of a write: bytes of any type. What those of one client that are being received or worked on hold together is bounded.
*/
import { type RequestHandler, raw } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { actorOf } from '../request.ts'
import { LARGEST_BODY } from './body.ts'

const MOST_OF_CLIENT = 8 * LARGEST_BODY

const held = new Map<string, number>()

/** Counts what the request says it sends until it is answered; one that does not say, or is packed, may become the largest. Throws: fhir.throttled. */
const bound: RequestHandler = (request, response, next) => {
  const { clientId } = actorOf(request)
  const bytes = Math.min(Number((request.get('content-encoding') ? undefined : request.get('content-length')) ?? LARGEST_BODY), LARGEST_BODY)
  const hold = (more: number): number => (held.get(clientId) ?? 0) + more
  if (hold(bytes) > MOST_OF_CLIENT) throw new HubError('fhir.throttled')
  held.set(clientId, hold(bytes))
  response.once('close', () => held.set(clientId, hold(-bytes)))
  next()
}

export const readLargeBody: RequestHandler[] = [bound, raw({ type: () => true, limit: LARGEST_BODY })]
