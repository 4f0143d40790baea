/*
  References of a resource: where they stand, what they lead to, and their replacement in the text.
    reference => Type/id [/_history/version] | <base>/Type/id | urn:uuid:… of the same bundle | Type?condition | #contained
*/
import { type HubError, toHubError } from '../../../profiles/errors.ts'
import type { Issue } from '../../../profiles/issues.ts'
import { endOfString } from '../json-text.ts'

export interface Link {
  value: string
  /** Element that holds it: `subject`, `participant[1].member`. */
  element: string
}

/** Every Reference.reference. */
export function linksIn(resource: unknown): Link[] {
  const links: Link[] = []
  collect(resource, '', links)
  return links
}

function collect(value: unknown, place: string, links: Link[]): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    value.forEach((one, index) => {
      collect(one, `${place}[${index}]`, links)
    })
    return
  }
  for (const [key, one] of Object.entries(value)) {
    if (key === 'reference' && typeof one === 'string') links.push({ value: one, element: place })
    else collect(one, place === '' ? key : `${place}.${key}`, links)
  }
}

/** `Type/id`, without a version; undefined for everything else. */
export function literalOf(reference: string | undefined): { type: string; id: string } | undefined {
  const match = /^([A-Z][A-Za-z]{1,40})\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/.exec(reference ?? '')
  return match?.[1] === undefined || match[2] === undefined ? undefined : { type: match[1], id: match[2] }
}

export const isConditional = (reference: string): boolean => /^[A-Z][A-Za-z]{1,40}\?./.test(reference)

/** R4, bundle: what is relative in an entry whose fullUrl is an address of a server is an address there. */
export const rootOf = (fullUrl = ''): string => /^(https?:\/\/\S+\/)[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.exec(fullUrl)?.[1] ?? ''

export const withoutBase = (value: string, baseUrl: string): string | undefined =>
  value.startsWith(`${baseUrl}/`) ? value.slice(baseUrl.length + 1) : undefined

/** Replaces references, and addresses that name an entry (Attachment.url of a Binary): `target` says what stands there now, undefined to leave it. */
export function relinked(text: string, target: (value: string) => string | undefined): string {
  let written = ''
  let copied = 0
  let key = ''
  for (let at = text.indexOf('"'); at !== -1; ) {
    const end = endOfString(text, at)
    if (/^\s*:/.test(text.slice(end, end + 64))) key = text.slice(at + 1, end - 1)
    else if (key === 'div') {
      // Links of the narrative, in the JSON text of it.
      const div = text.slice(at, end)
      const linked = div.replace(/((?:href|src)\s*=\s*(?:\\"|'))(urn:[^"'\\]+)/g, (link, before: string, value: string) => {
        const found = target(value)
        return found === undefined ? link : before + found
      })
      written += text.slice(copied, at) + linked
      copied = end
    } else if (/^(reference|[A-Za-z]*[uU]r[il])$/.test(key)) {
      const found = target(String(JSON.parse(text.slice(at, end))))
      if (found !== undefined) {
        written += text.slice(copied, at) + JSON.stringify(found)
        copied = end
      }
    }
    at = text.indexOf('"', end)
  }
  return written + text.slice(copied)
}

const PERSON_ELEMENTS = ['subject', 'patient', 'for', 'beneficiary'] as const

/** `Patient/<id>` of the persons a resource is about. */
export function personsOf(resource: unknown): string[] {
  if (typeof resource !== 'object' || resource === null) return []
  const held = resource as Record<string, { reference?: unknown } | undefined> & { resourceType?: unknown; id?: unknown }
  const own = held.resourceType === 'Patient' && typeof held.id === 'string' ? [`Patient/${held.id}`] : []
  const named = PERSON_ELEMENTS.flatMap(element => {
    const literal = literalOf(typeof held[element]?.reference === 'string' ? held[element].reference : undefined)
    return literal?.type === 'Patient' ? [`Patient/${literal.id}`] : []
  })
  return [...new Set([...own, ...named])]
}

/** A refusal, and whom it is about. What was not refused, since a part is away, may be told to others by the same error: it names nobody. */
export function about(error: unknown, resources: readonly unknown[]): HubError {
  const fault = toHubError(error)
  if (fault.kind === 'reject') fault.persons = [...new Set(resources.flatMap(personsOf))]
  return fault
}

/** What is said of an entry that is another one again. */
export function repeatedEntry(expression: string): Issue {
  const text = { en: 'Two entries of the bundle are the same one.', fr: 'Deux entrées du bundle sont la même.' }
  return { severity: 'error', code: 'invalid', rule: 'bundle.repeated', expression, text }
}

/** What is said of a reference to nobody. */
export function unknownReference(expression: string): Issue {
  const text = { en: 'This reference leads to nobody.', fr: 'Cette référence ne mène à personne.' }
  return { severity: 'error', code: 'not-found', rule: 'fhir.reference_unknown', expression, text }
}
