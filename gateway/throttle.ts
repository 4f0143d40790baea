/*
  Limits how fast one caller may ask; each process counts for itself. A rate may be used up in one burst, within WINDOW_S.
*/
import type { RequestHandler, Response } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { HubError } from '../profiles/errors.ts'
import { actorOf } from './request.ts'

const WINDOW_S = 10

/** Counts per client, at the rate of its registration; only behind `requireToken`. Throws: fhir.throttled, with Retry-After. */
export function throttleClients(): RequestHandler {
  const limiters = new Map<number, RateLimiterMemory>()
  return async (request, response, next) => {
    const { clientId, requestsPerSecond } = actorOf(request)
    if (requestsPerSecond === undefined) return next()
    const limiter = limiters.get(requestsPerSecond) ?? limiterOf(requestsPerSecond)
    limiters.set(requestsPerSecond, limiter)
    await consume(limiter, clientId, response)
    next()
  }
}

/** Counts per address, where nobody is known yet. Throws: fhir.throttled, with Retry-After. */
export function throttleAddresses(requestsPerSecond: number): RequestHandler {
  const limiter = limiterOf(requestsPerSecond)
  return async (request, response, next) => {
    await consume(limiter, request.ip ?? '', response)
    next()
  }
}

const limiterOf = (requestsPerSecond: number): RateLimiterMemory => new RateLimiterMemory({ points: requestsPerSecond * WINDOW_S, duration: WINDOW_S })

async function consume(limiter: RateLimiterMemory, caller: string, response: Response): Promise<void> {
  try {
    await limiter.consume(caller)
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    response.set('Retry-After', String(Math.ceil(refused.msBeforeNext / 1000)))
    throw new HubError('fhir.throttled')
  }
}
