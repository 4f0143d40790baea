/*
  A document among its versions.
*/

/** How a document stands among its versions, as the ledger knows it. */
export interface VersionStanding {
  status: 'current' | 'superseded' | 'entered-in-error'
  /** Unique id of its predecessor, and whether that one is stored. */
  replaces?: { documentId: string; isStored: boolean }
  /** Unique id of the same content in its structured form, stored in the same transaction. */
  transforms?: string
}
