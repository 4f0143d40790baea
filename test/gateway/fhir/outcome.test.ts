import { describe, expect, it } from 'vitest'
import { issuesOutcome, toOutcome } from '../../../gateway/fhir/outcome.ts'
import { checkForm } from '../../../gateway/fhir/validate/form.ts'
import { ERRORS, type ErrorCode, HubError, textsOf } from '../../../profiles/errors.ts'
import type { Issue } from '../../../profiles/issues.ts'

const english = { requestId: 'r-1', language: 'en' } as const
const french = { requestId: 'r-1', language: 'fr' } as const

const warning: Issue = { severity: 'warning', code: 'invariant', rule: 'hub-cp-6', expression: 'CarePlan', text: { en: 'Who and when?', fr: 'Qui et quand ?' } }
const fault: Issue = {
  severity: 'error',
  code: 'required',
  rule: 'element.required',
  expression: 'CarePlan.title',
  text: { en: 'Required.', fr: 'Obligatoire.' },
}

describe('an OperationOutcome', () => {
  it('has one issue per finding, errors first, each with its place, its rule, the request and both languages', () => {
    expect(toOutcome(new HubError('fhir.invalid', { issues: [warning, fault] }), french).issue).toEqual([
      {
        severity: 'error',
        code: 'required',
        details: {
          text: 'Obligatoire.',
          _text: {
            extension: [
              {
                url: 'http://hl7.org/fhir/StructureDefinition/translation',
                extension: [
                  { url: 'lang', valueCode: 'en' },
                  { url: 'content', valueString: 'Required.' },
                ],
              },
            ],
          },
        },
        diagnostics: 'rule element.required, request r-1',
        expression: ['CarePlan.title'],
      },
      expect.objectContaining({ severity: 'warning', diagnostics: 'rule hub-cp-6, request r-1', expression: ['CarePlan'] }),
    ])
  })

  it('says the error itself where there are no findings', () => {
    const outcome = toOutcome(new HubError('fhir.if_match_missing', { path: 'If-Match' }), english)
    expect(outcome.issue).toMatchObject([
      { severity: 'error', code: 'required', diagnostics: 'rule fhir.if_match_missing, request r-1', expression: ['If-Match'] },
    ])
    expect(outcome.language).toBe('en')
  })

  it('says that nothing was found', () => {
    expect(issuesOutcome([], french).issue).toMatchObject([
      { severity: 'information', code: 'informational', details: { text: 'Aucune anomalie n’a été trouvée.' } },
    ])
  })

  it('is itself sound R4', () => {
    for (const outcome of [toOutcome(new HubError('fhir.invalid', { issues: [warning, fault] }), english), issuesOutcome([], french)]) {
      expect(checkForm(outcome)).toEqual([])
    }
  })

  it('speaks French for every error that the FHIR door may answer with', () => {
    const codes = (Object.keys(ERRORS) as ErrorCode[]).filter(code => /^(fhir|store|hub|ledger)\./.test(code))
    expect(codes.filter(code => textsOf(code).fr === undefined)).toEqual([])
  })
})
