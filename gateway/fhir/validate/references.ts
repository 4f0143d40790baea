/*
  References of FHIR R4: what they may look like, and which type they lead to.
    reference => #id  |  Type/id[/_history/n]  |  Type?condition  |  urn:uuid:…  |  urn:oid:…  |  http(s)://…/Type/id[/_history/n]
*/

const RELATIVE = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/
const CONDITION = /^([A-Z][A-Za-z]+)\?./
const REST_ADDRESS = /\/([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/
/** Of what leads elsewhere, by reference or canonical. */
export const LONGEST_ADDRESS = 200
const STRUCTURE = 'http://hl7.org/fhir/StructureDefinition/'

export interface Reference {
  reference?: unknown
  type?: unknown
}

/**
 * In:  a Reference; the types it may lead to, none for any; what is a type of R4.
 * Out: `form` its text is no reference; `target` it leads to a type that does not belong here.
 */
export function referenceFault({ reference, type }: Reference, targets: readonly string[], isType: (name: string) => boolean): 'form' | 'target' | undefined {
  if (typeof reference === 'string' && !isReference(reference)) return 'form'
  const named = typeof type === 'string' ? type.replace(STRUCTURE, '') : undefined
  const found = typeof reference === 'string' ? typeOfReference(reference, isType) : undefined
  if (named !== undefined && found !== undefined && named !== found) return 'target'
  const leadsTo = found ?? named
  if (leadsTo === undefined) return undefined
  return isType(leadsTo) && (targets.length === 0 || targets.includes(leadsTo)) ? undefined : 'target'
}

const isReference = (text: string): boolean =>
  /^#/.test(text) || RELATIVE.test(text) || CONDITION.test(text) || /^urn:(?:uuid|oid):\S+$/.test(text) || isAddress(text)

/** The store keeps no other, and none that is longer. */
const isAddress = (text: string): boolean => /^https?:\/\/\S+$/.test(text) && text.length <= LONGEST_ADDRESS && REST_ADDRESS.test(text)

function typeOfReference(text: string, isType: (name: string) => boolean): string | undefined {
  const relative = RELATIVE.exec(text)?.[1] ?? CONDITION.exec(text)?.[1]
  if (relative !== undefined) return relative
  const absolute = /^https?:/.test(text) ? REST_ADDRESS.exec(text)?.[1] : undefined
  return absolute !== undefined && isType(absolute) ? absolute : undefined
}
