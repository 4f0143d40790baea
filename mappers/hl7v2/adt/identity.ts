/*
  A change of identity as it was sent: whose numbers, and which numbers lead to somebody else until now.
    A28, A31  one person      A24, A37  two persons, joined or parted      A40  { person, MRG-1 his former number }+      A47  person, MRG-1 the number that changes
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { SearchKey } from '../../transmission-to-transaction/transaction.ts'
import { laneKeyOf, searchKeysOf } from '../reading/person-numbers.ts'
import { readIdentifiers } from '../reading/read-patient.ts'
import type { PersonIdentifier } from '../reading/transmission.ts'

export interface NamedPerson {
  keys: SearchKey[]
  /** As the lane of his messages is named. */
  laneKey?: string
}

export interface IdentityChange {
  trigger: 'A24' | 'A28' | 'A31' | 'A37' | 'A40' | 'A47'
  /** Each PID, with the MRG behind it. */
  persons: (NamedPerson & { former?: NamedPerson })[]
}

const TRIGGERS = ['A24', 'A28', 'A31', 'A37', 'A40', 'A47'] as const

/** Undefined for another trigger. */
export function readIdentityChange(message: Er7Message, trigger: string): IdentityChange | undefined {
  const known = TRIGGERS.find(one => one === trigger)
  if (known === undefined) return undefined
  const former = message.all('MRG')
  return {
    trigger: known,
    persons: message.all('PID').map((pid, at) => {
      const mrg = former[at]
      return { ...namedBy(readIdentifiers(message, pid)), ...(mrg === undefined ? {} : { former: namedBy(readIdentifiers(message, mrg, 1)) }) }
    }),
  }
}

function namedBy(identifiers: readonly PersonIdentifier[]): NamedPerson {
  const laneKey = laneKeyOf(identifiers)
  return { keys: searchKeysOf(identifiers), ...(laneKey === undefined ? {} : { laneKey }) }
}

export const isSameNumber = (left: readonly SearchKey[], right: readonly SearchKey[]): boolean =>
  left.some(one => right.some(other => other.system === one.system && other.value === one.value))
