/*
  Checks the metadata OBX: all ten, once each, Y or N; and what each of them demands of the rest of the message.
    DESTMSSANTEPS=Y, DESTMSSANTEPAT=Y => a PRT RCT of that kind      DESTDMP=Y => type in JDV_J66, PRT SB with person or device and structure
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { J66_DMP_TYPES } from '../../../profiles/tables/j66-dmp-types.ts'
import type { Finding } from '../../mapper.ts'
import { type Fault, faultAt, faultOf } from '../fault.ts'
import { BODIES, documentSegments, METADATA, metadataSegment, observationsOf } from '../reading/read-metadata.ts'
import { addressOf, isMssanteAddress, kindOf, participations } from '../reading/read-participations.ts'
import { trimmed } from '../reading/read-patient.ts'

/** The guide sets no limit (RCT 0..*); but each is a mail with the whole document. */
const MOST_RECIPIENTS = 200

export function checkMetadata(message: Er7Message, findings: Finding[]): Fault[] {
  const { carriers, others } = observationsOf(message)
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (const { code, obx } of carriers) {
    if (seen.has(code)) faults.push(faultAt('hl7v2.cardinality', obx, 3))
    else if (isFlag(code)) faults.push(...checkYesNo(obx))
    seen.add(code)
  }
  for (const code of METADATA) if (!seen.has(code)) faults.push(faultOf('hl7v2.segment_missing', 'OBX', message.all('OBX').length + 1))
  const order = [...METADATA, ...BODIES].filter(code => seen.has(code))
  if (faults.length === 0 && [...seen].some((code, at) => code !== order[at])) findings.push({ code: 'metadata.order', severity: 'information', path: 'OBX-3' })
  const unknown = others.find(obx => trimmed(obx, 3) !== 'COMP_LOT')
  if (unknown !== undefined) findings.push({ code: 'metadata.unknown', severity: 'information', path: `${unknown.path}-3` })
  return faults
}

function isFlag(code: string): boolean {
  return METADATA.some(known => known === code)
}

function checkYesNo(obx: Er7Segment): Fault[] {
  const value = trimmed(obx, 5)?.toUpperCase()
  if (value === undefined) return [faultAt('hl7v2.field_missing', obx, 5)]
  return value === 'Y' || value === 'N' ? [] : [faultAt('hl7v2.table_value', obx, 5)]
}

export function checkParticipations(message: Er7Message, findings: Finding[]): Fault[] {
  const named = participations(message, 'RCT')
  const misplaced = firstMisplaced(message)
  if (misplaced !== undefined) findings.push({ code: 'participation.misplaced', severity: 'warning', path: misplaced.path })
  const faults = named.flatMap(checkAddress)
  const beyond = named[MOST_RECIPIENTS]
  if (beyond !== undefined) faults.push(faultAt('mss.too_many_recipients', beyond, 4))
  const wanted = [
    ['DESTMSSANTEPS', false],
    ['DESTMSSANTEPAT', true],
  ] as const
  for (const [code, isCitizen] of wanted) {
    const asks = isYes(message, code)
    if (asks && !named.some(prt => (kindOf(prt) === 'patient') === isCitizen)) faults.push(missingRecipient(message))
  }
  if (isYes(message, 'DESTDMP')) faults.push(...checkDmp(message))
  const isAlone = named.length === 0 && participations(message, 'SB').length === 0
  return isAlone && faults.length === 0 ? [faultOf('hl7v2.segment_missing', 'PRT')] : faults
}

/** PRT belong behind a document; behind another OBX they are read all the same. */
function firstMisplaced(message: Er7Message): Er7Segment | undefined {
  const { documents } = observationsOf(message)
  let isBehindDocument = false
  for (const segment of message.segments) {
    if (segment.name === 'OBX') isBehindDocument = documents.includes(segment)
    else if (segment.name === 'PRT' && !isBehindDocument) return segment
  }
  return undefined
}

function isYes(message: Er7Message, code: (typeof METADATA)[number]): boolean {
  return trimmed(metadataSegment(message, code), 5)?.toUpperCase() === 'Y'
}

function checkAddress(prt: Er7Segment): Fault[] {
  const address = addressOf(prt)
  if (address === undefined) return [faultAt('hl7v2.field_missing', prt, 15)]
  return isMssanteAddress(address) ? [] : [faultAt('mss.address', prt, 15)]
}

function missingRecipient(message: Er7Message): Fault {
  return faultOf('mss.recipient_missing', 'PRT', message.all('PRT').length + 1)
}

function checkDmp(message: Er7Message): Fault[] {
  const [obx] = documentSegments(message)
  const obr = message.first('OBR')
  const faults: Fault[] = []
  if (obr !== undefined && !J66_DMP_TYPES.has(trimmed(obx, 3))) faults.push(faultAt('dmp.type', obr, 4))
  const [sender] = participations(message, 'SB')
  if (sender === undefined) return [...faults, faultOf('dmp.sender_missing', 'PRT', message.all('PRT').length + 1)]
  if (trimmed(sender, 5) === undefined && trimmed(sender, 10) === undefined) faults.push(faultAt('dmp.sender_missing', sender, 5))
  if (trimmed(sender, 8) === undefined && trimmed(sender, 8, 1, 10) === undefined) faults.push(faultAt('dmp.sender_missing', sender, 8))
  return faults
}
