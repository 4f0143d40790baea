/*
  Says what an answer or a failure of the FHIR store means to the hub.
    no answer, 401, 403, 407, 429, 502, 503, 504, a page or a redirection of somebody between, 500 of an ill store → store.unavailable of dependency hapi    409 → store.conflict    404, 410 → store.not_found
    412 → store.version_conflict    500 of a healthy store → store.unavailable, counted (a poisoned message must park in the end)    other → store.refused
*/
import type { OperationOutcome } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'

/** A call that got no answer at all. */
export function fromFailure(error: unknown): HubError {
  return error instanceof HubError ? error : new HubError('store.unavailable', { dependency: 'hapi', cause: error })
}

/**
 * In: checkHealth asks the store how it is; used only for a 500, which HAPI answers both when it has lost its database and when one request breaks it.
 */
export async function fromAnswer(status: number, body: unknown, checkHealth: () => Promise<void>): Promise<HubError> {
  const reply = hapiCode(body) ?? String(status)
  const path = firstPath(body)
  const options = { reply, ...(path === undefined ? {} : { path }) }
  switch (status) {
    case 404:
      // Without an OperationOutcome it is not FHIR that speaks: a server that is starting, a proxy.
      return isOutcome(body) ? new HubError('store.not_found', options) : new HubError('store.unavailable', { ...options, dependency: 'hapi' })
    case 410:
      return new HubError('store.not_found', options)
    case 409:
      return new HubError('store.conflict', options)
    case 412:
      return new HubError('store.version_conflict', options)
    case 401:
    case 403:
    case 407:
    case 429:
    case 502:
    case 503:
    case 504:
      return new HubError('store.unavailable', { ...options, dependency: 'hapi' })
    case 500:
      return serverFault(body, options, checkHealth)
    default:
      return status < 400 ? new HubError('store.unavailable', { ...options, dependency: 'hapi' }) : new HubError('store.refused', options)
  }
}

async function serverFault(body: unknown, options: { reply: string; path?: string }, checkHealth: () => Promise<void>): Promise<HubError> {
  // Two writers of one row in the store's database: HAPI says 500 where it means 409.
  if (/deadlock|could not serialize|LockAcquisition|CannotAcquireLock|PessimisticLock|duplicate key/i.test(diagnostics(body)))
    return new HubError('store.conflict', options)
  if (/JDBC Connection|Connection is (closed|not available)|terminating connection|I\/O error occurred while sending to the backend/i.test(diagnostics(body))) {
    return new HubError('store.unavailable', { ...options, dependency: 'hapi' })
  }
  try {
    await checkHealth()
    return new HubError('store.unavailable', options)
  } catch {
    return new HubError('store.unavailable', { ...options, dependency: 'hapi' })
  }
}

/** `HAPI-0550`: the store's own number of the fault, the only part of its text that is sure to hold no value. */
function hapiCode(body: unknown): string | undefined {
  return /HAPI-\d{3,5}/.exec(diagnostics(body))?.[0]
}

function diagnostics(body: unknown): string {
  const issues = isOutcome(body) ? body.issue : []
  return issues.map(issue => issue.diagnostics ?? '').join('\n')
}

/** Expression of the first issue, kept only where it is a path of names and indexes. */
function firstPath(body: unknown): string | undefined {
  if (!isOutcome(body)) return undefined
  return body.issue
    .flatMap(issue => [...(issue.expression ?? []), ...(issue.location ?? [])])
    .find(one => /^[A-Za-z]+(\.[A-Za-z]+(\[\d+\])?|\[\d+\])*$/.test(one))
}

function isOutcome(body: unknown): body is OperationOutcome {
  return (
    typeof body === 'object' &&
    body !== null &&
    'resourceType' in body &&
    body.resourceType === 'OperationOutcome' &&
    'issue' in body &&
    Array.isArray(body.issue)
  )
}
