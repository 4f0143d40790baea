/*
  An error as FHIR says it: OperationOutcome, one issue, its place, the id of the request; never a value.
*/
import type { Response } from 'express'
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js'
import { ERRORS, type HubError } from '../../profiles/errors.ts'
import { challengeOf } from '../access/challenge.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

export function toOutcome(error: HubError, requestId: string): OperationOutcome {
  const { issue, text } = ERRORS[error.code]
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: issue as OperationOutcomeIssue['code'],
        details: { text },
        diagnostics: `rule ${error.code}, request ${requestId}`,
        ...(error.path === undefined ? {} : { expression: [error.path] }),
      },
    ],
  }
}

export function sendOutcome(response: Response, error: HubError, requestId: string): void {
  const { http } = ERRORS[error.code]
  const challenge = challengeOf(error)
  if (challenge !== undefined) response.set('WWW-Authenticate', challenge)
  if (http === 503 && !response.hasHeader('Retry-After')) response.set('Retry-After', '5')
  response
    .status(http)
    .type(FHIR_JSON)
    .send(JSON.stringify(toOutcome(error, requestId)))
}
