/*
  Why a lane stands still, in one plain sentence of each language: an error of profiles/errors.ts, or that somebody holds it.
*/
import { ERRORS, type ErrorCode, textsOf } from '../errors.ts'
import { REFUSALS_IN_FRENCH } from './refusal-advice.ts'

/** A lane that an operator holds, or an opposition or a change of keys keeps still. */
export const HELD = 'lane.held'

export interface Sentence {
  en: string
  fr: string
}

const HELD_SAID: Sentence = {
  en: 'An operator holds this lane: what is in it waits until it is resumed.',
  fr: 'Un exploitant retient cette file : son contenu attend la reprise.',
}

/** The sentence of a code; of one that says nothing in French, the English one twice. */
export function laneReason(code: string): Sentence {
  if (code === HELD) return HELD_SAID
  if (!(code in ERRORS)) return { en: code, fr: code }
  const { en, fr } = textsOf(code as ErrorCode)
  return { en, fr: fr ?? REFUSALS_IN_FRENCH[code] ?? en }
}
