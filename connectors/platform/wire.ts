/*
  What goes over the wire to the regional platform: one FHIR resource by POST, and how its answer is understood.

    POST <url><path>   content-type: application/fhir+json   traceparent
      2xx              → taken (Location = its reference)
      408 429 5xx      → later; 503 says that the platform as a whole is away
      3xx, other 4xx   → refused
*/
import { HubError } from '../../profiles/errors.ts'

/** One resource for the platform, rendered by the gateway. */
export interface PlatformPayload {
  /** Path behind the base URL: `/CommunicationRequest`. */
  path: string
  json: string
}

/** The address of one notification. Throws: platform.refused when the path leaves the base URL. */
export function notificationUrl(base: string, path: string): string {
  if (!/^\/[A-Za-z][A-Za-z/]*$/.test(path)) throw new HubError('platform.refused', { path: 'path' })
  return base.replace(/\/+$/, '') + path
}

/** What an answer other than 2xx means. */
export function refusal(status: number): HubError {
  const reply = String(status)
  if (status === 503) return new HubError('platform.deferred', { reply, dependency: 'platform' })
  if (status >= 500 || status === 408 || status === 429) return new HubError('platform.deferred', { reply })
  return new HubError('platform.refused', { reply })
}
