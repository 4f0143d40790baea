/*
  Which numbers are the person: one rule for lanes, stays, merges and Patients, whether they stand in PID-3, MRG-1 or recordTarget.
    INS      by its authority
    local    of an establishment for its patient: any other that has an authority, but social security, INS-C, and what CX.5 says is somebody or something else
*/
import { HUB } from '../../../profiles/canonicals.ts'
import { isFiness, isInsRoot } from '../../../profiles/identity.ts'
import { OID } from '../../../profiles/oids.ts'
import { urnOf } from '../../cda/datatypes.ts'
import type { SearchKey } from '../../transmission-to-transaction/transaction.ts'
import type { PersonIdentifier } from './transmission.ts'

type Numbered = Pick<PersonIdentifier, 'authority' | 'value'> & { type?: string | undefined }

const NAMED = `${HUB}NamingSystem/ipp/`

/** CX.4.3 of an identifier that means something beyond its sender. */
const SHARED: readonly (string | undefined)[] = ['DNS', 'GUID', 'UUID', 'URI', 'HL7']

/** The authority of a CX: its OID, else a name under the hub; one that its sender made up (none, too) is his own. In: the parts of CX.4, and MSH-4. */
export function authorityOf(part: (at: number) => string | undefined, facility: () => string): string {
  const id = part(2) ?? part(1) ?? ''
  if (urnOf(id) !== undefined) return id
  const isShared = isFiness(id) || (part(2) !== undefined && SHARED.includes(part(3)))
  return `${NAMED}${encodeURIComponent(isShared ? id : `${facility()}/${id}`)}`
}

/** Undefined for an authority that means nothing to anybody else: a root of a CDA that is no OID. */
const systemOf = (authority: string): string | undefined => urnOf(authority) ?? (authority.startsWith(NAMED) ? authority : undefined)

/** CX.5 (HL7 table 0203) of an account or a visit, of an insured or who pays for him, of a pharmacy's file, of an INS; any other type, or none as in a CDA, is the person. */
const NOT_LOCAL = new Set('AN ANC AND ANT VN SS SN NH HC MA MB MC WC GI GN BA BC NDP INS INS-C INS-NIR INS-NIA'.split(' '))
const NATIONAL: ReadonlySet<string> = new Set([OID.nssNir, OID.nssNia, OID.insC])

export const isLocalNumber = ({ authority, type = '' }: Pick<Numbered, 'authority' | 'type'>): boolean =>
  systemOf(authority) !== undefined && !isInsRoot(authority) && !NATIONAL.has(authority) && !NOT_LOCAL.has(type)

const keysIn = (numbers: readonly Numbered[]): SearchKey[] => numbers.map(({ authority, value }) => ({ system: systemOf(authority) ?? authority, value }))

export const localNumbersOf = (numbers: readonly Numbered[]): SearchKey[] => keysIn(numbers.filter(isLocalNumber))

/** Keys by which the ledger knows persons. */
export const searchKeysOf = (numbers: readonly Numbered[]): SearchKey[] => keysIn(numbers.filter(one => isInsRoot(one.authority) || isLocalNumber(one)))

/** The one by which a sender means somebody in all his messages: what he calls his own (PI), else another local one, else the INS; of several the first in order. */
function mainOf(numbers: readonly Numbered[]): SearchKey | undefined {
  const local = numbers.filter(isLocalNumber)
  return firstOf(local.filter(({ type }) => type === 'PI')) ?? firstOf(local) ?? firstOf(numbers.filter(({ authority }) => isInsRoot(authority)))
}

const firstOf = (numbers: readonly Numbered[]): SearchKey | undefined =>
  keysIn(numbers).sort((left, right) => (laneKeyOfNumber(left) < laneKeyOfNumber(right) ? -1 : 1))[0]

/** Names the person of a stay, the same in each message of a hospital; by any number where none is his. */
export function personKeyOf(numbers: readonly Numbered[]): string | undefined {
  const main = mainOf(numbers) ?? firstOf(numbers)
  return main === undefined ? undefined : `${main.system}|${main.value}`
}

/** Whose message it is. */
export function laneKeyOf(numbers: readonly Numbered[]): string | undefined {
  const main = mainOf(numbers)
  return main === undefined ? undefined : laneKeyOfNumber(main)
}

/** In: an INS, or a number by its system. */
export function laneKeyOfNumber({ system, value }: SearchKey): string {
  const authority = system.replace(/^urn:oid:/, '')
  return isInsRoot(authority) ? `ins|${value}` : `ipp|${authority}|${value}`
}
