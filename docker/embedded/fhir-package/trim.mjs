/*
  A conformance resource without its narrative, and its snapshot without the comments and mappings it inherits from FHIR itself.
*/

const COMMENTS = new Set(['comment', 'requirements', 'alias', 'meaningWhenMissing', 'orderMeaning', 'example', 'mapping', 'isModifierReason', 'extension'])

export function trimmed({ text, mapping, ...resource }) {
  if (resource.resourceType !== 'StructureDefinition') return resource
  return { ...resource, snapshot: { element: resource.snapshot.element.map(withoutComments) } }
}

function withoutComments(element) {
  const kept = Object.fromEntries(Object.entries(element).filter(([name]) => !COMMENTS.has(name)))
  if (kept.binding !== undefined) kept.binding = { strength: kept.binding.strength, valueSet: kept.binding.valueSet }
  if (kept.constraint !== undefined) kept.constraint = kept.constraint.map(({ xpath, source, ...constraint }) => constraint)
  return kept
}
