/*
  What is submitted in one archive: the documents of a transmission, under the ids of their submission.
*/
import type { CdaHeader } from '../cda/header/header.ts'
import type { Action, Transmission } from '../hl7v2/reading/transmission.ts'

export interface MetadataInput {
  transmission: Transmission
  /** One, or two formats of the same content. */
  documents: readonly [SubmittedDocument, ...SubmittedDocument[]]
  /** What is said of them: a first transmission, a replacement, a deletion. */
  change: Action
  /** Qualified: verified, with the traits of INSi; decided elsewhere. */
  isInsQualified: boolean
  ids: SubmissionIds
  submittedAt: Date
  /** OID of the hub as a document source. */
  sourceId: string
}

export interface SubmittedDocument {
  header: CdaHeader
  /** The CDA as received: hash and size are those of the file in the archive. */
  document: Uint8Array
  /** Path of the document relative to METADATA.XML. */
  uri: string
}

export interface SubmissionIds {
  submissionSet: string
  /** Seed of the associations. */
  seed: string
  /** An OID. */
  submissionSetUniqueId: string
}
