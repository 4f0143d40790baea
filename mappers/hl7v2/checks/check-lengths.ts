/*
  Checks the fields by which persons, visits and movements are known: a key of the ledger has its end.
    PID-3 and MRG-1 = { CX }      PV1-19 = CX      ZBE-1 = { EI }
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { type Fault, faultAt } from '../fault.ts'
import { repeated } from '../reading/read-patient.ts'

/** Bytes of one component; HL7 has 250 for all of them. */
const LONGEST = 400
/** Value, and who gave it. */
const COMPONENTS = [1, 2, 3, 4]
const KEYS = { PID: 3, MRG: 1, PV1: 19, ZBE: 1 }

export function checkLengths(message: Er7Message): Fault[] {
  return Object.entries(KEYS).flatMap(([name, field]) =>
    message
      .all(name)
      .filter(segment => isTooLong(segment, field))
      .map(segment => faultAt('hl7v2.data_type', segment, field)),
  )
}

const isTooLong = (segment: Er7Segment, field: number): boolean =>
  repeated(segment, field, at => COMPONENTS.some(component => segment.bytes(field, at, component).length > LONGEST)).includes(true)
