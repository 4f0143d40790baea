/*
  How a resource says which document it was made from: its source by the document's own id, and a tag with the id of its DocumentReference,
  by which whoever shows the resource asks whether the document may be seen.
*/
import type { Coding, Reference, Resource } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { CdaHeader } from '../../cda/header/header.ts'
import { urnOf } from '../../cda/datatypes.ts'

export function originOf(header: CdaHeader, document: Reference): NonNullable<Resource['meta']> {
  return { source: documentUri(header, documentId(document)), tag: [documentTag(document)] }
}

/** An id of two parts is no URI: the DocumentReference stands for it. */
function documentUri(header: CdaHeader, documentReferenceId: string): string {
  const { root, extension } = header.id
  return (extension === undefined ? urnOf(root) : undefined) ?? `urn:uuid:${documentReferenceId}`
}

export function documentTag(document: Reference): Coding {
  return { system: SYSTEM.document, code: documentId(document) }
}

function documentId({ reference = '' }: Reference): string {
  return reference.replace('DocumentReference/', '')
}
