/*
  Tells a sender what it writes in an older way, though it is read without being asked: names, coding systems, places and forms of before profile 2.1.
  Nothing here refuses a message. Each row looks at one kind of segment; a remark is told once for a message, at the first place.
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { isFiness } from '../../../profiles/identity.ts'
import type { Finding } from '../../mapper.ts'
import { documentSegments, isFormerName, METADATA_SYSTEM, observationsOf } from '../reading/read-metadata.ts'
import { trimmed } from '../reading/read-patient.ts'

interface Remark {
  code: string
  /** Field of the segment, for the place. */
  at: string
  segments(message: Er7Message): readonly Er7Segment[]
  isMeant(segment: Er7Segment): boolean
}

const flags = (message: Er7Message): Er7Segment[] => observationsOf(message).carriers.map(({ obx }) => obx)
const flagsOf = (message: Er7Message): Er7Segment[] => message.once(flags)
const coded = (message: Er7Message): Er7Segment[] => flagsOf(message).filter(obx => trimmed(obx, 2) !== 'ED')
const of =
  (name: string) =>
  (message: Er7Message): readonly Er7Segment[] =>
    message.all(name)

const REMARKS: readonly Remark[] = [
  { code: 'metadata.former-name', at: '3', segments: flagsOf, isMeant: obx => isFormerName(trimmed(obx, 3)) },
  { code: 'metadata.coding-system', at: '3.3', segments: flagsOf, isMeant: obx => trimmed(obx, 3, 1, 3) !== METADATA_SYSTEM },
  { code: 'metadata.answer-system', at: '5.3', segments: coded, isMeant: obx => trimmed(obx, 5, 1, 3) !== 'expandedYes-NoIndicator' },
  { code: 'metadata.comp-lot', at: '3', segments: of('OBX'), isMeant: obx => trimmed(obx, 3) === 'COMP_LOT' },
  { code: 'document.coding-system', at: '3.3', segments: documentSegments, isMeant: obx => !['LN', 'TRE_A05'].includes(trimmed(obx, 3, 1, 3) ?? '') },
  { code: 'document.base64-padding', at: '5.5', segments: documentSegments, isMeant: obx => obx.bytes(5, 1, 5).length % 4 !== 0 },
  { code: 'document.availability', at: '17', segments: of('TXA'), isMeant: txa => trimmed(txa, 17) !== 'AU' },
  { code: 'document.id-namespace', at: '12.2', segments: of('TXA'), isMeant: txa => [12, 13].some(field => trimmed(txa, field, 1, 2) !== undefined) },
  { code: 'participation.coding-system', at: '4.3', segments: of('PRT'), isMeant: prt => trimmed(prt, 4, 1, 3) !== 'participation' },
  {
    code: 'participation.address-place',
    at: '16',
    segments: of('PRT'),
    isMeant: prt => trimmed(prt, 15, 1, 4) === undefined && trimmed(prt, 16, 1, 4) !== undefined,
  },
  { code: 'professional.id-form', at: '5', segments: of('PRT'), isMeant: isOtherProfessionalForm },
  { code: 'structure.id-form', at: '8.10', segments: of('PRT'), isMeant: prt => isFiness(trimmed(prt, 8, 1, 10) ?? '') },
]

export function practiceFindings(message: Er7Message): Finding[] {
  return REMARKS.flatMap(({ code, at, segments, isMeant }) => {
    const segment = segments(message).find(isMeant)
    return segment === undefined ? [] : [{ code, severity: 'information' as const, path: `${segment.path}-${at}` }]
  })
}

/** IDNPS is 8 and the 11 digits of the RPPS; RPPS is these alone. */
function isOtherProfessionalForm(prt: Er7Segment): boolean {
  const [id, type] = [trimmed(prt, 5), trimmed(prt, 5, 1, 13)]
  const length = type === 'IDNPS' ? 12 : type === 'RPPS' ? 11 : undefined
  return id !== undefined && length !== undefined && /^\d+$/.test(id) && id.length !== length
}
