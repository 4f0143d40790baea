/*
  Which structures a resource is the record of; pure.
    Provenance            who wrote its first version: a member who leaves the circle keeps nothing of the plan he once changed
    DocumentReference     its custodian and its authors, by what it says itself
*/
import type { DocumentReference, FhirResource, Provenance } from 'fhir/r4.js'
import { present } from './access-rows.ts'
import { storedReference } from './reference.ts'

export interface AuthorRow {
  resource: string
  structure: string
}

/** In: one resource as it is stored, with its id. */
export function authorRowsOf(resource: FhirResource): AuthorRow[] {
  if (resource.resourceType === 'Provenance') return ofProvenance(resource)
  return resource.resourceType === 'DocumentReference' ? ofDocument(resource) : []
}

function ofProvenance({ target, agent }: Provenance): AuthorRow[] {
  const behind = structuresIn(agent.map(({ onBehalfOf }) => onBehalfOf?.reference))
  const structures = behind.length > 0 ? behind : structuresIn(agent.map(({ who }) => who.reference))
  const resources = target.flatMap(({ reference }) => (isFirst(reference) ? present(storedReference(reference)) : []))
  return resources.flatMap(resource => structures.map(structure => ({ resource, structure })))
}

/** What comes from a document names no version: it is made once. */
const isFirst = (reference = ''): boolean => !reference.includes('/_history/') || reference.endsWith('/_history/1')

const ofDocument = (document: DocumentReference): AuthorRow[] =>
  keepersOf(document).map(structure => ({ resource: `DocumentReference/${document.id}`, structure }))

/** `Organization/<id>` of those whose record a document is. */
export const keepersOf = ({ author = [], custodian }: DocumentReference): string[] => structuresIn([...author, custodian].map(link => link?.reference))

const structuresIn = (references: readonly (string | undefined)[]): string[] => [
  ...new Set(references.flatMap(reference => present(storedReference(reference))).filter(reference => reference.startsWith('Organization/'))),
]
