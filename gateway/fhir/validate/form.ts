/*
  Tier 1: the form of a resource as R4 fixes it, in process; with it the resources it contains, the entries of a Bundle, the parameters of Parameters.
*/
import type { Issue } from '../../../profiles/issues.ts'
import { toIssue } from './findings.ts'
import { isResourceType, schemaErrors } from './schema.ts'

/** Who has more to mend begins with these. */
const MOST_FINDINGS = 200

/** In: what should be a resource; where it stands (its type when absent). */
export function checkForm(resource: unknown, place?: string): Issue[] {
  const type = member(resource, 'resourceType')
  if (typeof type !== 'string' || !isResourceType(type))
    return [{ severity: 'error', code: 'structure', rule: 'resource.type', expression: place ?? 'Resource', text: NO_TYPE }]
  const at = place ?? type
  const errors = schemaErrors(type, resource).slice(0, MOST_FINDINGS)
  const issues = once(errors.map(error => toIssue(error, type, at)))
  for (const { value, path } of inside(type, resource)) {
    // What is no object has been found by the schema.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) issues.push(...checkForm(value, `${at}.${path}`))
    if (issues.length >= MOST_FINDINGS) break
  }
  return issues
}

/** What has the wrong type has no wrong form or code besides; what is said of an array is not said again of the one beside it. */
function once(issues: Issue[]): Issue[] {
  const mistyped = new Set(issues.filter(issue => issue.rule === 'element.type').map(issue => issue.expression))
  const said = new Set<string>()
  return issues.filter(({ rule, expression }) => {
    const key = `${rule} ${expression}`
    const isNew = !said.has(key) && (rule === 'element.type' || !mistyped.has(expression))
    said.add(key)
    return isNew
  })
}

const NO_TYPE = {
  en: 'This is no resource of FHIR R4: its resourceType is missing or unknown.',
  fr: 'Ceci n’est pas une ressource FHIR R4 : son resourceType est absent ou inconnu.',
}

interface Inner {
  value: unknown
  path: string
}

function inside(type: string, resource: unknown): Inner[] {
  const contained = elements(resource, 'contained')
  if (type === 'Bundle') {
    const entries = elements(resource, 'entry')
    return entries.flatMap(({ value, path }) => [...one(value, 'resource', path), ...one(member(value, 'response'), 'outcome', `${path}.response`)])
  }
  return type === 'Parameters' ? parametersIn(elements(resource, 'parameter')) : contained
}

function parametersIn(parameters: Inner[]): Inner[] {
  return parameters.flatMap(({ value, path }) => [
    ...one(value, 'resource', path),
    ...parametersIn(elements(value, 'part').map(part => ({ value: part.value, path: `${path}.${part.path}` }))),
  ])
}

function one(object: unknown, name: string, path: string): Inner[] {
  const value = member(object, name)
  return value === undefined ? [] : [{ value, path: `${path}.${name}` }]
}

function elements(object: unknown, name: string): Inner[] {
  const array = member(object, name)
  return Array.isArray(array) ? array.map((value: unknown, index) => ({ value, path: `${name}[${index}]` })) : []
}

function member(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}
