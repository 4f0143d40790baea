/*
  What the view flow says.
*/
import type { Texts } from '../language.ts'

export const FLOW: Texts<{ title: string }> = {
  fr: { title: 'Un flux' },
  en: { title: 'One flow' },
}
