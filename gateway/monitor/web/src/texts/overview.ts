/*
  What the view overview says.
*/
import type { Texts } from '../language.ts'

export const OVERVIEW: Texts<{ title: string }> = {
  fr: { title: 'Vue d’ensemble' },
  en: { title: 'Overview' },
}
