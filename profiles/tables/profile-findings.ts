/*
  What is said of what the store finds by a profile, in the hub's words.
*/
import type { Issue } from '../issues.ts'

export type ProfileFinding = Pick<Issue, 'code' | 'rule' | 'text'> & { severity?: Issue['severity']; member?: string }

/** Whatever of the contract was broken in a way that has no words of its own. */
export const RULE: ProfileFinding = {
  code: 'structure',
  rule: 'profile.rule',
  text: { en: 'This does not fit the definition of the element.', fr: 'Ceci ne correspond pas à la définition de l’élément.' },
}

export const OTHER_TYPE: ProfileFinding = {
  code: 'structure',
  rule: 'profile.type',
  text: { en: 'This profile is one of another resource type.', fr: 'Ce profil est celui d’un autre type de ressource.' },
}
export const MISSING: ProfileFinding = { code: 'required', rule: 'element.required', text: { en: 'The profile requires this element.', fr: 'Le profil exige cet élément.' } }
export const TOO_MANY: ProfileFinding = {
  code: 'structure',
  rule: 'element.too-many',
  text: { en: 'The profile allows fewer of this element, or none.', fr: 'Le profil admet moins de répétitions de cet élément, ou aucune.' },
}
export const FIXED: ProfileFinding = {
  code: 'value',
  rule: 'value.fixed',
  text: { en: 'The profile asks for another value here.', fr: 'Le profil impose une autre valeur ici.' },
}
export const TYPE: ProfileFinding = {
  code: 'structure',
  rule: 'element.type',
  text: { en: 'The profile asks for another type here.', fr: 'Le profil impose un autre type ici.' },
}
export const PLACE: ProfileFinding = {
  code: 'structure',
  rule: 'extension.place',
  member: 'extension',
  text: { en: 'An extension stands here that belongs elsewhere.', fr: 'Une extension figure ici alors qu’elle a sa place ailleurs.' },
}
export const UNKNOWN_EXTENSION: ProfileFinding = {
  code: 'structure',
  rule: 'extension.unknown',
  severity: 'error',
  text: { en: 'The hub has no extension of this name.', fr: 'Le hub ne définit aucune extension de ce nom.' },
}
export const FORM: ProfileFinding = {
  code: 'value',
  rule: 'value.form',
  text: { en: 'This value has not the form it should have.', fr: 'Cette valeur n’a pas la forme attendue.' },
}
export const TARGET: ProfileFinding = {
  code: 'structure',
  rule: 'reference.target',
  text: { en: 'This reference does not lead to what the profile asks for.', fr: 'Cette référence ne désigne pas ce que le profil attend.' },
}
export const QUESTIONNAIRE: ProfileFinding = {
  code: 'informational',
  rule: 'questionnaire.unchecked',
  severity: 'information',
  text: { en: 'The answers were not compared with their questionnaire.', fr: 'Les réponses n’ont pas été comparées à leur questionnaire.' },
}

export const UNCHECKED: ProfileFinding = {
  code: 'code-invalid',
  rule: 'code.unchecked',
  severity: 'warning',
  text: {
    en: 'This code could not be checked: the hub holds its code system in part or not at all.',
    fr: 'Ce code n’a pas pu être vérifié : le hub ne détient sa nomenclature qu’en partie, ou pas du tout.',
  },
}
