/*
  What a PID asks to hold no longer: two quotes in a field, and nothing else. Where a person was born, who he is and his numbers are deleted by no message.
    PID-7 birth date      PID-8 sex      PID-11 addresses      PID-13, 40 telecom but at work      PID-14 telecom at work      PID-24, 25 multiple birth      PID-29, 30 death
*/
import type { Er7Segment } from '../../profiles/hl7v2/er7-segment.ts'
import { hasAny } from '../hl7v2/reading/read-patient.ts'

const PARTS = [
  [7, 'birthDate'],
  [8, 'gender'],
  [11, 'address'],
  [13, 'telecom'],
  [14, 'telecom.work'],
  [24, 'multipleBirth'],
  [25, 'multipleBirth'],
  [29, 'deceased'],
  [30, 'deceased'],
  [40, 'telecom'],
] as const

/** An element of Patient, a choice by its stem. */
export type DeletedPart = (typeof PARTS)[number][1]

export function deletedIn(pid: Er7Segment | undefined): DeletedPart[] {
  const parts = PARTS.flatMap(([field, part]) => (pid?.raw(field).includes('""') === true && !hasAny(pid, field) ? [part] : []))
  return [...new Set(parts)]
}
