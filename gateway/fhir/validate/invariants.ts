/*
  Plain words for the constraints that the store checks: those of base R4 here, those of the hub's package beside its profiles.
*/
import { INVARIANT_TEXTS } from '../../../profiles/tables/invariant-texts.ts'
import type { Issue } from '../../../profiles/issues.ts'

type Text = Issue['text']

const text = (en: string, fr: string): Text => ({ en, fr })

const BASE: Readonly<Record<string, Text>> = {
  'dom-2': text('A contained resource contains no other one.', 'Une ressource contenue n’en contient pas d’autre.'),
  'dom-3': text('A contained resource is referred to by the one that contains it.', 'Une ressource contenue est référencée par celle qui la contient.'),
  'dom-4': text('A contained resource has no version and no date of change.', 'Une ressource contenue n’a ni version ni date de modification.'),
  'dom-5': text('A contained resource has no security label.', 'Une ressource contenue n’a pas d’étiquette de sécurité.'),
  'ele-1': text('An element has a value or children.', 'Un élément a une valeur ou des éléments.'),
  'ext-1': text('An extension has a value or extensions, not both.', 'Une extension a une valeur ou des extensions, pas les deux.'),
  'ref-1': text('A reference to a contained resource finds it.', 'Une référence à une ressource contenue la trouve.'),
  'per-1': text('A period starts before it ends.', 'Une période commence avant de finir.'),
  'qty-3': text('A coded unit names its system.', 'Une unité codée nomme son système.'),
  'cpt-2': text('A contact point with a value says what it is.', 'Un moyen de contact qui a une valeur dit lequel.'),
  'att-1': text('An attachment with content says its type.', 'Une pièce jointe qui a un contenu dit son type.'),
  'rng-2': text('The low end of a range is below the high one.', 'La borne basse d’un intervalle est inférieure à la haute.'),
  'txt-1': text('A narrative holds formatted text only.', 'Un narratif ne contient que du texte mis en forme.'),
  'txt-2': text('A narrative says something.', 'Un narratif dit quelque chose.'),
  'cpl-3': text('An activity is described here or by a reference, not both.', 'Une activité est décrite ici ou par une référence, pas les deux.'),
  'ctm-1': text('Who participates on behalf of an organization is a person.', 'Seul un professionnel participe pour le compte d’une structure.'),
  'ppc-1': text('A consent names its policy.', 'Un consentement nomme sa règle.'),
  'obs-6': text('An observation gives no reason for an absent value when it has one.', 'Une observation qui a une valeur ne dit pas pourquoi elle manque.'),
  'obs-7': text('A value of its own does not stand beside a component of the same code.', 'Une valeur propre ne côtoie pas un composant de même code.'),
  'org-1': text('A structure has a name or an identifier.', 'Une structure a un nom ou un identifiant.'),
  'org-2': text('The address of a structure is not a home.', 'L’adresse d’une structure n’est pas un domicile.'),
  'org-3': text('The contact of a structure is not a home.', 'Le contact d’une structure n’est pas un domicile.'),
  'pat-1': text('A contact has details or a structure.', 'Un contact a des coordonnées ou une structure.'),
  'qrs-1': text('A group of answers holds items or an answer, not both.', 'Un groupe de réponses contient des éléments ou une réponse, pas les deux.'),
}

/** In: the constraint; what the store says of it, of which only the words of its definition are kept. */
export function invariantText(constraint: string, message: string): Text {
  const human = /^Constraint failed: [\w-]+: '(.{3,300}?)'(?: \(|$)/.exec(message)?.[1]
  return INVARIANT_TEXTS[constraint] ?? BASE[constraint] ?? text(human ?? `The rule ${constraint} is not kept.`, `La règle ${constraint} n’est pas respectée.`)
}
