/*
  One movement of a stay as its message says it (PAM-FR 2.11): what the ledger keeps of it, and all that the state of the stay is made from.
*/
import type { PostalAddress } from '../../cda/header/header.ts'

export type MovementKind = 'insert' | 'update' | 'cancel'

/** XON of a unit (UF), PV1-3 or ZBE-7, ZBE-8. */
export interface Unit {
  code: string
  name?: string
  /** Who numbers the units. */
  authority?: string
}

/** PV1-3: the unit that lodges the person, and where in it. */
export interface Place {
  unit?: Unit
  room?: string
  bed?: string
  /** PV1-3.4, its identifier. */
  facility?: string
  /** PV1-3.4, its name. */
  facilityName?: string
}

export interface Attendant {
  /** ATND, REF, CON, ADM: PV1-7, 8, 9, 17. */
  role: 'ATND' | 'REF' | 'CON' | 'ADM'
  id: string
  /** OID; absent where the message names none and the number is of no national form. */
  authority?: string
  family?: string
  given?: string
}

/** A code, as the hospital has it, with its words. */
export interface Word {
  code?: string
  text?: string
}

export interface FormerStay {
  value: string
  system: string
}

/** What no element of an Encounter holds. */
export interface Particulars {
  /** ZFV-1.2 */
  lastStayAt?: string
  /** ZFV-2 */
  exitTransport?: Word
  /** ZFV-4, ZFV-5: a placement in psychiatry. */
  placedAt?: string
  placedUntil?: string
  /** ZFV-6, ORI and DST. */
  originAddress?: PostalAddress
  destinationAddress?: PostalAddress
  /** ZFV-7: the number of the stay in the facility the person comes from. */
  originStay?: FormerStay
  /** ZFV-8 */
  archive?: string
  /** ZFV-11 */
  transportCharge?: Word
  /** ZFM-5 */
  emergencyPassage?: string
}

/** What the message says of the stay at that moment. A time is a FHIR dateTime. */
export interface StayContent {
  class: 'E' | 'I' | 'O' | 'R' | 'N'
  place?: Place
  medicalUnit?: Unit
  careUnit?: Unit
  /** ZBE-9, its letters in the order of the profile. */
  nature?: string
  admittedAt?: string
  dischargedAt?: string
  /** EVN-3, else PV2-8. */
  plannedAt?: string
  /** PV1-5 */
  preadmission?: string
  /** ZFM-1, ZFM-3 */
  entryMode?: string
  origin?: string
  /** ZFM-2, ZFM-4 */
  exitMode?: string
  destination?: string
  /** ZFV-9: the hospital's own words. */
  exitWords?: string
  /** ZFV-1 */
  originFacility?: string
  /** PV2-3.2 */
  reason?: string
  attendants?: Attendant[]
  particulars?: Particulars
}

export interface Movement {
  /** ZBE-1, each repetition: `id|authority`. Any of them names the movement. */
  ids: string[]
  kind: MovementKind
  /** What is inserted: MSH-9.2, or ZBE-6 of an update and a cancellation. */
  trigger: string
  /** ZBE-2, an instant. */
  startsAt: string
  /** EVN-2, else MSH-7, an instant: the place of this message in what the sender did. */
  recordedAt: string
  /** ZBE-5 */
  isHistoric: boolean
  visit: { system: string; value: string }
  /** Which person, in a form that does not change between messages. */
  personKey: string
  content: StayContent
}
