/*
  Reads ZFA: what the person said of the national record (PAM-FR 2.11).
    ZFA 1 state of the record, 9 feeding INO | IO | NA, 10 when, 11 consultation IC | INC | NA, 12 when
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { readTime } from '../../cda/timestamps.ts'
import { trimmed } from '../reading/read-patient.ts'

export interface DmpChoice {
  nature: 'dmp-alimentation' | 'dmp-consultation'
  /** INO, IO, IC, INC */
  code: string
  isDenied: boolean
  /** A FHIR dateTime. */
  saidAt: string
  /** MSH-7 */
  sentAt: string
}

const CHOICES = [
  { nature: 'dmp-alimentation', field: 9, permits: 'INO', denies: 'IO' },
  { nature: 'dmp-consultation', field: 11, permits: 'IC', denies: 'INC' },
] as const

/** What was not asked (NA) is no choice; a choice without a date was made when the message was written. */
export function readDmpChoices(message: Er7Message): DmpChoice[] {
  const zfa = message.first('ZFA')
  const sentAt = readTime(trimmed(message.first('MSH'), 7))?.value
  return CHOICES.flatMap(({ nature, field, permits, denies }) => {
    const code = trimmed(zfa, field)
    const saidAt = readTime(trimmed(zfa, field + 1) ?? trimmed(zfa, 2))?.value ?? sentAt
    if (saidAt === undefined || sentAt === undefined || (code !== permits && code !== denies)) return []
    return [{ nature, code, isDenied: code === denies, saidAt, sentAt }]
  })
}
