/*
  The two keywords that profiles/fhir/schema/r4.json adds to a JSON schema, for ajv.
    element  { required, choices } => members that must stand there, with a value or an extension of it; at most one type of each value[x]; never an empty object;
                                      a null in an array of primitives only where the array beside it (`given`, `_given`) has something; no implicitRules, no modifier extension but the negation of the hub, where it has a meaning
    targets  [ type ]              => what a reference may lead to; none: anything
*/
import type { DataValidateFunction } from 'ajv/dist/types/index.js'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import { type Reference, referenceFault } from './references.ts'

/** Kept for the finding: which rule is broken, and at which member. */
export interface Fault {
  keyword: 'missing' | 'empty' | 'several' | 'null' | 'modifier' | 'form' | 'target'
  params: { member?: string; targets?: readonly string[] }
}

export interface ElementRules {
  required?: string[]
  /** `value` → [`valueString`, …] */
  choices?: Record<string, string[]>
  isNegatable?: boolean
  /** Of a resource: what changes the meaning of the rest, and what a summary of it holds. */
  modifiers?: string[]
  summary?: string[]
}

export function compileElement({ required = [], choices = {}, isNegatable = false }: ElementRules): DataValidateFunction {
  const baseOf = new Map(Object.entries(choices).flatMap(([base, members]) => members.map(member => [member, base] as const)))
  const check: DataValidateFunction = (object: Record<string, unknown>) => {
    const faults: Fault[] = []
    const chosen = new Map<string, string>()
    let isEmpty = true
    for (const key in object) {
      isEmpty = false
      const member = key.startsWith('_') ? key.slice(1) : key
      const base = baseOf.get(member)
      if (base !== undefined) {
        if ((chosen.get(base) ?? member) !== member) faults.push({ keyword: 'several', params: { member: base } })
        chosen.set(base, member)
      }
      const isModifier = key === 'modifierExtension' && !(isNegatable && isNegation(object[key]))
      // What follows rules that the hub does not know is not processed (R4).
      if (isModifier || member === 'implicitRules') faults.push({ keyword: 'modifier', params: { member } })
      if (Array.isArray(object[key]) && hasIdleNull(object, member)) faults.push({ keyword: 'null', params: { member } })
    }
    if (isEmpty) faults.push({ keyword: 'empty', params: {} })
    for (const member of required) {
      if (!(member in object) && !(`_${member}` in object) && !chosen.has(member)) faults.push({ keyword: 'missing', params: { member } })
    }
    check.errors = faults
    return faults.length === 0
  }
  return check
}

const isNegation = (extensions: unknown): boolean =>
  Array.isArray(extensions) && extensions.every((one: { url?: unknown } | null) => one?.url === EXTENSION.negation)

/** Of the two arrays of a primitive, neither says anything at one place. */
function hasIdleNull(object: Record<string, unknown>, member: string): boolean {
  const [values, beside] = [object[member], object[`_${member}`]]
  const longer = Array.isArray(beside) && (!Array.isArray(values) || beside.length > values.length) ? beside : values
  if (!Array.isArray(longer)) return false
  return longer.some((_one, at) => isNothing(values, at) && isNothing(beside, at))
}

const isNothing = (array: unknown, at: number): boolean => !Array.isArray(array) || array[at] === null || array[at] === undefined

export function compileTargets(isType: (name: string) => boolean): (targets: string[]) => DataValidateFunction {
  return targets => {
    const check: DataValidateFunction = (reference: Reference) => {
      const fault = referenceFault(reference, targets, isType)
      check.errors = fault === undefined ? [] : [{ keyword: fault, params: { targets } }]
      return fault === undefined
    }
    return check
  }
}
