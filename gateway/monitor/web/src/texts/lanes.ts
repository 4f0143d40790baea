/*
  What the view lanes says.
*/
import type { Texts } from '../language.ts'

export const LANES: Texts<{ title: string }> = {
  fr: { title: 'Files d’attente' },
  en: { title: 'Lanes' },
}
