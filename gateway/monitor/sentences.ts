/*
  What an error or a finding means, in one plain sentence of two languages: what the page says beside its code.
*/
import { ERRORS } from '../../profiles/errors.ts'
import { type Advice, FINDING_ADVICE } from '../../profiles/tables/finding-advice.ts'
import { HELD, laneReason } from '../../profiles/tables/lane-reasons.ts'

export type Said = Advice

/** Undefined for what is no code of the closed table. */
export const sentenceOfError = (code: string): Said | undefined => (code === HELD || Object.hasOwn(ERRORS, code) ? laneReason(code) : undefined)

export const sentenceOfFinding = (code: string): Said | undefined => FINDING_ADVICE[code]
