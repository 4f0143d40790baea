/*
  A part of a resource, as the store is asked for it: `_elements`, `_summary`.
  The store cuts off a status, a verification, a negation that was not asked for, and what is left would say the contrary: they are asked for always, with what R4 requires (search, 3.1.1.5.9).
*/
import { definitionOf, NEGATABLE } from '../validate/schema.ts'

/** In: `_elements` or `_summary` and its value. Out: the parameter of the store. */
export function shapeFor(type: string, name: string, value: string): [string, string] {
  const { modifiers = [], summary = [] } = definitionOf(type)?.element ?? {}
  const parts = name === '_elements' ? value.split(',').map(baseElement) : partsOf(type, value, summary)
  return parts === undefined ? [name, value] : ['_elements', [...new Set([...parts, '(mandatory)', ...modifiers])].join()]
}

/** R4 knows base elements alone; the store takes `activity.detail.description` too, and would cut `doNotPerform` off, and `Task.status` of that type. */
const baseElement = (path: string): string => path.split('.', /^[A-Z]/.test(path) ? 2 : 1).join('.')

/** Of a summary that the store itself would make wrong: without its negation, or as HTML. */
function partsOf(type: string, value: string, summary: string[]): string[] | undefined {
  if (value === 'text') return ['text']
  return value === 'true' && NEGATABLE.has(type) ? summary : undefined
}
