/*
  What went wrong, or was found, as FHIR says it: OperationOutcome, one issue per finding, its place, its rule and the id of the request; never a value.
    details.text in the language asked for, English when none is; the other one in its translation extension
*/
import type { Response } from 'express'
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js'
import { ERRORS, type HubError, textsOf } from '../../profiles/errors.ts'
import type { Issue } from '../../profiles/issues.ts'
import { challengeOf } from '../access/callers/challenge.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

export type Language = 'en' | 'fr'

export interface Asked {
  requestId: string
  language: Language
}

export function sendOutcome(response: Response, error: HubError, requestId: string): void {
  const { http } = ERRORS[error.code]
  const { refusalStatus = http } = response.locals as { refusalStatus?: number }
  const challenge = challengeOf(error)
  if (challenge !== undefined) response.set('WWW-Authenticate', challenge)
  if ((http === 503 || http === 429) && !response.hasHeader('Retry-After')) response.set('Retry-After', '5')
  if (error.version !== undefined) response.set('ETag', `W/"${error.version}"`)
  const outcome = toOutcome(error, { requestId, language: languageOf(response) })
  const status = http === 429 || http >= 500 ? http : refusalStatus
  response.status(status).type(FHIR_JSON).set('Content-Language', outcome.language).send(JSON.stringify(outcome))
}

/** English unless the caller prefers French. */
export const languageOf = (response: Response): Language => (response.req.acceptsLanguages('en', 'fr') === 'fr' ? 'fr' : 'en')

/** The findings of an error, or the error itself. */
export function toOutcome(error: HubError, asked: Asked): OperationOutcome & { language: Language } {
  if (error.issues.length > 0) return issuesOutcome(error.issues, asked)
  const { issue: code } = ERRORS[error.code]
  const own = { severity: 'error' as const, code, rule: error.code, text: textsOf(error.code), ...(error.path === undefined ? {} : { expression: error.path }) }
  const issue = toIssue(own, asked)
  if (error.version !== undefined) issue.diagnostics += `, current version W/"${error.version}"`
  return { resourceType: 'OperationOutcome', language: asked.language, issue: [issue] }
}

/** What was found, errors first; "nothing" when that is what it is. */
export function issuesOutcome(issues: readonly Issue[], asked: Asked): OperationOutcome & { language: Language } {
  const found = issues.length > 0 ? [...issues].sort((left, right) => RANK[left.severity] - RANK[right.severity]) : [ALL_IS_WELL]
  return { resourceType: 'OperationOutcome', language: asked.language, issue: found.map(issue => toIssue(issue, asked)) }
}

const RANK = { error: 0, warning: 1, information: 2 }

const ALL_IS_WELL: Issue = {
  severity: 'information',
  code: 'informational',
  rule: 'all.well',
  text: { en: 'No fault was found.', fr: 'Aucune anomalie n’a été trouvée.' },
}

type Told = Omit<Issue, 'code' | 'text'> & { code: string; text: { en: string; fr?: string } }

function toIssue({ severity, code, rule, expression, text, hint }: Told, { requestId, language }: Asked): OperationOutcomeIssue {
  const other: Language = language === 'en' ? 'fr' : 'en'
  return {
    severity,
    code: code as OperationOutcomeIssue['code'],
    details: { text: text[language] ?? text.en, ...(text.fr === undefined ? {} : { _text: { extension: [translation(other, text[other] ?? text.en)] } }) },
    diagnostics: `rule ${rule}, request ${requestId}${hint === undefined ? '' : `: ${hint}`}`,
    ...(expression === undefined ? {} : { expression: [expression] }),
  }
}

const translation = (language: Language, text: string) => ({
  url: 'http://hl7.org/fhir/StructureDefinition/translation',
  extension: [
    { url: 'lang', valueCode: language },
    { url: 'content', valueString: text },
  ],
})
