/*
  Ids that are the same on every run: SHA-256 of what the resource is, in the form of a UUID.
*/
import { hash } from 'node:crypto'

/** The id of the index card of a document. In: its unique id. */
export const documentReferenceId = (uniqueId: string): string => derivedId('DocumentReference', uniqueId, '')

/** In: `card` of one that the FHIR door brought before ids of cards followed from their documents. */
export const cardIdOf = ({ documentId, card }: { documentId: string; card?: string | null | undefined }): string => card ?? documentReferenceId(documentId)

/** The id of a resource of `kind` that belongs to `owner` (a document, a visit) at `place` (a structural path). */
export function derivedId(kind: string, owner: string, place: string): string {
  const hex = hash('sha256', `${kind}|${owner}|${place}`)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
