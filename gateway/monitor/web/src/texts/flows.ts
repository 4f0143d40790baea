/*
  What the view flows says.
*/
import type { Texts } from '../language.ts'

export const FLOWS: Texts<{ title: string }> = {
  fr: { title: 'Flux' },
  en: { title: 'Flows' },
}
