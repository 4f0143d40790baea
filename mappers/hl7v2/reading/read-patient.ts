/*
  Reads whom the message is about, and the visit.
    PID-3 = CX: value, 4 authority (4.2 OID), 5 type      PID-5 = XPN: family, given, 3 list of given names, 7 type
    PID-11 type BDL: 9 = commune of birth (COG)           PID-18 account, PID-32 reliability (VALI …)
    PV1-2 = E | I | O | R | N      PV1-19 = visit number      PV1-44, PV1-45 = admission, discharge
*/
import { HUB } from '../../../profiles/canonicals.ts'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { urnOf } from '../../cda/datatypes.ts'
import type { Readers, ReadTracker } from '../../cda/xml/tracker.ts'
import { present } from '../../cda/read-datatypes.ts'
import { authorityOf } from './person-numbers.ts'
import type { PersonIdentifier, Transmission } from './transmission.ts'

type Name = Transmission['patient']['names'][number]

const PATIENT: Readers<Transmission['patient'], { message: Er7Message; pid: Er7Segment | undefined }> = {
  identifiers: ({ message, pid }) => readIdentifiers(message, pid),
  identityStatus: ({ pid }) => repeated(pid, 32, at => trimmed(pid, 32, at)),
  accountNumber: ({ pid }) => trimmed(pid, 18),
  names: ({ pid }) => repeated(pid, 5, at => readName(pid, at)),
  birthDate: ({ pid }) => trimmed(pid, 7),
  sex: ({ pid }) => trimmed(pid, 8),
  birthPlaceCode: ({ pid }) => readBirthPlaceCode(pid),
}

export const readPatient = (message: Er7Message, tracker: ReadTracker): Transmission['patient'] =>
  tracker.object(PATIENT, { message, pid: message.first('PID') })

/** The numbers of a person in PID-3 or MRG-1. */
export function readIdentifiers(message: Er7Message, segment: Er7Segment | undefined, field = 3): PersonIdentifier[] {
  return repeated(segment, field, at => {
    const value = trimmed(segment, field, at)
    if (value === undefined) return undefined
    const part = (subcomponent: number): string | undefined => trimmed(segment, field, at, 4, subcomponent)
    return { value, authority: authorityOf(part, () => facilityOf(message)), ...present({ authorityName: part(1), type: trimmed(segment, field, at, 5) }) }
  })
}

/** MSH-4 */
function facilityOf(message: Er7Message): string {
  const msh = message.first('MSH')
  return trimmed(msh, 4, 1, 2) ?? trimmed(msh, 4) ?? ''
}

/** A number has a meaning with its authority only; one that is no OID is named under the hub, without any it is its sender's. In: a CX. */
export function readVisitNumber(message: Er7Message, segment: Er7Segment | undefined, field: number): { system: string; value: string } | undefined {
  const value = trimmed(segment, field)
  if (value === undefined) return undefined
  const authority = trimmed(segment, field, 1, 4, 2) ?? trimmed(segment, field, 1, 4) ?? facilityOf(message)
  return { system: urnOf(authority) ?? `${HUB}NamingSystem/visit/${encodeURIComponent(authority)}`, value }
}

const VISIT: Readers<Transmission['visit'], { message: Er7Message; pv1: Er7Segment | undefined }> = {
  class: ({ pv1 }) => visitClass(trimmed(pv1, 2)),
  number: ({ message, pv1 }) => readVisitNumber(message, pv1, 19),
  admittedAt: ({ pv1 }) => trimmed(pv1, 44),
  dischargedAt: ({ pv1 }) => trimmed(pv1, 45),
}

export const readVisit = (message: Er7Message, tracker: ReadTracker): Transmission['visit'] => tracker.object(VISIT, { message, pv1: message.first('PV1') })

/** N where the message says nothing sound; the judge has refused it before. */
function visitClass(code: string | undefined): Transmission['visit']['class'] {
  switch (code) {
    case 'E':
    case 'I':
    case 'O':
    case 'R':
      return code
    default:
      return 'N'
  }
}

function readName(pid: Er7Segment | undefined, at: number): Name | undefined {
  const said = present({ given: trimmed(pid, 5, at, 2), givenList: trimmed(pid, 5, at, 3), type: trimmed(pid, 5, at, 7) })
  const family = trimmed(pid, 5, at) ?? ''
  return family === '' && said.given === undefined ? undefined : { family, ...said }
}

function readBirthPlaceCode(pid: Er7Segment | undefined): string | undefined {
  for (let at = 1; at <= (pid?.repetitions(11) ?? 0); at++) if (trimmed(pid, 11, at, 7) === 'BDL') return trimmed(pid, 11, at, 9)
  return undefined
}

/** A field whose first component is empty is still there: PID-5 of an unnamed newborn, PID-3 whose first repetition is blank. */
export function hasAny(segment: Er7Segment, field: number): boolean {
  return /[\p{L}\p{N}]/u.test(segment.raw(field))
}

export function trimmed(segment: Er7Segment | undefined, field: number, repetition = 1, component = 1, subcomponent = 1): string | undefined {
  const text = segment?.text(field, repetition, component, subcomponent)?.trim()
  return text === '' ? undefined : text
}

export function repeated<T>(segment: Er7Segment | undefined, field: number, read: (at: number) => T | undefined): T[] {
  const values: T[] = []
  for (let at = 1; at <= (segment?.repetitions(field) ?? 0); at++) {
    const value = read(at)
    if (value !== undefined) values.push(value)
  }
  return values
}
