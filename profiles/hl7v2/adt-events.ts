/*
  The trigger events of PAM-FR 2.11 (ITI-30, ITI-31): what each is about, in which message structure, and which insertions a cancellation takes back.
  A08 is not one of them: Z99 stands in its place.
*/
import type { AdtStructure } from './adt-grammar.ts'

export type AdtFamily = 'movement' | 'identity'

export interface AdtEvent {
  family: AdtFamily
  /** MSH-9.3 as HL7 2.5 names it. */
  structure: string
  grammar: AdtStructure
  /** Of a movement: the triggers it cancels when ZBE-4 is CANCEL; absent where it only inserts. */
  cancels?: readonly string[]
  /** Of a movement: it never inserts. */
  isCancelOnly?: true
}

const insert = (structure: string): AdtEvent => ({ family: 'movement', structure, grammar: 'ADT_VISIT' })
const cancel = (structure: string, ...cancels: string[]): AdtEvent => ({ family: 'movement', structure, grammar: 'ADT_VISIT', cancels, isCancelOnly: true })
const swap = (other: string): AdtEvent => ({ family: 'movement', structure: 'ADT_A06', grammar: 'ADT_VISIT', cancels: [other] })
const identity = (structure: string, grammar: AdtStructure): AdtEvent => ({ family: 'identity', structure, grammar })

export const ADT_EVENTS: Readonly<Record<string, AdtEvent>> = {
  A01: insert('ADT_A01'),
  A02: insert('ADT_A02'),
  A03: insert('ADT_A03'),
  A04: insert('ADT_A01'),
  A05: insert('ADT_A05'),
  A06: swap('A07'),
  A07: swap('A06'),
  A11: cancel('ADT_A09', 'A01', 'A04'),
  A12: cancel('ADT_A12', 'A02'),
  A13: cancel('ADT_A01', 'A03'),
  A14: insert('ADT_A05'),
  A15: insert('ADT_A15'),
  A16: insert('ADT_A16'),
  A21: insert('ADT_A21'),
  A22: insert('ADT_A21'),
  A25: cancel('ADT_A21', 'A16'),
  A26: cancel('ADT_A21', 'A15'),
  A27: cancel('ADT_A21', 'A14'),
  A38: cancel('ADT_A38', 'A05'),
  A52: cancel('ADT_A52', 'A21'),
  A53: cancel('ADT_A52', 'A22'),
  A54: insert('ADT_A54'),
  A55: cancel('ADT_A54', 'A54'),
  Z99: insert('ADT_A01'),
  A24: identity('ADT_A24', 'ADT_A24'),
  A28: identity('ADT_A05', 'ADT_A05'),
  A31: identity('ADT_A05', 'ADT_A05'),
  A37: identity('ADT_A37', 'ADT_A24'),
  A40: identity('ADT_A39', 'ADT_A39'),
  A47: identity('ADT_A30', 'ADT_A30'),
}

/** The update of any movement. */
export const UPDATE_EVENT = 'Z99'
/** Forbidden in ITI-31; some senders still write it for Z99. */
export const FORMER_UPDATE_EVENT = 'A08'

export function adtEventOf(trigger: string): AdtEvent | undefined {
  return Object.hasOwn(ADT_EVENTS, trigger) ? ADT_EVENTS[trigger] : undefined
}
