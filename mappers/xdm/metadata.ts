/*
  METADATA.XML of an XDM archive: one submission set with one document, from the CDA header and its transmission.
    lcm:SubmitObjectsRequest => rim:RegistryObjectList => ExtrinsicObject RegistryPackage Classification Association
*/
import type { CdaHeader } from '../cda/header.ts'
import type { Transmission } from '../hl7v2/transmission.ts'
import type { Finding } from '../mapper.ts'
import { derivedId } from '../transmission-to-transaction/derived-id.ts'
import { writeDocumentEntry } from './document-entry.ts'
import { ObjectIds, writeSubmission } from './ebrim.ts'
import { writeSubmissionSet } from './submission-set.ts'

export interface MetadataInput {
  transmission: Transmission
  header: CdaHeader
  /** The CDA as received: hash and size are those of the file in the archive. */
  document: Uint8Array
  /** Qualified: verified, with the traits of INSi; decided elsewhere. */
  isInsQualified: boolean
  ids: SubmissionIds
  submittedAt: Date
  /** OID of the hub as a document source. */
  sourceId: string
  /** Path of the document relative to METADATA.XML. */
  uri: string
}

export interface SubmissionIds {
  submissionSet: string
  documentEntry: string
  association: string
  /** An OID. */
  submissionSetUniqueId: string
}

/**
 * Builds the metadata of one document.
 * Out:    METADATA.XML, valid against ebRIM 3.0, and a warning for each code that the header or the tables lack.
 * Spec:   CI-SIS "Échange de documents de santé"; IHE ITI TF-3 4.2; annexe "Lien en-tête CDA – métadonnées XDS".
 */
export function mapDocumentToMetadata(input: MetadataInput): { output: string; findings: Finding[] } {
  const findings: Finding[] = []
  const ids = new ObjectIds()
  const entry = writeDocumentEntry(input, ids, findings)
  return { output: writeSubmission([entry, ...writeSubmissionSet(input, ids)]), findings }
}

/** The ids of a submission, always the same for the same seed: a repeated mail repeats its bytes. */
export function submissionIds(seed: string): SubmissionIds {
  const set = derivedId('SubmissionSet', seed, '')
  return {
    submissionSet: set,
    documentEntry: derivedId('DocumentEntry', seed, ''),
    association: derivedId('Association', seed, ''),
    submissionSetUniqueId: `2.25.${BigInt(`0x${set.replaceAll('-', '')}`)}`,
  }
}
