/*
  What makes an identity: the INS and its key, the keys of RPPS and SIREN, which INS belongs to which environment, equality of traits, reliability.
    matricule INS => 13 characters + key of 2 digits; key = 97 - (first 13 mod 97), with 2A as 19 and 2B as 18 (Corsica)
*/
import type { Identifier } from 'fhir/r4.js'
import { SYSTEM } from './canonicals.ts'
import { OID } from './oids.ts'

export type Environment = 'test' | 'production'
export type IdentityTag = 'provisoire' | 'recuperee' | 'validee' | 'qualifiee'

export interface InsKind {
  /** Code of fr-core-cs-v2-0203. */
  type: 'INS-NIR' | 'INS-NIA' | 'INS-NIR-TEST' | 'INS-NIR-DEMO'
  environment: Environment
  /** `use` of a verified one. */
  use: 'official' | 'temp'
}

const INS_KINDS: ReadonlyMap<string, InsKind> = new Map([
  [OID.insNir, { type: 'INS-NIR', environment: 'production', use: 'official' }],
  [OID.insNia, { type: 'INS-NIA', environment: 'production', use: 'temp' }],
  [OID.insNirTest, { type: 'INS-NIR-TEST', environment: 'test', use: 'official' }],
  [OID.insNirDemo, { type: 'INS-NIR-DEMO', environment: 'test', use: 'official' }],
] as const)

/** The kind of INS an identifier root stands for; undefined for every other identifier. */
export function insKindOf(root: string): InsKind | undefined {
  return INS_KINDS.get(root)
}

/** Does this identifier say that it is an INS? System and type together do: a number of social security has the system alone (fhir-fr.md 1.1). */
export function isIns({ system = '', type }: Identifier): boolean {
  const kind = insKindOf(system.replace(/^urn:oid:/, ''))
  return kind !== undefined && type?.coding?.some(coding => coding.system === SYSTEM.fr0203 && coding.code === kind.type) === true
}

export const isInsRoot = (root: string): boolean => INS_KINDS.has(root)

/** The authorities of verified INS in this environment. */
export function insRootsOf(environment: Environment): string[] {
  return [...INS_KINDS].filter(([, kind]) => kind.environment === environment && kind.use === 'official').map(([root]) => root)
}

const INS_FORM = /^[1-9]\d{4}(?:\d{2}|2[AB])\d{6}\d{2}$/

/** Fifteen characters with a right key. */
export function hasValidInsKey(matricule: string): boolean {
  if (!INS_FORM.test(matricule)) return false
  const digits = matricule.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return 97 - Number(BigInt(digits) % 97n) === Number(matricule.slice(13))
}

/** The key of Luhn, as RPPS, SIREN and SIRET carry it. */
export function hasLuhnKey(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at])
    const weighed = at % 2 === 1 ? digit * 2 : digit
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return sum % 10 === 0
}

export function isRpps(text: string): boolean {
  return /^\d{11}$/.test(text) && hasLuhnKey(text)
}

export function isSiren(text: string): boolean {
  return /^\d{9}$/.test(text) && hasLuhnKey(text)
}

/** La Poste has more establishments than keys of Luhn: the digits of theirs add up to a multiple of five. */
export function isSiret(text: string): boolean {
  if (!/^\d{14}$/.test(text)) return false
  const isOfLaPoste = text.startsWith('356000000') && [...text].reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0
  return hasLuhnKey(text) || isOfLaPoste
}

export function isFiness(text: string): boolean {
  return /^(?:\d{2}|2[AB])\d{7}$/.test(text)
}

/** The five traits that travel with a qualified INS. */
export interface Traits {
  birthFamily?: string
  firstGiven?: string
  /** YYYY-MM-DD */
  birthDate?: string
  sex?: 'male' | 'female' | 'other' | 'unknown'
  /** COG */
  birthPlaceCode?: string
}

const TRAITS = ['birthFamily', 'firstGiven', 'birthDate', 'sex', 'birthPlaceCode'] as const

export function missingTraits(traits: Traits): (keyof Traits)[] {
  return TRAITS.filter(trait => traits[trait] === undefined)
}

/**
 * Compares two sets of traits.
 * Out:  the traits that both have and that differ; names are compared without accents, case, hyphens and apostrophes.
 * Spec: RNIV; fhir-fr.md 1.4 "a trait differs".
 */
export function differingTraits(known: Traits, incoming: Traits): (keyof Traits)[] {
  return TRAITS.filter(trait => {
    const [left, right] = [known[trait], incoming[trait]]
    return left !== undefined && right !== undefined && !isSameName(left, right)
  })
}

/** The same but for accents, case, hyphens and apostrophes. */
export function isSameName(left: string, right: string): boolean {
  return comparable(left) === comparable(right)
}

function comparable(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/œ/gi, 'OE')
    .replace(/æ/gi, 'AE')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim()
}

const VALIDATED = new Set(['VALI', 'QUAL'])
const FETCHED = new Set(['RECUP'])
const NEVER_SHARED = new Set(['DOUT', 'FICT'])

/**
 * The reliability of an identity.
 * In:   the statuses of PID-32 (HL7 table 0445, French codes), and whether a verifiable INS with its traits came along.
 * Spec: RNIV; fhir-fr.md 1.2.
 */
export function identityTag(statuses: readonly string[], hasVerifiableIns: boolean): IdentityTag {
  if (statuses.some(status => NEVER_SHARED.has(status))) return 'provisoire'
  if (statuses.some(status => VALIDATED.has(status))) return hasVerifiableIns ? 'qualifiee' : 'validee'
  return statuses.some(status => FETCHED.has(status)) ? 'recuperee' : 'provisoire'
}
