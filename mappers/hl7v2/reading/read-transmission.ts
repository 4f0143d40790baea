/*
  Reads a document message into a Transmission, the common shape of both kinds (profile 2.1^CISIS_CDA_HL7_V2).
    ORU^R01^ORU_R01 (2.5) => MSH PID PV1 ORC OBR { OBX [{PRT}] [{NTE}] }
    MDM^T02^MDM_T02 (2.6) => MSH EVN PID PV1 ORC OBR TXA { OBX [{PRT}] [{NTE}] }
      one document per message, in an ORU one or two; their OBX: OBX-2 = ED, OBX-5 = the CDA, OBX-11 = F | C | D; then the metadata
*/
import { HubError } from '../../../profiles/errors.ts'
import { type Er7Message, readEr7 } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { type OnRead, type Readers, ReadTracker } from '../../cda/xml/tracker.ts'
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

type Said = TransmissionOptions & { message: Er7Message; msh: Er7Segment | undefined; obx: Er7Segment }

const TRANSMISSION: Readers<Transmission, Said> = {
  kind: ({ msh }) => (trimmed(msh, 9) === 'ORU' ? 'ORU' : 'MDM'),
  sendingApplication: ({ msh }) => trimmed(msh, 3) ?? '',
  sendingFacility: ({ msh }) => trimmed(msh, 4) ?? '',
  receivingApplication: ({ msh }) => trimmed(msh, 5) ?? '',
  receivingFacility: ({ msh }) => trimmed(msh, 6) ?? '',
  controlId: ({ msh }) => trimmed(msh, 10) ?? '',
  sentAt: ({ msh }) => trimmed(msh, 7) ?? '',
  processing: ({ msh }) => readProcessing(trimmed(msh, 11)),
  hl7Version: ({ msh }) => trimmed(msh, 12) ?? '',
  charset: ({ message }) => message.charset,
  action: ({ obx }) => readAction(obx),
  documentType: ({ obx }) => ({ code: trimmed(obx, 3) ?? '', display: trimmed(obx, 3, 1, 2) ?? '', system: trimmed(obx, 3, 1, 3) ?? '' }),
  patient: ({ message, tracker }) => readPatient(message, tracker),
  visit: ({ message, tracker }) => readVisit(message, tracker),
  documentId: ({ message }) => readEntityId(message.first('TXA'), 12),
  document: said => documentsOf(said)[0]?.bytes,
  otherFormat: said => documentsOf(said)[1]?.bytes,
  sender: ({ message, tracker }) => readSender(message, tracker),
  replyTo: ({ message, findings }) => readReplyTo(message, findings),
  recipients: ({ message, tracker, findings }) => readRecipients(message, tracker, findings),
  flags: ({ message, tracker }) => readFlags(message, tracker),
  bodies: ({ message, tracker, findings }) => readBodies(message, tracker, findings),
}

/** The transmission in a message that is already read. */
export function transmissionOf(message: Er7Message, options: TransmissionOptions): Transmission {
  const [obx] = documentSegments(message)
  if (obx === undefined) throw new HubError('hl7v2.segment_missing', { path: 'OBX' })
  return options.tracker.object(TRANSMISSION, { ...options, message, msh: message.first('MSH'), obx })
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

/** Decoded once, by who asks first. */
function documentsOf(said: Said): CarriedDocument[] {
  said.documents ??= readDocuments(said.message, said.maxDocumentBytes)
  return said.documents
}

/** Of two documents the structured one first, in whichever order they came. */
export function readDocuments(message: Er7Message, maxBytes: number): CarriedDocument[] {
  const documents = documentSegments(message).map(obx => ({ obx, bytes: readDocument(obx, maxBytes) }))
  const [first, second] = documents
  return first !== undefined && second !== undefined && !isStructured(first.bytes) && isStructured(second.bytes) ? [second, first] : documents
}

const isStructured = (bytes: Uint8Array): boolean => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('structuredBody')

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
