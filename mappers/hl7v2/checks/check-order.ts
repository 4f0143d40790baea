/*
  Checks patient, visit, order and document segments: what is required, and that all ask for the same act on the same type of document.
    OBR-4 = OBX-3 of each document = TXA-2      MDM: one document      ORU: one, or two (check-pair.ts)
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import type { Finding } from '../../mapper.ts'
import { checkAction } from './check-action.ts'
import { checkTraits } from './check-traits.ts'
import { type Fault, faultAt, faultOf } from '../fault.ts'
import { documentSegments } from '../reading/read-metadata.ts'
import { hasAny, trimmed } from '../reading/read-patient.ts'
import { isHl7Time } from '../time.ts'

const REQUIRED: Readonly<Record<string, readonly number[]>> = { PID: [3, 5], PV1: [2], ORC: [1], OBR: [4], TXA: [1, 2, 3, 12, 17] }
export const VISIT_CLASSES = ['E', 'I', 'O', 'R', 'N']

export function checkOrder(message: Er7Message, findings: Finding[]): Fault[] {
  const faults = checkRequired(message)
  checkPatient(message, findings)
  const documents = documentSegments(message)
  if (documents.length === 0) return [...faults, faultOf('hl7v2.segment_missing', 'OBX')]
  const [surplus] = documents.slice(isOru(message) ? 2 : 1)
  if (surplus !== undefined) faults.push(faultAt('hl7v2.cardinality', surplus, 3))
  return [...faults, ...checkVisit(message), ...checkAction(message), ...documents.flatMap(obx => [...checkType(message, obx), ...checkDocumentSegment(obx)])]
}

function checkRequired(message: Er7Message): Fault[] {
  return Object.entries(REQUIRED).flatMap(([name, fields]) => {
    const segment = message.first(name)
    return segment === undefined
      ? []
      : fields
          .filter(field => trimmed(segment, field) === undefined && !(name === 'PID' && hasAny(segment, field)))
          .map(field => faultAt('hl7v2.field_missing', segment, field))
  })
}

function checkPatient(message: Er7Message, findings: Finding[]): void {
  const pid = message.first('PID')
  const missing: [number, string][] = [
    [7, 'patient.birth-date-missing'],
    [8, 'patient.sex-missing'],
    [32, 'identity.status-missing'],
  ]
  for (const [field, code] of missing) if (trimmed(pid, field) === undefined) findings.push({ code, severity: 'information', path: `PID-${field}` })
  if (pid !== undefined) checkTraits(pid, findings)
}

function checkVisit(message: Er7Message): Fault[] {
  const pv1 = message.first('PV1')
  const visit = trimmed(pv1, 2)
  if (pv1 === undefined || visit === undefined) return []
  if (!VISIT_CLASSES.includes(visit)) return [faultAt('hl7v2.table_value', pv1, 2)]
  const faults = visit !== 'N' && trimmed(pv1, 19) === undefined ? [faultAt('hl7v2.field_missing', pv1, 19)] : []
  return [...faults, ...checkStayTimes(pv1)]
}

export function checkStayTimes(pv1: Er7Segment): Fault[] {
  const isNoTime = (at: string | undefined): boolean => at !== undefined && !isHl7Time(at)
  return [44, 45].filter(field => isNoTime(trimmed(pv1, field))).map(field => faultAt('hl7v2.data_type', pv1, field))
}

function checkType(message: Er7Message, obx: Er7Segment): Fault[] {
  const type = trimmed(obx, 3)
  if (type === undefined) return [faultAt('hl7v2.field_missing', obx, 3)]
  const said: [Er7Segment | undefined, number][] = [
    [message.first('OBR'), 4],
    [message.first('TXA'), 2],
  ]
  for (const [segment, field] of said) {
    const other = trimmed(segment, field)
    if (segment !== undefined && other !== undefined && other !== type) return [faultAt('hl7v2.incoherent_type', segment, field)]
  }
  return []
}

/** OBX-5 = ^TEXT^XML^Base64^…; capitals differ between the two HL7 versions. */
function checkDocumentSegment(obx: Er7Segment): Fault[] {
  if (!obx.has(5)) return [faultAt('hl7v2.field_missing', obx, 5)]
  const faults: Fault[] = []
  const expected: [number, string][] = [
    [2, 'text'],
    [3, 'xml'],
    [4, 'base64'],
  ]
  for (const [component, word] of expected) {
    const value = trimmed(obx, 5, 1, component)?.toLowerCase()
    if (value !== word) faults.push(faultAt(value === undefined ? 'hl7v2.field_missing' : 'hl7v2.data_type', obx, 5, component))
  }
  if (obx.bytes(5, 1, 5).length === 0) faults.push(faultAt('hl7v2.field_missing', obx, 5, 5))
  return faults
}

function isOru(message: Er7Message): boolean {
  return message.first('TXA') === undefined
}
