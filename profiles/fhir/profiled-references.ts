/*
  The references of a resource whose targets its profile narrows, with what they may lead to: `Task.input[1].value` → Consent.
*/

/** One rule of packages/reference-targets.json. */
export interface TargetRule {
  /** Members from the resource on: `['input', 'valueReference']`. */
  path: string[]
  /** Only for items of the first member whose type has this code of hub-cs. */
  code?: string
  types: string[]
}

export interface ProfiledReference {
  reference: Record<string, unknown>
  /** FHIRPath below the resource. */
  path: string
  targets: string[]
}

/** In: a resource of sound form; the rules of one profile. */
export function profiledReferences(resource: object, rules: readonly TargetRule[]): ProfiledReference[] {
  return rules.flatMap(({ path, code, types }) => follow(resource, path, code).map(found => ({ ...found, targets: types })))
}

function follow(from: unknown, [member, ...rest]: string[], code?: string): { reference: Record<string, unknown>; path: string }[] {
  if (typeof from !== 'object' || from === null) return []
  const object: Record<string, unknown> = { ...from }
  if (member === undefined) return [{ reference: object, path: '' }]
  const value = object[member]
  const name = member.replace(/^(value|source)Reference$/, '$1')
  const places = Array.isArray(value) ? value.map((item, index) => ({ item: item as unknown, step: `${name}[${index}]` })) : [{ item: value, step: name }]
  return places
    .filter(({ item }) => code === undefined || hasType(item, code))
    .flatMap(({ item, step }) => follow(item, rest).map(found => ({ ...found, path: found.path === '' ? step : `${step}.${found.path}` })))
}

function hasType(item: unknown, code: string): boolean {
  return typeof item === 'object' && item !== null && 'type' in item && JSON.stringify(item.type).includes(`"code":${JSON.stringify(code)}`)
}
