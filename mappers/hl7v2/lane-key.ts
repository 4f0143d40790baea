/*
  Whose message it is, from the bytes.
*/
import { insKindOf } from '../../profiles/identity.ts'
import type { PersonIdentifier } from './transmission.ts'

/** The sender's own number of the person, else the INS; of several the first in order, so that the order in PID-3 does not matter. */
export function laneKeyOf(identifiers: readonly PersonIdentifier[]): string | undefined {
  const ipps = identifiers.filter(one => one.type === 'PI' && one.authority !== '').map(one => `ipp|${one.authority}|${one.value}`)
  const matricules = identifiers.filter(one => insKindOf(one.authority) !== undefined).map(one => `ins|${one.value}`)
  return ipps.sort()[0] ?? matricules.sort()[0]
}
