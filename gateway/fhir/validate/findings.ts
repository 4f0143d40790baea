/*
  What ajv found, as issues: the element as a FHIRPath, the kind of fault, plain English and French; nothing of the resource but names of elements.
    path: /activity/0/_status/extension/1/valueCode => CarePlan.activity[0].status.extension[1].value
*/
import type { ErrorObject } from 'ajv'
import type { Issue, IssueCode } from '../../../profiles/issues.ts'
import { type Definition, definitionOf } from './schema.ts'

type Text = Issue['text']

interface Finding {
  code: IssueCode
  rule: string
  text: Text
  /** Member of the object at which the error stands. */
  member?: string
}

/** In: the resource type; where the resource stands (`CarePlan`, `Bundle.entry[2].resource`). */
export function toIssue(error: ErrorObject, type: string, place: string): Issue {
  const { code, rule, text, member } = findingOf(error)
  return { severity: 'error', code, rule, expression: expressionOf(error.instancePath, { type, place, member }), text }
}

export const targetIssue = (expression: string, targets: readonly string[]): Issue => ({
  severity: 'error',
  code: 'structure',
  rule: 'reference.target',
  expression,
  text: targetsText(targets),
})

export const required = (expression: string): Issue => ({ severity: 'error', code: 'required', rule: 'element.required', expression, text: REQUIRED })

function findingOf({ keyword, params }: ErrorObject): Finding {
  switch (keyword) {
    case 'additionalProperties':
      return { ...STRUCTURE.unknown, member: String(params['additionalProperty']) }
    case 'type':
      return { code: 'structure', rule: 'element.type', text: typeText(params['type']) }
    case 'format':
      return { code: 'value', rule: `value.${params['format']}`, text: FORM[String(params['format'])] ?? FORM['string'] }
    case 'enum':
      return { code: 'code-invalid', rule: 'code.unknown', text: codesText(params['allowedValues'] as (string | null)[]) }
    case 'missing':
      return { code: 'required', rule: 'element.required', text: REQUIRED, member: String(params['member']) }
    case 'form':
      return { code: 'value', rule: 'reference.form', text: REFERENCE, member: 'reference' }
    case 'target':
      return { code: 'structure', rule: 'reference.target', text: targetsText(params['targets'] as string[]) }
    case 'several':
    case 'null':
    case 'modifier':
      return { ...STRUCTURE[keyword], member: String(params['member']) }
    default:
      return STRUCTURE.empty
  }
}

/** Names of elements only: a member that is no such name could be a value, then its object is the place. */
function expressionOf(pointer: string, { type, place, member }: { type: string; place: string; member: string | undefined }): string {
  let expression = place
  let at: Definition | undefined = { $ref: `#/definitions/${type}` }
  for (const step of pointer.split('/').slice(1)) {
    if (at?.items !== undefined) {
      expression += `[${step}]`
      at = at.items
    } else {
      const definition: Definition | undefined = definitionOf(nameOf(at))
      expression += `.${elementName(definition, step)}`
      at = definition?.properties?.[step]
    }
  }
  const name = member === undefined ? '' : elementName(definitionOf(nameOf(at)), member)
  return /^[a-z][A-Za-z0-9]{0,60}$/.test(name) ? `${expression}.${name}` : expression
}

const nameOf = (definition: Definition | undefined): string => definition?.$ref?.replace('#/definitions/', '') ?? ''

/** `_status` is status, `valueCode` is value. */
function elementName(definition: Definition | undefined, member: string): string {
  const name = member.replace(/^_/, '')
  return Object.entries(definition?.element?.choices ?? {}).find(([, members]) => members.includes(name))?.[0] ?? name
}

const structure = (rule: string, en: string, fr: string): Finding => ({ code: 'structure', rule, text: { en, fr } })

const STRUCTURE = {
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

const REQUIRED: Text = { en: 'This element is required.', fr: 'Cet élément est obligatoire.' }

const REFERENCE: Text = {
  en: 'A reference is written Type/id, urn:uuid:…, #id or as an absolute address.',
  fr: 'Une référence s’écrit Type/id, urn:uuid:…, #id ou comme une adresse absolue.',
}

const TYPES: Readonly<Record<string, Text>> = {
  object: { en: 'an object', fr: 'un objet' },
  array: { en: 'a list', fr: 'une liste' },
  string: { en: 'a text', fr: 'un texte' },
  number: { en: 'a number', fr: 'un nombre' },
  integer: { en: 'a whole number', fr: 'un nombre entier' },
  boolean: { en: 'true or false', fr: 'true ou false' },
}

/** In: a JSON type, or that and null. */
function typeText(type: unknown): Text {
  const expected = TYPES[String(Array.isArray(type) ? type[0] : type).split(',')[0] ?? ''] ?? TYPES['object']
  return { en: `This must be ${expected?.en}.`, fr: `Ceci doit être ${expected?.fr}.` }
}

function codesText(codes: (string | null)[]): Text {
  const listed = codes.filter(code => code !== null)
  if (listed.length > 20) return { en: 'This code is not in the required list.', fr: 'Ce code n’est pas dans la liste imposée.' }
  return { en: `This must be one of: ${listed.join(', ')}.`, fr: `Valeurs admises : ${listed.join(', ')}.` }
}

function targetsText(targets: readonly string[]): Text {
  if (targets.length === 0) return { en: 'This reference must lead to one type of FHIR R4.', fr: 'Cette référence doit désigner un seul type FHIR R4.' }
  return { en: `This reference may lead to: ${targets.join(', ')}.`, fr: `Cette référence peut désigner : ${targets.join(', ')}.` }
}

const form = (en: string, fr: string): Text => ({ en, fr })
const URI = form('A URI holds no blank.', 'Une URI ne contient aucun espace.')
const TEXT = form('A text is never blank and holds no control character.', 'Un texte n’est jamais vide et ne contient aucun caractère de contrôle.')
const WHOLE = form('This whole number is out of range.', 'Ce nombre entier est hors limites.')

const FORM: Readonly<Record<string, Text>> & { string: Text } = {
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
