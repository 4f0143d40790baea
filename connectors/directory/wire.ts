/*
  What goes over the wire to the national directory: one search by a register number, and what is kept of its answer.

    GET <url>/Practitioner?identifier=<system>|<value>&_revinclude=PractitionerRole:practitioner      RPPS or Idnat PS
    GET <url>/Organization?identifier=<system>|<value>                                                FINESS
      200              → searchset: of each holder of mailboxes its `active` and its `telecom`, nothing else
      408 429 5xx      → later; the directory as a whole is away
      3xx, other 4xx   → refused
  Spec: hl7v2-mssante.md 5.1 (ans.fhir.fr.mss); fhir-fr.md 1.7.
*/
import type { Bundle, ContactPoint } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'

/** Never a name: the directory is asked by register number alone. */
export interface DirectoryQuestion {
  type: 'Practitioner' | 'Organization'
  system: string
  value: string
}

/** A resource of the directory, as far as its mailboxes go. */
export interface DirectoryHolder {
  resourceType: 'Practitioner' | 'PractitionerRole' | 'Organization'
  active?: boolean | undefined
  telecom?: ContactPoint[] | undefined
}

const HOLDERS: readonly string[] = ['Practitioner', 'PractitionerRole', 'Organization']

export function questionUrl(base: string, { type, system, value }: DirectoryQuestion): string {
  const asked = new URLSearchParams({ identifier: `${system}|${value}` })
  if (type === 'Practitioner') asked.set('_revinclude', 'PractitionerRole:practitioner')
  return `${base.replace(/\/+$/, '')}/${type}?${asked.toString()}`
}

/** Throws: directory.refused for what is no searchset. */
export function readHolders(text: string): DirectoryHolder[] {
  const { resourceType, entry = [] } = parse(text)
  if (resourceType !== 'Bundle') throw new HubError('directory.refused', { path: 'Bundle' })
  return entry.flatMap(({ resource }) => {
    if (resource === undefined || !HOLDERS.includes(resource.resourceType)) return []
    const { resourceType: type, active, telecom } = resource as DirectoryHolder
    return [{ resourceType: type, ...(active === undefined ? {} : { active }), ...(telecom === undefined ? {} : { telecom }) }]
  })
}

/** What an answer other than 200 means. */
export function refusal(status: number): HubError {
  const reply = String(status)
  if (status >= 500 || status === 408 || status === 429) return new HubError('directory.unreachable', { reply, dependency: 'directory' })
  return new HubError('directory.refused', { reply })
}

function parse(text: string): Partial<Bundle> {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? (json as Partial<Bundle>) : {}
  } catch (cause) {
    throw new HubError('directory.refused', { path: 'Bundle', cause })
  }
}
