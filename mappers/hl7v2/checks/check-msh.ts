/*
  Checks MSH: what kind of message, which version, which profile. A message of a kind that is not taken here is judged no further.
    MSH-9 = ORU^R01^ORU_R01 (MSH-12 2.5) | MDM^T02|T10|T04^MDM_T02 (MSH-12 2.6)      MSH-11 = P | T | D (P alone in production)      MSH-17 = FRA      MSH-18 = UNICODE UTF-8 | 8859/15
    MSH-21 = 2.1^CISIS_CDA_HL7_V2
*/
import { charsetNamed } from '../../../profiles/hl7v2/charset.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { type Fault, faultAt } from '../fault.ts'
import { trimmed } from '../reading/read-patient.ts'
import { isHl7Time } from '../time.ts'

const REQUIRED = [3, 4, 5, 6, 7, 9, 10, 11, 12, 17, 18, 21]
/** MSH-11: a hub in production would treat a sender's trial as care. */
const PROCESSING = { production: ['P'], test: ['P', 'T', 'D'] }
const PROFILE = ['2.1', 'CISIS_CDA_HL7_V2'] as const

/** What MSH must say beside its kind. */
export interface HeaderRules {
  environment: keyof typeof PROCESSING
  /** MSH-12.1 */
  version: string
  /** MSH-21, components 1 and 2. */
  profile: readonly [version: string, name: string]
}

const KINDS: Readonly<Record<string, { structure: string; version: string; triggers: readonly string[] }>> = {
  ORU: { structure: 'ORU_R01', version: '2.5', triggers: ['R01'] },
  MDM: { structure: 'MDM_T02', version: '2.6', triggers: ['T02', 'T10', 'T04'] },
}

export function checkMsh(msh: Er7Segment, environment: HeaderRules['environment']): Fault[] {
  const kind = checkKind(msh)
  if (kind.length > 0) return kind
  const version = KINDS[trimmed(msh, 9) ?? '']?.version ?? ''
  return [...checkHeader(msh, { environment, version, profile: PROFILE }), ...checkStructureName(msh)]
}

/** What is asked of MSH in every message kind. */
export function checkHeader(msh: Er7Segment, rules: HeaderRules): Fault[] {
  const missing = REQUIRED.filter(field => trimmed(msh, field) === undefined).map(field => faultAt('hl7v2.field_missing', msh, field))
  return [...missing, ...checkValues(msh, rules)]
}

function checkKind(msh: Er7Segment): Fault[] {
  const type = trimmed(msh, 9)
  if (type === undefined) return [faultAt('hl7v2.field_missing', msh, 9)]
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined
  if (kind === undefined) return [faultAt('hl7v2.message_type', msh, 9)]
  const trigger = trimmed(msh, 9, 1, 2)
  if (trigger === undefined) return [faultAt('hl7v2.field_missing', msh, 9, 2)]
  return kind.triggers.includes(trigger) ? [] : [faultAt('hl7v2.event', msh, 9)]
}

function checkStructureName(msh: Er7Segment): Fault[] {
  const structure = trimmed(msh, 9, 1, 3)
  if (structure === undefined) return [faultAt('hl7v2.field_missing', msh, 9, 3)]
  return structure === KINDS[trimmed(msh, 9) ?? '']?.structure ? [] : [faultAt('hl7v2.message_type', msh, 9, 3)]
}

function checkValues(msh: Er7Segment, { environment, version, profile }: HeaderRules): Fault[] {
  const faults: Fault[] = []
  const sentAt = trimmed(msh, 7)
  if (sentAt !== undefined && !isHl7Time(sentAt)) faults.push(faultAt('hl7v2.data_type', msh, 7))
  if (differs(msh, 11, PROCESSING[environment])) faults.push(faultAt('hl7v2.processing', msh, 11))
  if (differs(msh, 12, [version])) faults.push(faultAt('hl7v2.version', msh, 12))
  if (differs(msh, 17, ['FRA'])) faults.push(faultAt('hl7v2.table_value', msh, 17))
  const charset = trimmed(msh, 18)
  if (charset !== undefined && charsetNamed(charset) === undefined) faults.push(faultAt('hl7v2.charset_unknown', msh, 18))
  if (msh.has(21) && (trimmed(msh, 21) !== profile[0] || trimmed(msh, 21, 1, 2) !== profile[1])) faults.push(faultAt('hl7v2.profile', msh, 21))
  return faults
}

function differs(msh: Er7Segment, field: number, allowed: readonly string[]): boolean {
  const value = trimmed(msh, field)
  return value !== undefined && !allowed.includes(value)
}
