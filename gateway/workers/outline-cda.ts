/*
  Is this a CDA, and whose? Read in a thread: a document may be large.
*/
import { type CdaVersion, readCdaOutline, versionIn } from '../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../mappers/cda/xml/tree.ts'
import { toHubError } from '../../profiles/errors.ts'

export interface CdaOutline extends CdaVersion {
  /** Those of the person. */
  identifiers: { root: string; extension: string }[]
}

/** Undefined for what is no CDA that can be worked with. */
export function outlineCda({ document }: { document: Uint8Array }): CdaOutline | undefined {
  try {
    const { header } = readCdaOutline(readCda(document))
    const identifiers = header.patient.identifiers.flatMap(({ root, extension }) => (extension === undefined ? [] : [{ root, extension }]))
    return { ...versionIn(header), identifiers }
  } catch (error) {
    if (toHubError(error).kind !== 'reject') throw error
    return undefined
  }
}
