/*
  What an error or a finding means, in one plain sentence of two languages: what the page says beside its code.
*/
import { ERRORS, type ErrorCode } from '../../profiles/errors.ts'
import { type Advice, FINDING_ADVICE } from '../../profiles/tables/finding-advice.ts'
import { REFUSALS_IN_FRENCH } from '../../profiles/tables/refusal-advice.ts'

export type Said = Advice

/** Undefined for what is no code of the closed table. */
export function sentenceOfError(code: string): Said | undefined {
  if (!Object.hasOwn(ERRORS, code)) return undefined
  const error: { text: string; fr?: string } = ERRORS[code as ErrorCode]
  return { en: error.text, fr: REFUSALS_IN_FRENCH[code] ?? error.fr ?? error.text }
}

export const sentenceOfFinding = (code: string): Said | undefined => FINDING_ADVICE[code]
