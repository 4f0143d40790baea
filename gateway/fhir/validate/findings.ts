/*
  What ajv found, as issues: the element as a FHIRPath, the kind of fault, plain English and French; nothing of the resource but names of elements.
    path: /activity/0/_status/extension/1/valueCode => CarePlan.activity[0].status.extension[1].value
*/
import type { ErrorObject } from 'ajv'
import type { Issue, IssueCode } from '../../../profiles/issues.ts'
import { FORM, REFERENCE, REQUIRED, STRUCTURE, TYPES } from '../../../profiles/tables/form-words.ts'
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
