/*
  The Patient of a document, as a claim: created if the person is not known, never overwritten by a document.
*/
import type { Address, Coding, Extension, HumanName, Identifier, Patient, PatientContact } from 'fhir/r4.js'
import { EXTENSION, HUB, PROFILE, SYSTEM } from '../../profiles/canonicals.ts'
import { OID, tre } from '../../profiles/oids.ts'
import { list, only, toAddress, toCoding, toContactPoint, toHumanName, urnOf } from '../cda/datatypes.ts'
import type { CdaHeader, PatientTraits } from '../cda/header/header.ts'
import { toDateTime } from '../cda/timestamps.ts'
import type { MapContext } from '../mapper.ts'
import { generalPractitionersOf } from './care-team.ts'
import type { Person } from './person.ts'
import type { Claim, SearchKey } from './transaction.ts'

/** Stands for a person known by nothing but one document: a second run finds the same Patient, another document never does. */
const DOCUMENT_PERSON = `${HUB}NamingSystem/document-person`

/** What a Patient is made from: the header of a document, or the PID of a message in its form. */
export type PersonSource = Pick<CdaHeader, 'patient' | 'participants' | 'guardians' | 'uniqueId'>

export interface PatientParts {
  header: PersonSource
  person: Person
  contacts: PatientContact[]
}

export function mapPatientClaim(parts: PatientParts, ctx: MapContext): Claim {
  const { header, person } = parts
  const id = ctx.newId()
  const ins = person.ins
  const keys: SearchKey[] = [...(ins?.isQualified ? [{ system: ins.system, value: ins.value }] : []), ...person.ipps]
  return {
    type: 'Patient',
    id,
    keys: keys.length > 0 ? keys : [{ system: DOCUMENT_PERSON, value: header.uniqueId }],
    resource: mapPatient(id, parts, ctx),
    person: {
      ...(ins === undefined ? {} : { ins: { system: ins.system, value: ins.value, isQualified: ins.isQualified } }),
      ipps: person.ipps,
      traits: person.traits,
      tag: person.tag,
    },
  }
}

function mapPatient(id: string, parts: PatientParts, ctx: MapContext): Patient {
  const { header, person } = parts
  const said = header.patient
  return {
    resourceType: 'Patient',
    id,
    meta: {
      profile: [person.tag === 'qualifiee' ? PROFILE.patientIns : PROFILE.patient],
      tag: identityTags(person).map(code => ({ system: SYSTEM.hubIdentity, code })),
    },
    ...ctx.element('Patient.extension', () => list('extension', [reliability(person), ...birthPlace(said), ...identityParticulars(person)])),
    ...ctx.element('Patient.identifier', () => list('identifier', identifiersOf(person))),
    active: true,
    ...ctx.element('Patient.name', () => list('name', namesOf(said))),
    ...ctx.element('Patient.telecom', () => list('telecom', said.telecoms.map(toContactPoint))),
    ...ctx.element('Patient.gender', () => genderOf(said, person)),
    ...ctx.element('Patient.birthDate', () => (said.birthTime === undefined ? {} : only('birthDate', person.traits.birthDate))),
    ...ctx.element('Patient.deceased', () => deceasedOf(said)),
    ...ctx.element('Patient.address', () => list('address', said.addresses.map(toAddress))),
    ...ctx.element('Patient.multipleBirth', () => multipleBirthOf(said)),
    ...ctx.element('Patient.contact', () => list('contact', [...guardiansOf(header), ...parts.contacts])),
    ...ctx.element('Patient.generalPractitioner', () => list('generalPractitioner', generalPractitionersOf(header))),
  }
}

/** A new person without a qualified INS stands apart until someone has looked at it, unless the structure has checked the identity. */
function identityTags(person: Person): string[] {
  return person.tag === 'qualifiee' || person.tag === 'validee' ? [person.tag] : [person.tag, 'quarantaine']
}

function reliability(person: Person): Extension {
  const status = person.tag === 'qualifiee' || person.tag === 'validee' ? 'VALI' : 'PROV'
  const { method = person.tag === 'recuperee' ? 'INSI' : undefined, date } = person.collected ?? {}
  const parts: Extension[] = [
    { url: 'identityStatus', valueCoding: { system: SYSTEM.fr0445, code: status } },
    ...(person.proof === undefined ? [] : [{ url: 'validationMode', valueCoding: proofCoding(person.proof) }]),
    ...(method === undefined ? [] : [{ url: 'methodCollection', valueCoding: { system: SYSTEM.methodCollection, code: method } }]),
    ...(date === undefined ? [] : [{ url: 'dateCollection', valueDate: date }]),
  ]
  return { url: EXTENSION.identityReliability, extension: parts }
}

/** Papers that FR Core names; the others keep the code of PAM-FR. */
const PROOFS: readonly string[] = ['AN', 'CC', 'CN', 'CS', 'PA']

const proofCoding = (code: string): Coding => ({ system: PROOFS.includes(code) ? SYSTEM.proofOfIdentity : `${HUB}CodeSystem/hub-cs-justificatif`, code })

function identityParticulars({ particulars = {} }: Person): Extension[] {
  const { lunarBirthDate, gestationWeeks, agreesToSms, isBirthDateCorrected, proofEndsAt } = particulars
  const extension: Extension[] = [
    ...(lunarBirthDate === undefined ? [] : [{ url: 'dateLunaire', valueString: lunarBirthDate }]),
    ...(gestationWeeks === undefined ? [] : [{ url: 'semainesGestation', valuePositiveInt: gestationWeeks }]),
    ...(agreesToSms === undefined ? [] : [{ url: 'consentementSms', valueBoolean: agreesToSms }]),
    ...(isBirthDateCorrected === undefined ? [] : [{ url: 'naissanceCorrigee', valueBoolean: isBirthDateCorrected }]),
    ...(proofEndsAt === undefined ? [] : [{ url: 'finValiditeJustificatif', valueDate: proofEndsAt }]),
  ]
  return extension.length === 0 ? [] : [{ url: EXTENSION.identityParticulars, extension }]
}

function birthPlace(said: PatientTraits): Extension[] {
  if (said.birthPlaceCode === undefined && said.birthPlaceName === undefined) return []
  const coded: Extension[] =
    said.birthPlaceCode === undefined ? [] : [{ url: EXTENSION.addressInseeCode, valueCoding: { system: tre('R13-CommuneOM'), code: said.birthPlaceCode } }]
  const valueAddress: Address = { ...list('extension', coded), ...only('city', said.birthPlaceName), ...only('district', said.birthPlaceCode) }
  return [{ url: EXTENSION.birthPlace, valueAddress }]
}

function identifiersOf(person: Person): Identifier[] {
  const identifiers: Identifier[] = []
  if (person.ins !== undefined) {
    const { kind, isQualified, system, value } = person.ins
    identifiers.push({
      ...(isQualified ? {} : { extension: [{ url: EXTENSION.insStatus, valueCode: 'recu-non-verifie' }] }),
      use: isQualified ? kind.use : 'temp',
      type: { coding: [{ system: SYSTEM.fr0203, code: kind.type }] },
      system,
      value,
    })
  }
  for (const ipp of person.ipps) identifiers.push({ use: 'usual', type: { coding: [{ system: SYSTEM.v20203, code: 'PI' }] }, ...ipp })
  for (const { authority, value } of person.others) identifiers.push({ use: 'secondary', ...otherType(authority), ...only('system', urnOf(authority)), value })
  return identifiers
}

/** A social-security number is no INS, whatever its form. */
function otherType(root: string): Pick<Identifier, 'type'> {
  if (root === OID.insC) return { type: { coding: [{ system: SYSTEM.fr0203, code: 'INS-C' }] } }
  return root === OID.nssNir || root === OID.nssNia ? { type: { coding: [{ system: SYSTEM.v20203, code: 'NH' }] } } : {}
}

function namesOf(said: PatientTraits): HumanName[] {
  const given = said.firstBirthGiven ?? said.birthGivenList?.split(/[\s,]+/)[0]
  const names: HumanName[] = []
  if (said.birthFamily !== undefined || given !== undefined) {
    names.push({
      ...(said.birthGivenList === undefined ? {} : { extension: [{ url: EXTENSION.birthListGivenName, valueString: said.birthGivenList }] }),
      use: 'official',
      ...only('family', said.birthFamily),
      ...list('given', given === undefined ? [] : [given]),
    })
  }
  if (said.usedFamily !== undefined || said.usedGiven !== undefined) {
    names.push({ use: 'usual', ...only('family', said.usedFamily), ...list('given', said.usedGiven === undefined ? [] : [said.usedGiven]) })
  }
  return names
}

/** A code that FHIR cannot say stays beside the gender. */
function genderOf(said: PatientTraits, person: Person): Pick<Patient, 'gender' | '_gender'> {
  const source = said.gender?.code === 'UN' ? toCoding(said.gender) : undefined
  const { sex } = person.traits
  if (said.gender === undefined || sex === undefined) return {}
  return { gender: sex, ...(source === undefined ? {} : { _gender: { extension: [{ url: EXTENSION.sourceCode, valueCoding: source }] } }) }
}

function deceasedOf(said: PatientTraits): Pick<Patient, 'deceasedBoolean' | 'deceasedDateTime'> {
  const { deceased } = said
  const at = typeof deceased === 'string' ? toDateTime(deceased) : undefined
  // Whose time of death cannot be read has died nevertheless.
  return at === undefined ? only('deceasedBoolean', deceased === undefined ? undefined : deceased !== false) : { deceasedDateTime: at }
}

function multipleBirthOf(said: PatientTraits): Pick<Patient, 'multipleBirthBoolean' | 'multipleBirthInteger'> {
  if (typeof said.multipleBirth === 'number') return { multipleBirthInteger: said.multipleBirth }
  return only('multipleBirthBoolean', said.multipleBirth)
}

function guardiansOf(header: PersonSource): PatientContact[] {
  return header.guardians.map(guardian => ({
    relationship: [{ coding: [{ system: tre('R260-HL7RoleClass'), code: 'GUARD' }] }],
    ...(guardian.person === undefined ? {} : { name: toHumanName(guardian.person) }),
    ...list('telecom', guardian.telecoms.map(toContactPoint)),
    ...(guardian.addresses[0] === undefined ? {} : { address: toAddress(guardian.addresses[0]) }),
    ...(guardian.organization?.name === undefined ? {} : { organization: { display: guardian.organization.name } }),
  }))
}
