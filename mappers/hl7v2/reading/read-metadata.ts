/*
  Reads what the sender wants done: the ten metadata OBX of table MetaDMPMSS and the two mail bodies.
    OBX-3.1 = code      OBX-5.1 = Y | N      behind DESTMSSANTEPAT: NTE-4 = FIN (the patient must not answer)
    CORPSMAIL_PS, CORPSMAIL_PATIENT: OBX-2 = ED, OBX-5 = ^TEXT^^Base64^ body
*/
import { isUtf8 } from 'node:buffer'
import { HubError } from '../../../profiles/errors.ts'
import { decodeText } from '../../../profiles/hl7v2/charset.ts'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { METADATA_LABELS, type MetadataCode } from '../../../profiles/hl7v2/tables.ts'
import type { Readers, ReadTracker } from '../../cda/xml/tracker.ts'
import type { Finding } from '../../mapper.ts'
import { decodeBase64 } from '../base64.ts'
import { trimmed } from './read-patient.ts'
import type { Transmission } from './transmission.ts'

export const METADATA = Object.keys(METADATA_LABELS) as MetadataCode[]
export const BODIES = ['CORPSMAIL_PS', 'CORPSMAIL_PATIENT'] as const
type BodyCode = (typeof BODIES)[number]

/** Names of older senders. */
const ALIASES: Readonly<Record<string, MetadataCode>> = {
  INVISIBLE_REPRESENTANTS_LEGAUX: 'INVISIBLE_REP_LEGAUX',
  MODIF_CONFIDENTIALITYCODE: 'MODIF_CONF_CODE',
  ACK_LECTURE: 'ACK_LECTURE_MSS',
}
export const METADATA_SYSTEM = 'MetaDMPMSS'

export function isFormerName(code: string | undefined): boolean {
  return Object.hasOwn(ALIASES, code?.toUpperCase() ?? '')
}

const LONGEST_BODY_BYTES = 1_000_000

/** The OBX of a message by what they carry: CDA documents, metadata and mail bodies, anything else. */
interface Observations {
  documents: Er7Segment[]
  carriers: { code: MetadataCode | BodyCode; obx: Er7Segment }[]
  others: Er7Segment[]
}

const KNOWN: ReadonlyMap<string, MetadataCode | BodyCode> = new Map<string, MetadataCode | BodyCode>([
  ...[...METADATA, ...BODIES].map(code => [code, code] as const),
  ...Object.entries(ALIASES),
])
/** A message is asked some twenty times what it carries: it is sorted once. */
export const observationsOf = (message: Er7Message): Observations => message.once(sorted)

function sorted(message: Er7Message): Observations {
  const found: Observations = { documents: [], carriers: [], others: [] }
  for (const obx of message.all('OBX')) {
    const code = KNOWN.get(trimmed(obx, 3)?.toUpperCase() ?? '')
    if (code !== undefined) found.carriers.push({ code, obx })
    else if (trimmed(obx, 2) === 'ED') found.documents.push(obx)
    else found.others.push(obx)
  }
  return found
}

/** The OBX that carry a CDA: type ED, and no mail body. */
export function documentSegments(message: Er7Message): readonly Er7Segment[] {
  return observationsOf(message).documents
}

const isYes = (code: MetadataCode) => (message: Er7Message) => trimmed(metadataSegment(message, code), 5)?.toUpperCase() === 'Y'

const FLAGS: Readers<Transmission['flags'], Er7Message> = {
  masquePs: isYes('MASQUE_PS'),
  invisiblePatient: isYes('INVISIBLE_PATIENT'),
  invisibleRepLegaux: isYes('INVISIBLE_REP_LEGAUX'),
  connexionSecrete: isYes('CONNEXION_SECRETE'),
  modifConfCode: isYes('MODIF_CONF_CODE'),
  destDmp: isYes('DESTDMP'),
  destMssPs: isYes('DESTMSSANTEPS'),
  destMssPatient: isYes('DESTMSSANTEPAT'),
  ackReception: isYes('ACK_RECEPTION'),
  ackLecture: isYes('ACK_LECTURE_MSS'),
  patientFin: message => notesBehind(message, 'DESTMSSANTEPAT').some(note => trimmed(note, 4)?.toUpperCase() === 'FIN'),
}

export const readFlags = (message: Er7Message, tracker: ReadTracker): Transmission['flags'] => tracker.object(FLAGS, message)

const TEXTS: Readers<Transmission['bodies'], { message: Er7Message; findings: Finding[] }> = {
  ps: ({ message, findings }) => readBody(message, 'CORPSMAIL_PS', findings),
  patient: ({ message, findings }) => readBody(message, 'CORPSMAIL_PATIENT', findings),
}

export const readBodies = (message: Er7Message, tracker: ReadTracker, findings: Finding[]): Transmission['bodies'] =>
  tracker.object(TEXTS, { message, findings })

export function metadataSegment(message: Er7Message, code: MetadataCode | BodyCode): Er7Segment | undefined {
  return observationsOf(message).carriers.find(carrier => carrier.code === code)?.obx
}

/** A body that cannot be decoded is dropped: the mail goes out with the default one. */
function readBody(message: Er7Message, code: BodyCode, findings: Finding[]): string | undefined {
  const obx = metadataSegment(message, code)
  if (obx === undefined) return undefined
  try {
    const bytes = Buffer.from(decodeBase64(obx.bytes(5, 1, 5), LONGEST_BODY_BYTES))
    const text = decodeText(bytes, isUtf8(bytes) ? 'UNICODE UTF-8' : '8859/15').trim()
    if (text !== '') return text
    findings.push({ code: 'mail-body.empty', severity: 'information', path: `${obx.path}-5` })
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    findings.push({ code: 'mail-body.undecodable', severity: 'warning', path: `${obx.path}-5` })
  }
  return undefined
}

/** The NTE between one metadata OBX and the next OBX. */
function notesBehind(message: Er7Message, code: MetadataCode): Er7Segment[] {
  const obx = metadataSegment(message, code)
  if (obx === undefined) return []
  const notes: Er7Segment[] = []
  for (const segment of message.segments.slice(message.segments.indexOf(obx) + 1)) {
    if (segment.name === 'OBX') break
    if (segment.name === 'NTE') notes.push(segment)
  }
  return notes
}
