/*
  The id of a document's entry: the same in every submission of the document, so that a later one can point at it.
*/
import { derivedId } from '../transmission-to-transaction/derived-id.ts'

/** In: the unique id of the CDA. */
export const entryIdOf = (uniqueId: string): string => `urn:uuid:${derivedId('DocumentEntry', uniqueId, '')}`
