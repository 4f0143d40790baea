/*
  Reads a document message into a Transmission, the common shape of both kinds (profile 2.1^CISIS_CDA_HL7_V2).
    ORU^R01^ORU_R01 (2.5) => MSH PID PV1 ORC OBR { OBX [{PRT}] [{NTE}] }
    MDM^T02^MDM_T02 (2.6) => MSH EVN PID PV1 ORC OBR TXA { OBX [{PRT}] [{NTE}] }
      one document per message, in an ORU one or two; their OBX: OBX-2 = ED, OBX-5 = the CDA, OBX-11 = F | C | D; then the metadata
*/
import { HubError } from '../../../profiles/errors.ts'
import { type Er7Message, readEr7 } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { type OnRead, ReadTracker } from '../../cda/xml/tracker.ts'
import type { Finding } from '../../mapper.ts'
import { decodeBase64 } from '../base64.ts'
import { actOf } from '../checks/check-action.ts'
import { readBodies, readFlags, documentSegments } from './read-metadata.ts'
import { readReplyTo, readRecipients, readSender } from './read-participations.ts'
import { readPatient, readVisit, trimmed } from './read-patient.ts'
import type { Action, Transmission } from './transmission.ts'

export interface ReadOptions {
  /** Told the message path of each part of the transmission when that part is taken, not when it is read. */
  onRead?: OnRead
  maxDocumentBytes?: number
}

export interface ReadResult {
  transmission: Transmission
  findings: Finding[]
  /** Every path of the message that holds a value: those never told to `onRead` are unread. */
  leafPaths: string[]
}

const DOCUMENT_BYTES = 25_000_000

/**
 * Reads an accepted message; the judge has said before that it can be read.
 * Throws: hl7v2.not_hl7, hl7v2.charset, hl7v2.segment_missing, hl7v2.table_value at OBX-11, document.base64, document.too_large.
 * Spec:   CI-SIS "Transmission de documents CDA R2 en HL7v2" 2.1.
 */
export function readTransmission(bytes: Uint8Array, options: ReadOptions = {}): ReadResult {
  let listener: OnRead = () => undefined
  const message = readEr7(bytes, options.onRead === undefined ? {} : { onRead: path => listener(path) })
  const tracker = new ReadTracker(options.onRead)
  listener = path => tracker.read(path)
  const findings: Finding[] = []
  const transmission = transmissionOf(message, { tracker, findings, maxDocumentBytes: options.maxDocumentBytes ?? DOCUMENT_BYTES })
  return { transmission, findings, leafPaths: options.onRead === undefined ? [] : message.leafPaths() }
}

interface TransmissionOptions {
  tracker: ReadTracker
  findings: Finding[]
  maxDocumentBytes: number
  /** Where they are decoded already. */
  documents?: CarriedDocument[]
}

/** The transmission in a message that is already read. */
export function transmissionOf(message: Er7Message, options: TransmissionOptions): Transmission {
  const { tracker, findings } = options
  const documents = (): CarriedDocument[] => options.documents ?? readDocuments(message, options.maxDocumentBytes)
  const msh = message.first('MSH')
  const [obx] = documentSegments(message)
  if (obx === undefined) throw new HubError('hl7v2.segment_missing', { path: 'OBX' })
  return tracker.object<Transmission>({
    kind: () => (trimmed(msh, 9) === 'ORU' ? 'ORU' : 'MDM'),
    sendingApplication: () => trimmed(msh, 3) ?? '',
    sendingFacility: () => trimmed(msh, 4) ?? '',
    receivingApplication: () => trimmed(msh, 5) ?? '',
    receivingFacility: () => trimmed(msh, 6) ?? '',
    controlId: () => trimmed(msh, 10) ?? '',
    sentAt: () => trimmed(msh, 7) ?? '',
    processing: () => readProcessing(trimmed(msh, 11)),
    hl7Version: () => trimmed(msh, 12) ?? '',
    charset: () => message.charset,
    action: () => readAction(obx),
    documentType: () => ({ code: trimmed(obx, 3) ?? '', display: trimmed(obx, 3, 1, 2) ?? '', system: trimmed(obx, 3, 1, 3) ?? '' }),
    patient: () => readPatient(message, tracker),
    visit: () => readVisit(message, tracker),
    documentId: () => readEntityId(message.first('TXA'), 12),
    document: () => documents()[0]?.bytes,
    otherFormat: () => documents()[1]?.bytes,
    sender: () => readSender(message, tracker),
    replyTo: () => readReplyTo(message, findings),
    recipients: () => readRecipients(message, tracker, findings),
    flags: () => readFlags(message, tracker),
    bodies: () => readBodies(message, tracker, findings),
  })
}

/**
 * Reads what the sender asks us to do with the document.
 * In:     OBX-11 of the OBX that carries the document (one letter, HL7 table 0085).
 * Throws: hl7v2.table_value at OBX-11.
 * Spec:   CI-SIS "Transmission de documents CDA R2 en HL7v2" 2.1, évènements déclenchants.
 */
function readAction(obx: Er7Segment): Action {
  const action = actOf('status', trimmed(obx, 11))
  if (action === undefined) throw new HubError('hl7v2.table_value', { path: `${obx.path}-11` })
  return action
}

/** EI of a CDA id: `extension^^root^ISO`, or the root alone. Component 2 is a name that some write; it says nothing. */
export function readEntityId(segment: Er7Segment | undefined, field: number): { root: string; extension?: string } | undefined {
  const value = trimmed(segment, field)
  if (value === undefined) return undefined
  const root = trimmed(segment, field, 1, 3)
  return root === undefined ? { root: bareId(value) } : { root: bareId(root), extension: value }
}

export interface CarriedDocument {
  obx: Er7Segment
  /** OBX-5.5, decoded; the bytes are the sender's, untouched. */
  bytes: Uint8Array
}

/** Of two documents the structured one first, in whichever order they came. */
export function readDocuments(message: Er7Message, maxBytes: number): CarriedDocument[] {
  const documents = documentSegments(message).map(obx => ({ obx, bytes: readDocument(obx, maxBytes) }))
  const [first, second] = documents
  return first !== undefined && second !== undefined && !isStructured(first.bytes) && isStructured(second.bytes) ? [second, first] : documents
}

const isStructured = (bytes: Uint8Array): boolean => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('structuredBody')

/** The same transmission with its other format as the document: all else is said of both. */
export function withOtherFormat(transmission: Transmission, document: Uint8Array): Transmission {
  const { otherFormat: _, ...parts } = Object.getOwnPropertyDescriptors(transmission)
  return Object.defineProperties({}, { ...parts, document: { value: document, enumerable: true } }) as Transmission
}

function readDocument(obx: Er7Segment, maxBytes: number): Uint8Array {
  try {
    return decodeBase64(obx.bytes(5, 1, 5), maxBytes)
  } catch (error) {
    throw error instanceof HubError ? new HubError(error.code, { path: `${obx.path}-5.5` }) : error
  }
}

function bareId(text: string): string {
  return text.replace(/^urn:(?:oid|uuid):/i, '')
}

function readProcessing(code: string | undefined): Transmission['processing'] {
  return code === 'T' || code === 'D' ? code : 'P'
}
