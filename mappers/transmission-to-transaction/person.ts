/*
  Who the person is, before any resource: identifiers of message and document together, which INS may be trusted, the traits, the reliability.
*/
import {
  type Environment,
  hasValidInsKey,
  type IdentityTag,
  identityTag,
  insKindOf,
  type InsKind,
  isInsRoot,
  missingTraits,
  type Traits,
} from '../../profiles/identity.ts'
import { FRC_IDENTITY_RELIABILITY } from '../../profiles/tables/frc-identity-reliability.ts'
import { urnOf } from '../cda/datatypes.ts'
import type { CdaHeader, PatientTraits } from '../cda/header/header.ts'
import { present } from '../cda/read-datatypes.ts'
import { toDate } from '../cda/timestamps.ts'
import { isLocalNumber, localNumbersOf, personKeyOf } from '../hl7v2/reading/person-numbers.ts'
import type { PersonIdentifier } from '../hl7v2/reading/transmission.ts'
import type { Finding } from '../mapper.ts'
import type { SearchKey } from './transaction.ts'

interface Ins extends SearchKey {
  kind: InsKind
  isQualified: boolean
}

export interface Person {
  ins: Ins | undefined
  /** Local numbers, each with its own system. */
  ipps: SearchKey[]
  /** Names him in his stays. */
  key: string | undefined
  /** Numbers that are neither: social security, old INS-C. */
  others: { authority: string; value: string }[]
  traits: Traits
  tag: IdentityTag
  /** How and when the sender came by the identity. */
  collected?: { method?: string; date?: string }
  /** The document the identity was proved with: a code of PAM-FR. */
  proof?: string
  particulars?: IdentityParticulars
}

/** What R4 has no element for. */
export interface IdentityParticulars {
  /** Day, month and year of another calendar, `JJ/MM/AAAA`. */
  lunarBirthDate?: string
  /** At birth. */
  gestationWeeks?: number
  /** Does the person agree to be written to by SMS? */
  agreesToSms?: boolean
  /** The date of birth was set right. */
  isBirthDateCorrected?: boolean
  /** Until when the document counts by which the identity was proved. */
  proofEndsAt?: string
}

interface PersonOptions {
  environment: Environment
  findings: Finding[]
  /** Where the traits stand; in a CDA if not said. */
  traitPaths?: TraitPaths
}

/** `givenList`: the whole list of given names. */
export type TraitPaths = Record<keyof Traits | 'givenList', string>

/**
 * Decides what an incoming identity is worth.
 * In:   recordTarget of the CDA; PID-3 and PID-32 of the message.
 * Spec: fhir-fr.md 1.1 to 1.3: an INS is qualified if its key is right, it is of this environment, PID-32 says VALI and the five traits came along.
 */
export function readPerson(
  header: Pick<CdaHeader, 'patient'>,
  message: { identifiers: PersonIdentifier[]; identityStatus: string[] },
  options: PersonOptions,
): Person {
  const ids = united(header.patient, message.identifiers)
  const insId = ids.find(id => isInsRoot(id.authority))
  const traits = traitsOf(header.patient, insId !== undefined)
  const kind = insKindOf(insId?.authority ?? '')
  const isVerifiable =
    insId !== undefined && kind !== undefined && checkIns(insId, kind, { traits, hasGivenList: header.patient.birthGivenList !== undefined }, options)
  checkStatuses(message.identityStatus, options.findings)
  const tag = identityTag(message.identityStatus, isVerifiable)
  const system = insId === undefined ? undefined : urnOf(insId.authority)
  return {
    ins: insId === undefined || kind === undefined || system === undefined ? undefined : { system, value: insId.value, kind, isQualified: tag === 'qualifiee' },
    ipps: localNumbersOf(ids),
    key: personKeyOf(ids),
    others: ids.filter(id => id !== insId && !isLocalNumber(id)),
    traits,
    tag,
  }
}

const USUAL_STATUSES = new Set(['PROV', 'RECUP', 'VALI', 'QUAL'])

/** DOUT and FICT make the identity provisional (identityTag); any other word beside the four of the RNIV is worth a look. */
function checkStatuses(statuses: readonly string[], findings: Finding[]): void {
  for (const status of statuses) {
    if (!FRC_IDENTITY_RELIABILITY.has(status)) findings.push({ code: 'identity.status-unknown', severity: 'warning', path: 'PID-32' })
    else if (!USUAL_STATUSES.has(status)) findings.push({ code: 'identity.status-doubtful', severity: 'warning', path: 'PID-32' })
  }
}

interface Numbered {
  authority: string
  value: string
  path: string
  type: string | undefined
}

/** Each once; the document says no type, and of those that PID-3 says one of the person counts before an account. */
function united(patient: PatientTraits, fromMessage: PersonIdentifier[]): Numbered[] {
  const ids: Numbered[] = []
  for (const one of [
    ...patient.identifiers.map(({ root: authority, extension: value = '', path }) => ({ authority, value, path, type: undefined })),
    ...fromMessage.map(({ authority, value, type = '' }) => ({ authority, value, path: 'PID-3', type })),
  ]) {
    const known = ids.find(id => id.authority === one.authority && id.value === one.value)
    if (known === undefined) ids.push(...(one.value === '' || one.authority === '' ? [] : [one]))
    else if (known.type === undefined || (known.type !== 'PI' && isLocalNumber(one))) known.type = one.type
  }
  return ids
}

/** Each fault is said; any of them keeps the INS from being trusted. */
function checkIns(
  id: { value: string; path: string },
  kind: InsKind,
  { traits, hasGivenList }: { traits: Traits; hasGivenList: boolean },
  options: PersonOptions,
): boolean {
  const before = options.findings.length
  const paths = options.traitPaths ?? CDA_PATHS
  const note = (code: string, path: string) => options.findings.push({ code, severity: options.environment === 'production' ? 'warning' : 'information', path })
  if (!hasValidInsKey(id.value)) note('ins.key-wrong', id.path)
  if (kind.environment !== options.environment) note('ins.other-environment', id.path)
  for (const trait of missingTraits(traits)) note('ins.trait-missing', paths[trait])
  if (!hasGivenList) note('ins.trait-missing', paths.givenList)
  return options.findings.length === before
}

const PATIENT = 'ClinicalDocument/recordTarget/patientRole/patient'
const CDA_PATHS: TraitPaths = {
  birthFamily: `${PATIENT}/name/family`,
  firstGiven: `${PATIENT}/name/given`,
  givenList: `${PATIENT}/name/given`,
  birthDate: `${PATIENT}/birthTime/@value`,
  sex: `${PATIENT}/administrativeGenderCode/@code`,
  birthPlaceCode: `${PATIENT}/birthplace/place/addr/county`,
}

function traitsOf(patient: PatientTraits, hasIns: boolean): Traits {
  const firstGiven = patient.firstBirthGiven ?? patient.birthGivenList?.split(/[\s,]+/)[0]
  const birthDate = toDate(patient.birthTime)
  const sex = sexOf(patient, hasIns)
  return {
    ...present({ birthFamily: patient.birthFamily, firstGiven, birthDate, sex, birthPlaceCode: patient.birthPlaceCode }),
  }
}

/** UN is "indifférencié" in HL7 v3 and "inconnu" in the French list: its label decides, and beside an INS, whose profile knows no other, it is unknown. */
function sexOf(patient: PatientTraits, hasIns: boolean): Traits['sex'] {
  switch (patient.gender?.code) {
    case 'F':
      return 'female'
    case 'M':
      return 'male'
    case 'UN':
      return hasIns || /inconnu/i.test(patient.gender.display ?? '') ? 'unknown' : 'other'
    case 'U':
    case 'UNK':
      return 'unknown'
    default:
      return patient.gender?.nullFlavor === undefined ? undefined : 'unknown'
  }
}
