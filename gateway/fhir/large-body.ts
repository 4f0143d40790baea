/*
  Receives the body of a write: bytes of any type. What those of one client that are being received or worked on hold together is bounded.
*/
import { type RequestHandler, raw } from 'express'
import { holding } from '../throttle.ts'
import { LARGEST_BODY } from './body.ts'

const MOST_OF_CLIENT = 8 * LARGEST_BODY

const hold = holding(MOST_OF_CLIENT)

/** Counts what the request says it sends until it is answered; one that does not say, or is packed, may become the largest. Throws: fhir.throttled. */
const bound: RequestHandler = (request, response, next) => {
  hold(request, response, Math.min(Number((request.get('content-encoding') ? undefined : request.get('content-length')) ?? LARGEST_BODY), LARGEST_BODY))
  next()
}

export const readLargeBody: RequestHandler[] = [bound, raw({ type: () => true, limit: LARGEST_BODY })]
