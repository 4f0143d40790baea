/*
  What the view partners says.
*/
import type { Texts } from '../language.ts'

export const PARTNERS: Texts<{ title: string }> = {
  fr: { title: 'Partenaires' },
  en: { title: 'Partners' },
}
