/*
  What the view persons says.
*/
import type { Texts } from '../language.ts'

export const PERSONS: Texts<{ title: string }> = {
  fr: { title: 'Parcours d’une personne' },
  en: { title: 'A person’s journey' },
}
