/*
  METADATA.XML of an XDM archive: one submission set with its documents, from the CDA headers and their transmission.
    lcm:SubmitObjectsRequest => rim:RegistryObjectList => ExtrinsicObject+ RegistryPackage Classification Association+ (HasMember of each, RPLC of a replacement)
*/
import { uniqueIdOf } from '../cda/header/header-reader.ts'
import type { Finding } from '../mapper.ts'
import { derivedId } from '../transmission-to-transaction/derived-id.ts'
import { writeDocumentEntry } from './document-entry.ts'
import { entryIdOf } from './entry-id.ts'
import { element, ObjectIds, writeSubmission } from './ebrim.ts'
import { writeSubmissionSet } from './submission-set.ts'
import type { MetadataInput, SubmittedDocument, SubmissionIds } from './submission.ts'

/**
 * Builds the metadata of one document.
 * Out:    METADATA.XML, valid against ebRIM 3.0, and a warning for each code that the header or the tables lack.
 * Spec:   CI-SIS "Échange de documents de santé"; IHE ITI TF-3 4.2; annexe "Lien en-tête CDA – métadonnées XDS".
 */
export function mapDocumentToMetadata(input: MetadataInput): { output: string; findings: Finding[] } {
  const findings: Finding[] = []
  const ids = new ObjectIds()
  const entries = input.documents.map(one => writeDocumentEntry(input, one, { ids, findings }))
  return { output: writeSubmission([...entries, ...writeSubmissionSet(input, ids), ...input.documents.flatMap(one => writeReplacement(input, one))]), findings }
}

const RPLC = 'urn:ihe:iti:2007:AssociationType:RPLC'

/** A replacement points at the entry of its predecessor, as the mail that brought that one named it. */
function writeReplacement({ change, ids }: MetadataInput, { header }: SubmittedDocument): string[] {
  if (change !== 'replace' || header.replaces === undefined) return []
  const targetObject = entryIdOf(uniqueIdOf(header.replaces))
  const id = `urn:uuid:${derivedId('Association', ids.seed, header.uniqueId)}`
  return [element('rim:Association', { id, associationType: RPLC, sourceObject: entryIdOf(header.uniqueId), targetObject })]
}

/** The ids of a submission, always the same for the same seed: a repeated mail repeats its bytes. */
export function submissionIds(seed: string): SubmissionIds {
  const set = derivedId('SubmissionSet', seed, '')
  return {
    submissionSet: set,
    seed,
    submissionSetUniqueId: `2.25.${BigInt(`0x${set.replaceAll('-', '')}`)}`,
  }
}
