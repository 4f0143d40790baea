/*
  Who looks at the monitor: his role, and the territory he is bound to. An operator's client is a viewer by its token.
*/
import type { Request, Response } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { MONITOR_SCOPE } from '../access/callers/scopes.ts'
import { actorOf } from '../request.ts'

export const ROLES = ['observer', 'operator', 'privacy-officer'] as const
export type Role = (typeof ROLES)[number]

export interface Viewer {
  /** As the audit knows him: a clientId, or `user:` and his name at the identity provider. */
  name: string
  role: Role
  /** He sees nothing of any other; absent: all of them. */
  territory?: string
  /** Of a person who has logged in, not of a client. */
  session?: {
    csrf: string
    endsAt: Date
    /** Asked by whatever goes on after its request was let in. */
    lasts(): Promise<boolean>
  }
}

const viewers = new WeakMap<Request, Viewer>()

/** Who looks; only behind the guard of the monitor's API. Throws: fhir.no_token. */
export function viewerOf(request: Request): Viewer {
  const viewer = viewers.get(request)
  if (viewer === undefined) throw new HubError('fhir.no_token')
  return viewer
}

export const seenBy = (request: Request, viewer: Viewer): void => void viewers.set(request, viewer)

/** Throws: monitor.role. */
export function requireRole(request: Request, ...roles: readonly Role[]): Viewer {
  const viewer = viewerOf(request)
  if (!roles.includes(viewer.role)) throw new HubError('monitor.role', { path: 'role' })
  return viewer
}

/** May he see what is of this territory? What is of none, only who is not bound to one. */
export const mayView = ({ territory }: Viewer, its: string | null | undefined): boolean => territory === undefined || territory === its

/** In: why somebody acted, in his own words. They may tell of a person: like the record of repairs they are not for observers. */
export const reasonFor = ({ role }: Viewer, reason: string | null): string | null => (role === 'observer' ? null : reason)

/** The viewer behind a token. Throws: fhir.scope unless it is an operator's. */
export function operatorBehind(request: Request): Viewer {
  const { kind, scopes, clientId } = actorOf(request)
  if (kind !== 'operator' || !scopes.has(MONITOR_SCOPE)) throw new HubError('fhir.scope', { path: 'monitor' })
  return { name: clientId, role: 'operator' }
}

/** What he is told is kept by nobody on the way. */
export function answer(response: Response, body: unknown): void {
  response.set('Cache-Control', 'no-store').json(body)
}
