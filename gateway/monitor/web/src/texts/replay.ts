/*
  What the view replay says.
*/
import type { Texts } from '../language.ts'

export const REPLAY: Texts<{ title: string }> = {
  fr: { title: 'Rejeu' },
  en: { title: 'Replay' },
}
