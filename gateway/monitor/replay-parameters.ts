/*
  What is asked of replays: the filter of flows as JSON, a reason always, a closed list of members.
*/
import { HubError } from '../../profiles/errors.ts'
import { membersOf, placeOf } from './order.ts'

const LONGEST_REASON = 500
const STATES = ['pending', 'shown', 'queued', 'committed', 'refused', 'failed', 'skipped']
const OUTCOMES = ['changed', 'unchanged']

/** Out: the filter as texts. Throws: fhir.request, fhir.parameter_unknown. */
export function readReplayOrder(body: unknown): { filter: Record<string, string>; reason: string } {
  const { filter: sent = {} } = membersOf(body, ['filter', 'reason'])
  const reason = requireReason(body, ['filter', 'reason'])
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw new HubError('fhir.request', { path: 'filter' })
  const filter: Record<string, string> = {}
  for (const [name, value] of Object.entries(sent as Record<string, unknown>)) {
    if (typeof value !== 'string' || value.length > 300) throw new HubError('fhir.request', { path: placeOf(name, 'filter') })
    if (value !== '') filter[name] = value
  }
  return { filter, reason }
}

/** Throws: fhir.request at `reason`, fhir.parameter_unknown. */
export function requireReason(body: unknown, takes: readonly string[] = ['reason']): string {
  const { reason } = membersOf(body, takes)
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > LONGEST_REASON) throw new HubError('fhir.request', { path: 'reason' })
  return reason.trim()
}

/** Throws: fhir.request, fhir.parameter_unknown, at the parameter's name. */
export function readItemFilter(sent: URLSearchParams): { state?: string; outcome?: string; after?: number; limit: number } {
  const texts = membersOf(Object.fromEntries(sent), ['state', 'outcome', 'after', 'limit']) as Record<string, string | undefined>
  const { state, outcome, after, limit = '50' } = texts
  const refuse = (path: string): never => {
    throw new HubError('fhir.request', { path })
  }
  if (state !== undefined && !STATES.includes(state)) refuse('state')
  if (outcome !== undefined && !OUTCOMES.includes(outcome)) refuse('outcome')
  if (after !== undefined && !/^\d{1,9}$/.test(after)) refuse('after')
  if (!/^[1-9]\d{0,8}$/.test(limit)) refuse('limit')
  return {
    limit: Math.min(Number(limit), 200),
    ...(state === undefined ? {} : { state }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(after === undefined ? {} : { after: Number(after) }),
  }
}
