/*
  What the view indicators says.
*/
import type { Texts } from '../language.ts'

export const INDICATORS: Texts<{ title: string }> = {
  fr: { title: 'Indicateurs du territoire' },
  en: { title: 'Territory indicators' },
}
