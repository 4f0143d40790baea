/*
  A document among its versions.
*/

/** How a document stands among its versions, as the ledger knows it. */
export interface VersionStanding {
  status: 'current' | 'superseded' | 'entered-in-error'
  /** The id of its card, where it does not follow from the document. */
  card?: string | null
  /** Unique id of its predecessor, and whether that one is stored. */
  replaces?: { documentId: string; card?: string | null; isStored: boolean }
  /** Unique id of the same content in its structured form, stored in the same transaction. */
  transforms?: string
}
