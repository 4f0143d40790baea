/*
  XDSSubmissionSet: a RegistryPackage, its classification node, and the associations that hold its documents.
    slots            submissionTime
    classifications  author contentTypeCode
    identifiers      patientId sourceId uniqueId
*/
import type { Transmission } from '../hl7v2/reading/transmission.ts'
import { type CodedValue, element, type ObjectIds, type Slots, writeAuthor, writeCode, writeIdentifier, writeName, writeSlots } from './ebrim.ts'
import { personOf, structureOf, writeXcn, writeXon } from './formats.ts'
import { derivedId } from '../transmission-to-transaction/derived-id.ts'
import { entryIdOf } from './entry-id.ts'
import { patientIdOf } from './patient.ts'
import { dtmOf } from './time.ts'
import type { MetadataInput } from './submission.ts'

const SCHEME = {
  author: 'urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d',
  contentTypeCode: 'urn:uuid:aa543740-bdda-424e-8c96-df4873be8500',
  node: 'urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd',
  patientId: 'urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446',
  sourceId: 'urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832',
  uniqueId: 'urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8',
}
const APPROVED = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved'
const HAS_MEMBER = 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember'

/** TRE_R209-TypeActivite. */
const ACTIVITY_SYSTEM = '1.2.250.1.213.2.2'
const CARE_TYPE: Record<'complete' | 'external' | 'ambulatory' | 'any', CodedValue> = {
  complete: { code: '03', system: ACTIVITY_SYSTEM, display: 'Hospitalisation complète (non compris hospitalisation de semaine)' },
  external: { code: '07', system: ACTIVITY_SYSTEM, display: 'Consultation Soins Externes' },
  ambulatory: { code: '19', system: ACTIVITY_SYSTEM, display: 'Traitement et Cure Ambulatoire' },
  any: { code: '97', system: ACTIVITY_SYSTEM, display: "Type d'activité indifferencié" },
}

export function writeSubmissionSet(input: MetadataInput, ids: ObjectIds): string[] {
  const id = `urn:uuid:${input.ids.submissionSet}`
  const [{ header }] = input.documents
  const registryPackage = element('rim:RegistryPackage', { id, status: APPROVED }, [
    writeSlots({ submissionTime: [dtmOf(input.submittedAt)] }),
    writeName(header.code.display ?? header.title),
    writeAuthor(ids, id, SCHEME.author, senderSlots(input)),
    writeCode(ids, id, SCHEME.contentTypeCode, careTypeOf(input.transmission.visit.class)),
    writeIdentifier(ids, id, { scheme: SCHEME.patientId, name: 'XDSSubmissionSet.patientId', value: patientIdOf({ ...input, header }) }),
    writeIdentifier(ids, id, { scheme: SCHEME.sourceId, name: 'XDSSubmissionSet.sourceId', value: input.sourceId }),
    writeIdentifier(ids, id, { scheme: SCHEME.uniqueId, name: 'XDSSubmissionSet.uniqueId', value: input.ids.submissionSetUniqueId }),
  ])
  const node = element('rim:Classification', { id: ids.next('cl'), classifiedObject: id, classificationNode: SCHEME.node })
  const members = input.documents.map(one => {
    const member = `urn:uuid:${derivedId('HasMember', input.ids.seed, one.header.uniqueId)}`
    const ends = { sourceObject: id, targetObject: entryIdOf(one.header.uniqueId) }
    return element('rim:Association', { id: member, associationType: HAS_MEMBER, ...ends }, [writeSlots({ SubmissionSetStatus: ['Original'] })])
  })
  return [registryPackage, node, ...members]
}

/** The kind of care from PV1-2. */
function careTypeOf(visit: Transmission['visit']['class']): CodedValue {
  switch (visit) {
    case 'I':
      return CARE_TYPE.complete
    case 'O':
    case 'E':
      return CARE_TYPE.external
    case 'R':
      return CARE_TYPE.ambulatory
    case 'N':
      return CARE_TYPE.any
  }
}

/** Who sends: PRT SB; a message without one is sent by the author of the document. */
function senderSlots({ transmission, documents: [{ header }] }: MetadataInput): Slots {
  const { sender } = transmission
  const author = header.authors[0]?.entity
  const device = sender?.device === undefined ? undefined : { family: sender.device, isDevice: true }
  const person = sender === undefined ? author && personOf(author) : (sender.professional ?? device)
  const structure = sender === undefined ? structureOf(author?.organization ?? header.custodian) : sender.structure
  const xcn = person === undefined ? undefined : writeXcn(person)
  const xon = structure === undefined ? undefined : writeXon(structure)
  return { authorInstitution: xon === undefined ? undefined : [xon], authorPerson: xcn === undefined ? undefined : [xcn] }
}
