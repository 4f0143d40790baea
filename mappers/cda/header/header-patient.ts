/*
  recordTarget/patientRole: who the document is about.
    name => family[@qualifier='BR'] given[not(@qualifier)] (the whole list) given[@qualifier='BR'] family[@qualifier='CL'|'SP']? given[@qualifier='CL'|'SP']?
*/
import { type CdaElement, NS_SDTC } from '../xml/element.ts'
import type { CdaHeader, PatientTraits } from './header.ts'
import { readAddresses, readCode, readIis, readName, readTelecoms } from '../read-datatypes.ts'
import { readOrganization } from './header-people.ts'
import type { Readers } from '../xml/tracker.ts'

type Said = { role: CdaElement } & Record<'patient' | 'name' | 'place', CdaElement | undefined>

const TRAITS: Readers<PatientTraits, Said> = {
  identifiers: ({ role }) => readIis(role),
  birthFamily: ({ name }) => part(name, 'family', ['BR']) ?? part(name, 'family', [undefined]),
  firstBirthGiven: ({ name }) => part(name, 'given', ['BR']),
  birthGivenList: ({ name }) => unqualifiedGivens(name),
  usedFamily: ({ name }) => part(name, 'family', ['CL', 'SP']),
  usedGiven: ({ name }) => part(name, 'given', ['CL', 'SP']),
  gender: ({ patient }) => readCode(patient?.child('administrativeGenderCode')),
  birthTime: ({ patient }) => patient?.child('birthTime')?.attr('value'),
  birthPlaceCode: ({ place }) => place?.at('addr', 'county')?.line(),
  birthPlaceName: ({ place }) => place?.at('addr', 'city')?.line() ?? place?.child('name')?.line(),
  addresses: ({ role }) => readAddresses(role),
  telecoms: ({ role }) => readTelecoms(role),
  deceased: ({ patient }) => deathOf(patient?.child('deceasedTime', NS_SDTC)?.attr('value'), flag(patient?.child('deceasedInd', NS_SDTC))),
  multipleBirth: ({ patient }) => order(patient) ?? flag(patient?.child('multipleBirthInd', NS_SDTC)),
}

export function readPatientTraits(role: CdaElement): PatientTraits {
  const patient = role.child('patient')
  return role.tracker.object(TRAITS, { role, patient, name: patient?.child('name'), place: patient?.at('birthplace', 'place') })
}

/** Who is said to live does, whatever stands for the time of death; a text without a digit but 0 is no time. */
export const deathOf = (time = '', isDeceased?: boolean): boolean | string | undefined => (isDeceased === false || !/[1-9]/.test(time) ? isDeceased : time)

const GUARDIAN: Readers<CdaHeader['guardians'][number], CdaElement> = {
  person: guardian => readName(guardian.child('guardianPerson')),
  organization: guardian => readOrganization(guardian.child('guardianOrganization')),
  ids: readIis,
  code: guardian => readCode(guardian.child('code')),
  telecoms: readTelecoms,
  addresses: readAddresses,
  path: guardian => guardian.path,
}

export const readGuardians = (role: CdaElement): CdaHeader['guardians'] =>
  (role.child('patient')?.all('guardian') ?? []).map(guardian => guardian.tracker.object(GUARDIAN, guardian))

function part(name: CdaElement | undefined, local: string, qualifiers: (string | undefined)[]): string | undefined {
  for (const element of name?.all(local) ?? []) {
    if (!qualifiers.includes(element.attributes.get('qualifier'))) continue
    const text = element.line()
    element.attr('qualifier')
    if (text !== undefined) return text
  }
  return undefined
}

function unqualifiedGivens(name: CdaElement | undefined): string | undefined {
  const givens = (name?.all('given') ?? []).filter(given => given.attributes.get('qualifier') === undefined).map(given => given.line())
  const list = givens.filter(given => given !== undefined).join(' ')
  return list === '' ? undefined : list
}

function flag(element: CdaElement | undefined): boolean | undefined {
  const value = element?.attr('value')
  return value === 'true' ? true : value === 'false' ? false : undefined
}

function order(patient: CdaElement | undefined): number | undefined {
  const value = patient?.child('multipleBirthOrderNumber', NS_SDTC)?.attr('value')
  return value !== undefined && /^[1-9]\d?$/.test(value) ? Number(value) : undefined
}
