/*
  What a refused caller is told in WWW-Authenticate (RFC 6750 section 3): nothing about the token where there was none.
*/
import { ERRORS, type HubError } from '../../../profiles/errors.ts'

/** Undefined for every answer but 401 and 403 for want of a scope or purpose. */
export function challengeOf({ code }: HubError): string | undefined {
  if (code === 'fhir.no_token' || code === 'monitor.session_ended') return 'Bearer'
  if (ERRORS[code].http === 401) return challenge('invalid_token', ERRORS[code].text)
  return code === 'fhir.scope' || code === 'fhir.purpose' ? challenge('insufficient_scope', ERRORS[code].text) : undefined
}

const challenge = (error: string, text: string): string => `Bearer error="${error}", error_description="${text}"`
