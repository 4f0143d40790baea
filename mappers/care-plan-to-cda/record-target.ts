/*
  The person of a document we write.
    patientRole => id(INS, if it is qualified and all its traits are there) id(IPP)* patient
    patient     => name(family BR, given list, given BR, family CL, given CL) gender birthTime birthplace/place (name, addr/county)
  Spec: cda.md 6.4; structuration minimale, rules of the INS.
*/
import type { HumanName, Identifier, Patient } from 'fhir/r4.js'
import { EXTENSION, SYSTEM } from '../../profiles/canonicals.ts'
import { type Environment, insKindOf, isIns } from '../../profiles/identity.ts'
import { isLocalNumber } from '../hl7v2/reading/person-numbers.ts'
import { element, textElement } from './xml.ts'

/** Undefined for a person without any number that a document may carry. */
export function writeRecordTarget(patient: Patient, environment: Environment): string | undefined {
  const ids = numbersOf(patient, environment).map(({ system = '', value = '' }) => element('id', { root: rootOf(system), extension: value }))
  if (ids.length === 0) return undefined
  return element('recordTarget', {}, [element('patientRole', {}, [...ids, writePatient(patient)])])
}

/** The INS that the document carries, if it may carry one. */
export function carriedIns(patient: Patient, environment: Environment): Identifier | undefined {
  const isReliable = patient.meta?.tag?.some(({ system, code }) => system === SYSTEM.hubIdentity && code === 'qualifiee') === true
  if (!isReliable || !hasAllTraits(patient)) return undefined
  return patient.identifier?.find(one => isIns(one) && one.use === 'official' && insKindOf(rootOf(one.system ?? ''))?.environment === environment)
}

function numbersOf(patient: Patient, environment: Environment): Identifier[] {
  const ins = carriedIns(patient, environment)
  const local = (patient.identifier ?? []).filter(
    ({ system = '', value, use }) =>
      system.startsWith('urn:oid:') && isLocalNumber({ authority: rootOf(system) }) && value !== undefined && use !== 'old' && use !== 'secondary',
  )
  return [...(ins === undefined ? [] : [ins]), ...local]
}

const rootOf = (system: string): string => system.replace(/^urn:oid:/, '')

const named = (patient: Patient, use: HumanName['use']): HumanName | undefined => patient.name?.find(name => name.use === use)

/** The whole list of given names, else those that are known. */
function givenList(birth: HumanName | undefined): string | undefined {
  const listed = birth?.extension?.find(({ url }) => url === EXTENSION.birthListGivenName)?.valueString
  return listed ?? (birth?.given === undefined || birth.given.length === 0 ? undefined : birth.given.join(' '))
}

/** Its code of the COG, and its name. */
function birthPlaceOf(patient: Patient): { code?: string | undefined; name?: string | undefined } {
  const address = patient.extension?.find(({ url }) => url === EXTENSION.birthPlace)?.valueAddress
  return { code: address?.extension?.find(({ url }) => url === EXTENSION.addressInseeCode)?.valueCoding?.code, name: address?.city }
}

function hasAllTraits(patient: Patient): boolean {
  const birth = named(patient, 'official')
  const known = [birth?.family, birth?.given?.[0], patient.birthDate, birthPlaceOf(patient).code]
  return known.every(trait => trait !== undefined && trait !== '') && (patient.gender === 'male' || patient.gender === 'female')
}

const GENDERS = {
  male: { code: 'M', displayName: 'Masculin' },
  female: { code: 'F', displayName: 'Féminin' },
  other: { code: 'UN', displayName: 'Indifférencié' },
  unknown: { code: 'UN', displayName: 'Inconnu' },
} as const

/** A name that is not said to be that of birth is none. */
export function namesOf(patient: Patient): Record<'birth' | 'usual', HumanName | undefined> {
  const birth = named(patient, 'official') ?? named(patient, 'maiden') ?? named(patient, undefined)
  return { birth, usual: named(patient, 'usual') ?? (birth === undefined ? patient.name?.[0] : undefined) }
}

function writePatient(patient: Patient): string {
  const { birth, usual } = namesOf(patient)
  const { code, name } = birthPlaceOf(patient)
  const place = [textElement('name', name), code === undefined ? undefined : element('addr', {}, [textElement('county', code)])]
  return element('patient', {}, [
    element('name', {}, [
      textElement('family', birth?.family, { qualifier: 'BR' }) ?? element('family', { qualifier: 'BR', nullFlavor: 'UNK' }),
      textElement('given', givenList(birth)),
      textElement('given', birth?.given?.[0], { qualifier: 'BR' }),
      textElement('family', usual?.family, { qualifier: 'CL' }),
      textElement('given', usual?.given?.[0], { qualifier: 'CL' }),
    ]),
    element('administrativeGenderCode', { ...GENDERS[patient.gender ?? 'unknown'], codeSystem: '2.16.840.1.113883.5.1' }),
    patient.birthDate === undefined ? element('birthTime', { nullFlavor: 'UNK' }) : element('birthTime', { value: patient.birthDate.replaceAll('-', '') }),
    place.every(part => part === undefined) ? undefined : element('birthplace', {}, [element('place', {}, place)]),
  ])
}
