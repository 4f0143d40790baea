/*
  What the hub knows of one HTTP request beside the request itself: its id, its trace, its caller.
*/
import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import { HubError } from '../profiles/errors.ts'
import type { Actor } from './access/callers/actor.ts'
import { continueTrace } from './trace.ts'

export interface RequestContext {
  requestId: string
  traceparent: string
  actor?: Actor
  /** Counts more than one request against the caller's rate. */
  charge?: (points: number) => Promise<void>
}

const contexts = new WeakMap<Request, RequestContext>()

/** First middleware of all. X-Request-Id is kept where it is harmless, else replaced and given back as X-Correlation-Id. */
export function openContext(request: Request, response: Response, next: NextFunction): void {
  const received = request.get('x-request-id')
  const isKept = received !== undefined && /^[A-Za-z0-9._:-]{1,64}$/.test(received)
  const requestId = isKept ? received : randomUUID()
  if (received !== undefined && !isKept) response.set('X-Correlation-Id', received.slice(0, 256))
  contexts.set(request, { requestId, traceparent: continueTrace(request.get('traceparent')) })
  response.set('X-Request-Id', requestId)
  next()
}

export function contextOf(request: Request): RequestContext {
  const context = contexts.get(request)
  if (context === undefined) throw new HubError('hub.defect', { path: 'request' })
  return context
}

/** The caller; only behind `requireToken`. */
export const actorOf = (request: Request): Actor => callerOf(request).actor

/** Who asks, and under which id: what is known of a request once its token is read. */
export type Caller = RequestContext & { actor: Actor }

/** Only behind `requireToken`. */
export function callerOf(request: Request): Caller {
  const context = contextOf(request)
  if (!isKnown(context)) throw new HubError('fhir.no_token')
  return context
}

const isKnown = (context: RequestContext): context is Caller => context.actor !== undefined
