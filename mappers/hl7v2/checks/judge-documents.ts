/*
  Judges the documents of a message whose segments and fields are in order: their bytes, their headers against the message, the policy of the sender.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { ReadTracker } from '../../cda/xml/tracker.ts'
import { checkDocument, checkPair, checkReplacing, type ReadDocument, readDocumentHeader } from './check-document.ts'
import { checkGates } from './check-gates.ts'
import { type Fault, faultAt } from '../fault.ts'
import { laneKeyOf } from '../reading/person-numbers.ts'
import { documentSegments } from '../reading/read-metadata.ts'
import { readIdentifiers } from '../reading/read-patient.ts'
import { type CarriedDocument, readDocuments, transmissionOf } from '../reading/read-transmission.ts'
import { versionClaimOf } from '../reading/version-claim.ts'
import type { Judgement, JudgePolicy } from './judgement.ts'

/** What is known of the documents; errors and findings are added to the judgement's own. */
export function judgeDocuments(
  message: Er7Message,
  policy: JudgePolicy,
  { errors, findings }: Judgement,
): Pick<Judgement, 'documentType' | 'documentId' | 'laneKey' | 'versions'> {
  const documents = decodedOrFault(message, policy, errors)
  if (documents === undefined) return {}
  const { maxDocumentBytes } = policy
  const transmission = transmissionOf(message, { tracker: new ReadTracker(undefined), findings, maxDocumentBytes, documents })
  const read = documents.map(({ obx, bytes }) => ({ obx, bytes, header: readDocumentHeader(obx, bytes, { maxBytes: maxDocumentBytes, findings }) }))
  errors.push(...checkGates(message, transmission, { policy, findings }))
  const laneKey = laneKeyOf(readIdentifiers(message, message.first('PID')))
  const known = { documentType: transmission.documentType.code, ...(laneKey === undefined ? {} : { laneKey }) }
  for (const { header } of read) if ('location' in header) errors.push(header)
  const legible = read.filter((one): one is ReadDocument => !('location' in one.header))
  for (const { header } of legible) errors.push(...checkDocument(message, header, { transmission, findings }))
  const [first, second] = legible
  if (first === undefined || legible.length < read.length) return known
  if (second !== undefined) errors.push(...checkPair(first, second))
  errors.push(...checkReplacing(legible, transmission.action))
  return { ...known, documentId: first.header.uniqueId, versions: legible.map(one => versionClaimOf(message, transmission, one)) }
}

function decodedOrFault(message: Er7Message, policy: JudgePolicy, errors: Fault[]): CarriedDocument[] | undefined {
  try {
    return readDocuments(message, policy.maxDocumentBytes)
  } catch (error) {
    const obx = documentSegments(message).find(one => error instanceof HubError && error.path === `${one.path}-5.5`)
    if (!(error instanceof HubError) || obx === undefined) throw error
    errors.push(faultAt(error.code, obx, 5, 5))
    return undefined
  }
}
