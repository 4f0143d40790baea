/*
  Who a Patient says he is: which INS may be trusted, the local numbers, the traits, the reliability; pure.
    INS        => system and type together (fhir-fr.md 1.1); with its own use, a right key, VALI or QUAL and the five traits it is qualified
    local      => every other identifier with its own system, but social security, INS-C and numbers of old
    status     => identityStatus in either French code system; PROV with methodCollection INSI is "récupérée"
*/
import type { Extension, Identifier, Patient } from 'fhir/r4.js'
import { stated } from '../../../mappers/cda/datatypes.ts'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import { hasValidInsKey, identityTag, insKindOf, isIns, isInsRoot, missingTraits, type Traits } from '../../../profiles/identity.ts'
import { OID } from '../../../profiles/oids.ts'
import type { IdentityKey, PersonClaim } from '../../ledger/identity/persons.ts'

/** Numbers that lead to nobody: the social-security number is no INS, and an INS-C was never verified. */
const NO_KEYS: ReadonlySet<string> = new Set([OID.nssNir, OID.nssNia, OID.insC].map(oid => `urn:oid:${oid}`))

export function readPersonClaim(patient: Patient): PersonClaim {
  const traits = traitsOf(patient)
  const identifiers = patient.identifier ?? []
  const statuses = statusesOf(patient)
  const ins = identifiers.find(isIns)
  const isWhole = missingTraits(traits).length === 0 && officialName(patient)?.extension?.some(one => one.url === EXTENSION.birthListGivenName) === true
  const tag = identityTag(statuses, ins !== undefined && isWhole && isVerifiable(ins))
  const key = ins === undefined ? undefined : keyOf(ins)
  return {
    ...(key === undefined ? {} : { ins: { ...key, isQualified: tag === 'qualifiee' } }),
    ipps: identifiers.filter(isLocal).flatMap(one => keyOf(one) ?? []),
    traits,
    tag,
  }
}

/** An identifier that a condition may name, but which only a qualified person answers to. */
export function isInsSystem(system: string): boolean {
  return isInsRoot(system.replace(/^urn:oid:/, ''))
}

const kindOf = ({ system = '' }: Identifier) => insKindOf(system.replace(/^urn:oid:/, ''))

function isVerifiable(ins: Identifier): boolean {
  const isReceived = ins.extension?.some(one => one.url === EXTENSION.insStatus) === true
  return !isReceived && ins.use === kindOf(ins)?.use && hasValidInsKey(ins.value ?? '')
}

function isLocal({ system = '', use }: Identifier): boolean {
  return system !== '' && use !== 'old' && !isInsSystem(system) && !NO_KEYS.has(system)
}

function keyOf({ system, value }: Identifier): IdentityKey | undefined {
  return system === undefined || value === undefined ? undefined : { system, value }
}

const codeOf = (extension: Extension | undefined, url: string): string | undefined => extension?.extension?.find(one => one.url === url)?.valueCoding?.code

export const reliabilityOf = (patient: Patient): Extension | undefined => patient.extension?.find(one => one.url === EXTENSION.identityReliability)

/** The code of identityStatus, as it was sent. */
export const readStatus = (patient: Patient): string | undefined => codeOf(reliabilityOf(patient), 'identityStatus')

function statusesOf(patient: Patient): string[] {
  const status = readStatus(patient)
  const isFetched = status === 'PROV' && codeOf(reliabilityOf(patient), 'methodCollection') === 'INSI'
  return status === undefined ? [] : [isFetched ? 'RECUP' : status]
}

const officialName = (patient: Patient) => patient.name?.find(name => name.use === 'official')

function traitsOf(patient: Patient): Traits {
  const name = officialName(patient)
  const place = patient.extension?.find(one => one.url === EXTENSION.birthPlace)?.valueAddress
  const commune = place?.extension?.find(one => one.url === EXTENSION.addressInseeCode)?.valueCoding?.code
  const given = name?.given?.[0]
  return {
    ...(name?.family === undefined ? {} : { birthFamily: name.family }),
    ...stated({ firstGiven: given, birthDate: patient.birthDate, sex: patient.gender, birthPlaceCode: commune }),
  }
}

/** Where a Patient carries each trait. */
export const TRAIT_ELEMENTS: Record<keyof Traits, string> = {
  birthFamily: 'name',
  firstGiven: 'name',
  birthDate: 'birthDate',
  sex: 'gender',
  birthPlaceCode: 'extension',
}
