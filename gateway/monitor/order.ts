/*
  What a POST of the monitor says beside its own members: the reason, in the words of whoever gives it.
*/
import { HubError } from '../../profiles/errors.ts'

const SHORTEST = 3
const LONGEST = 500

/** Throws: fhir.request at `reason`, fhir.parameter_unknown at the name of what is not taken. */
export function readOrder(body: unknown, takes: readonly string[]): { reason: string; sent: Readonly<Record<string, unknown>> } {
  const sent = membersOf(body, takes)
  const reason = typeof sent['reason'] === 'string' ? sent['reason'].trim() : ''
  if (reason.length < SHORTEST || reason.length > LONGEST) throw new HubError('fhir.request', { path: 'reason' })
  return { reason, sent }
}

/** Throws: fhir.parameter_unknown at the name of what is not taken. */
export function membersOf(body: unknown, takes: readonly string[]): Readonly<Record<string, unknown>> {
  const sent = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const unknown = Object.keys(sent).find(name => !takes.includes(name))
  if (unknown !== undefined) throw new HubError('fhir.parameter_unknown', { path: placeOf(unknown, 'body') })
  return sent
}

export const placeOf = (name: string, otherwise: string): string => (/^[A-Za-z_]{1,32}$/.test(name) ? name : otherwise)
