/*
  What is said of a fault of form: of R4's types, their lexical forms, and what stands where it may not. Source: R4, JSON and datatypes.
*/
import type { Issue } from '../issues.ts'

type Text = Issue['text']

const structure = (rule: string, en: string, fr: string): { code: 'structure'; rule: string; text: Text } => ({ code: 'structure', rule, text: { en, fr } })

export const STRUCTURE = {
  unknown: structure('element.unknown', 'There is no such element here.', 'Cet élément n’existe pas à cet endroit.'),
  several: structure('choice.several', 'Only one type of this element may be given.', 'Un seul type de cet élément peut être fourni.'),
  empty: structure('element.empty', 'An object or a list is never empty: leave it out.', 'Un objet ou une liste ne peut être vide : il faut l’omettre.'),
  null: structure(
    'element.null',
    'A null stands only where an extension takes the place of the value.',
    'Un null n’est admis que si une extension remplace la valeur.',
  ),
  modifier: structure('modifier.unknown', 'What this changes in the meaning is not known here.', 'Ce que ceci change au sens n’est pas connu ici.'),
}

export const REQUIRED: Text = { en: 'This element is required.', fr: 'Cet élément est obligatoire.' }

export const REFERENCE: Text = {
  en: 'A reference is written Type/id, urn:uuid:…, #id or as an absolute address.',
  fr: 'Une référence s’écrit Type/id, urn:uuid:…, #id ou comme une adresse absolue.',
}

export const TYPES: Readonly<Record<string, Text>> = {
  object: { en: 'an object', fr: 'un objet' },
  array: { en: 'a list', fr: 'une liste' },
  string: { en: 'a text', fr: 'un texte' },
  number: { en: 'a number', fr: 'un nombre' },
  integer: { en: 'a whole number', fr: 'un nombre entier' },
  boolean: { en: 'true or false', fr: 'true ou false' },
}

const form = (en: string, fr: string): Text => ({ en, fr })
const URI = form('A URI holds no blank.', 'Une URI ne contient aucun espace.')
const TEXT = form('A text is never blank and holds no control character.', 'Un texte n’est jamais vide et ne contient aucun caractère de contrôle.')
const WHOLE = form('This whole number is out of range.', 'Ce nombre entier est hors limites.')

export const FORM: Readonly<Record<string, Text>> & { string: Text } = {
  string: TEXT,
  markdown: TEXT,
  uri: URI,
  url: URI,
  canonical: URI,
  integer: WHOLE,
  unsignedInt: WHOLE,
  positiveInt: WHOLE,
  xhtml: form(
    'A narrative is one XHTML div with formatted text: no script, no style sheet, no form, no active link.',
    'Un narratif est un div XHTML de texte mis en forme : ni script, ni feuille de style, ni formulaire, ni lien actif.',
  ),
  code: form('A code holds no blank at its ends and no two in a row.', 'Un code ne commence ni ne finit par un espace et n’en contient pas deux de suite.'),
  id: form('An id is 1 to 64 of A-Z, a-z, 0-9, - and .', 'Un identifiant technique compte 1 à 64 caractères parmi A-Z, a-z, 0-9, - et .'),
  oid: form('An OID is written urn:oid:1.2.3.', 'Un OID s’écrit urn:oid:1.2.3.'),
  uuid: form('A UUID is written urn:uuid: and 36 small characters.', 'Un UUID s’écrit urn:uuid: suivi de 36 caractères minuscules.'),
  date: form('A date is written YYYY, YYYY-MM or YYYY-MM-DD and exists.', 'Une date s’écrit AAAA, AAAA-MM ou AAAA-MM-JJ et existe au calendrier.'),
  dateTime: form(
    'A date and time is written YYYY-MM-DDThh:mm:ss and its zone, or as a date, and exists.',
    'Une date-heure s’écrit AAAA-MM-JJThh:mm:ss suivie de son fuseau, ou comme une date, et existe au calendrier.',
  ),
  instant: form(
    'An instant is written YYYY-MM-DDThh:mm:ss and its zone, and exists.',
    'Un instant s’écrit AAAA-MM-JJThh:mm:ss suivi de son fuseau et existe au calendrier.',
  ),
  time: form('A time is written hh:mm:ss.', 'Une heure s’écrit hh:mm:ss.'),
  base64Binary: form('This is not base64.', 'Ceci n’est pas du base64.'),
}
