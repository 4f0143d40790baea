/*
  Is this a CDA, and whose? Read in a thread: a document may be large.
*/
import { readCdaOutline } from '../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../mappers/cda/xml/tree.ts'
import { toHubError } from '../../profiles/errors.ts'

export interface CdaOutline {
  /** `urn:oid:…`, `urn:uuid:…`, root^extension */
  documentId: string
  isReplacement: boolean
  /** Those of the person. */
  identifiers: { root: string; extension: string }[]
}

/** Undefined for what is no CDA that can be worked with. */
export function outlineCda({ document }: { document: Uint8Array }): CdaOutline | undefined {
  try {
    const { uniqueId, replaces, patient } = readCdaOutline(readCda(document)).header
    const identifiers = patient.identifiers.flatMap(({ root, extension }) => (extension === undefined ? [] : [{ root, extension }]))
    return { documentId: uniqueId, isReplacement: replaces !== undefined, identifiers }
  } catch (error) {
    if (toHubError(error).kind !== 'reject') throw error
    return undefined
  }
}
