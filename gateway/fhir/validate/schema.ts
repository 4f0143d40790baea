/*
  The R4 JSON schema (profiles/fhir/schema/r4.json) compiled by ajv, one validator for each of its definitions, when data first meets it:
  all of them at once would take a second, those of one resource take milliseconds.
*/
import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { DataValidateFunction, DataValidationCxt } from 'ajv/dist/types/index.js'
import { compileElement, compileTargets, type ElementRules } from './keywords.ts'
import { FORMATS } from './primitives.ts'

export interface Definition {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: (string | null)[]
  items?: Definition
  targets?: string[]
  element?: ElementRules
  properties?: Record<string, Definition>
}

/** Where hub-ext-negation has a meaning. */
export const NEGATABLE: ReadonlySet<string> = new Set(['Observation', 'FamilyMemberHistory_Condition', 'DeviceUseStatement', 'DeviceRequest', 'Consent'])

let definitions: Record<string, Definition> | undefined
const validators = new Map<string, ValidateFunction>()

const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, formats: FORMATS, code: { optimize: false } })
ajv.addKeyword({ keyword: 'element', type: 'object', compile: compileElement })
ajv.addKeyword({ keyword: 'targets', type: 'object', compile: compileTargets(isResourceType) })
ajv.addKeyword({ keyword: 'is', errors: 'full', compile: compileIs })

/** `CarePlan`, `CarePlan_Activity`, `dateTime`, `codes:request-status` */
export function definitionOf(name: string): Definition | undefined {
  definitions ??= JSON.parse(readFileSync(new URL('../../../profiles/fhir/schema/r4.json', import.meta.url), 'utf8')) as Record<string, Definition>
  return Object.hasOwn(definitions, name) ? definitions[name] : undefined
}

export function isResourceType(name: string): boolean {
  return definitionOf(name)?.properties?.['resourceType'] !== undefined
}

/** Each fault of an element is copied for every element around it: of many thousands nobody reads more than the first. */
const MOST_FAULTS = 2000
/** Of the resource in hand. */
let faultsLeft = 0

/** In: a resource type of R4. Out: what breaks the schema, empty when it fits; of very many faults the first. */
export function schemaErrors(type: string, resource: unknown): readonly ErrorObject[] {
  faultsLeft = MOST_FAULTS
  const validate = validatorOf(type)
  return validate(resource) ? [] : (validate.errors ?? [])
}

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name)
  if (known !== undefined) return known
  const definition = definitionOf(name) ?? {}
  const properties = Object.entries(definition.properties ?? {}).map(([member, schema]) => [member, opened(schema)])
  const element = { ...definition.element, isNegatable: NEGATABLE.has(name) }
  const validate = ajv.compile({ ...definition, element, properties: Object.fromEntries(properties) })
  validators.set(name, validate)
  return validate
}

/** Primitive types are put in place; complex ones are asked for when they are met. */
function opened({ $ref, items, ...rest }: Definition): object {
  if (items !== undefined) return { ...rest, items: opened(items) }
  const name = $ref?.replace('#/definitions/', '')
  const definition = name === undefined ? undefined : definitionOf(name)
  return { ...rest, ...(definition?.properties === undefined ? definition : { is: name }) }
}

function compileIs(name: string): DataValidateFunction {
  const check: DataValidateFunction = (value: unknown, context?: DataValidationCxt) => {
    if (faultsLeft <= 0) return true
    const validate = validatorOf(name)
    const fits = validate(value, context)
    check.errors = validate.errors ?? []
    faultsLeft -= check.errors.length
    return fits
  }
  return check
}
