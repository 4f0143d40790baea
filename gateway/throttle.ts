/*
  Limits how fast one caller may ask; each process counts for itself. A rate may be used up in one burst, within WINDOW_S.
*/
import type { Request, RequestHandler, Response } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { HubError } from '../profiles/errors.ts'
import { actorOf, contextOf } from './request.ts'

const WINDOW_S = 10

/** Counts per client, at the rate of its registration; only behind `requireToken`. What a request holds many of is charged once that is known. Throws: fhir.throttled, with Retry-After; also for more than so many requests at once. */
export function throttleClients(mostAtOnce = Number.POSITIVE_INFINITY): RequestHandler {
  const limiters = new Map<number, RateLimiterMemory>()
  const hold = holding(mostAtOnce)
  return async (request, response, next) => {
    const { clientId, requestsPerSecond } = actorOf(request)
    hold(request, response)
    if (requestsPerSecond === undefined) return next()
    const limiter = limiters.get(requestsPerSecond) ?? limiterOf(requestsPerSecond)
    limiters.set(requestsPerSecond, limiter)
    contextOf(request).charge = points => consume(limiter, { caller: clientId, response, points: Math.min(points, limiter.points) })
    await consume(limiter, { caller: clientId, response })
    next()
  }
}

/** What the requests of one client that are not yet answered hold together. Throws: fhir.throttled beyond `most`. */
export function holding(most: number): (request: Request, response: Response, amount?: number) => void {
  const held = new Map<string, number>()
  return (request, response, amount = 1) => {
    const { clientId } = actorOf(request)
    const hold = (more: number): number => (held.get(clientId) ?? 0) + more
    if (hold(amount) > most) throw new HubError('fhir.throttled')
    held.set(clientId, hold(amount))
    response.once('close', () => held.set(clientId, hold(-amount)))
  }
}

/** Counts per address, where nobody is known yet. Throws: fhir.throttled, with Retry-After. */
export function throttleAddresses(requestsPerSecond: number): RequestHandler {
  const throttle = addressThrottle(requestsPerSecond)
  return (request, response, next) => throttle(request, response).then(() => next(), next)
}

/** The same, for what is not yet known to be worth counting. */
export function addressThrottle(requestsPerSecond: number): (request: Request, response: Response) => Promise<void> {
  const limiter = limiterOf(requestsPerSecond)
  return (request, response) => consume(limiter, { caller: request.ip ?? '', response })
}

const limiterOf = (requestsPerSecond: number): RateLimiterMemory => new RateLimiterMemory({ points: requestsPerSecond * WINDOW_S, duration: WINDOW_S })

async function consume(limiter: RateLimiterMemory, { caller, response, points = 1 }: { caller: string; response: Response; points?: number }): Promise<void> {
  try {
    await limiter.consume(caller, points)
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    response.set('Retry-After', String(Math.ceil(refused.msBeforeNext / 1000)))
    throw new HubError('fhir.throttled')
  }
}
