/*
  Limits how fast one caller may ask; each process counts for itself.
*/
import type { RequestHandler } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { HubError } from '../profiles/errors.ts'
import { contextOf } from './request.ts'

export interface Limit {
  requests: number
  perSeconds: number
}

/** Counts per client once it is known, else per address. Throws: fhir.throttled, with Retry-After. */
export function throttle({ requests, perSeconds }: Limit): RequestHandler {
  const limiter = new RateLimiterMemory({ points: requests, duration: perSeconds })
  return async (request, response, next) => {
    try {
      await limiter.consume(contextOf(request).actor?.clientId ?? request.ip ?? '')
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused
      response.set('Retry-After', String(Math.ceil(refused.msBeforeNext / 1000)))
      throw new HubError('fhir.throttled')
    }
    next()
  }
}
