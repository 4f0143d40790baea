/*
  Finds the fields of ZBE, also where a sender has put one too many or one too few.
    ZBE => 1 id, 2 start, 3 (never), 4 INSERT | UPDATE | CANCEL, 5 historic Y | N, 6 original trigger, 7 medical unit, 8 care unit, 9 nature
  As sent in the wild: without ZBE-3 or ZBE-6, with an empty field before one of them, or with a set id first. Strict: told as a fault at the first field that does not hold
  its own; lenient: read where it stands, with a finding.
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { MOVEMENT_ACTS } from '../../../profiles/hl7v2/tables.ts'
import { trimmed } from '../reading/read-patient.ts'
import { isHl7Time } from '../time.ts'

export interface Zbe {
  segment: Er7Segment | undefined
  /** One message tells of one movement. */
  isAlone: boolean
  shift?: Shift
  isLenient: boolean
}

/** From `field` on everything stands beside its place: `by` 1 behind an empty field that is too many, -1 behind one that was left out. */
interface Shift {
  field: number
  by: 1 | -1
}

type Reader = (field: number) => string | undefined

const ACTS: readonly string[] = MOVEMENT_ACTS
const isAct = (text: string | undefined): boolean => ACTS.includes(text?.toUpperCase() ?? '')
const isYesNo = (text: string | undefined): boolean => text === 'Y' || text === 'N'
const isTrigger = (text: string | undefined): boolean => /^[A-Z]\d\d$/.test(text ?? '')
const isTime = (text: string | undefined): boolean => text !== undefined && isHl7Time(text)

const SHIFTS: readonly (Shift & { isSeen(at: Reader): boolean })[] = [
  { field: 3, by: -1, isSeen: at => isAct(at(3)) },
  { field: 1, by: 1, isSeen: at => at(1) === undefined && isTime(at(3)) && isAct(at(5)) },
  { field: 2, by: 1, isSeen: at => at(2) === undefined && isTime(at(3)) && isAct(at(5)) },
  // A set id, as other segments have one, before the movement's own.
  { field: 1, by: 1, isSeen: at => !isTime(at(2)) && isTime(at(3)) && isAct(at(5)) },
  { field: 4, by: 1, isSeen: at => at(4) === undefined && isAct(at(5)) },
  { field: 5, by: 1, isSeen: at => isAct(at(4)) && at(5) === undefined && isYesNo(at(6)) },
  { field: 6, by: 1, isSeen: at => isAct(at(4)) && isYesNo(at(5)) && at(6) === undefined && isTrigger(at(7)) },
  { field: 6, by: -1, isSeen: at => isAct(at(4)) && isYesNo(at(5)) && at(6) !== undefined && !isTrigger(at(6)) },
]

export function locateZbe(message: Er7Message, policy: 'strict' | 'lenient'): Zbe {
  const [segment, another] = message.all('ZBE')
  const seen = SHIFTS.find(({ isSeen }) => isSeen(field => trimmed(segment, field)))
  return {
    segment,
    isAlone: another === undefined,
    isLenient: policy === 'lenient',
    ...(seen === undefined ? {} : { shift: { field: seen.field, by: seen.by } }),
  }
}

/** A component of a field, where it stands if this sender may shift. */
export function zbeText({ segment, shift, isLenient }: Zbe, field: number, options: { repetition?: number; component?: number; subcomponent?: number } = {}) {
  const { repetition = 1, component = 1, subcomponent = 1 } = options
  if (shift === undefined || !isLenient || field < shift.field) return trimmed(segment, field, repetition, component, subcomponent)
  if (shift.by === -1 && field === shift.field) return undefined
  return trimmed(segment, field + shift.by, repetition, component, subcomponent)
}
