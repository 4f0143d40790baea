/*
  Names the person of a stay in a form that is the same in each message of a hospital, whatever else it says of him.
*/
import { HUB } from '../../../profiles/canonicals.ts'
import { insKindOf } from '../../../profiles/identity.ts'
import { urnOf } from '../../cda/datatypes.ts'
import { isLocalNumber } from '../../transmission-to-transaction/person.ts'
import type { PersonIdentifier } from '../transmission.ts'

/** The hospital's own number if its authority is an OID, else the INS, else any number; of several the first in order. */
export function personKeyOf(identifiers: readonly PersonIdentifier[]): string {
  const keys = (isOne: (one: PersonIdentifier) => boolean) =>
    identifiers
      .filter(isOne)
      .map(({ authority, value }) => `${urnOf(authority) ?? authority}|${value}`)
      .sort()
  const isIns = ({ authority }: PersonIdentifier): boolean => insKindOf(authority) !== undefined
  return keys(one => isLocalNumber(one.authority, one.type))[0] ?? keys(isIns)[0] ?? keys(() => true)[0] ?? ''
}

/** The system of a structure's own numbers: its OID, else the hub's name for it. */
export const numberSystemOf = (authority: string): string => urnOf(authority) ?? `${HUB}NamingSystem/ipp/${encodeURIComponent(authority)}`
