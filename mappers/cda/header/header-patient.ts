/*
  recordTarget/patientRole: who the document is about.
    name => family[@qualifier='BR'] given[not(@qualifier)] (the whole list) given[@qualifier='BR'] family[@qualifier='CL'|'SP']? given[@qualifier='CL'|'SP']?
*/
import { type CdaElement, NS_SDTC } from '../xml/element.ts'
import type { CdaHeader, PatientTraits } from './header.ts'
import { readAddresses, readCode, readIis, readName, readTelecoms } from '../read-datatypes.ts'
import { readOrganization } from './header-people.ts'
import type { ReadTracker } from '../xml/tracker.ts'

export function readPatientTraits(role: CdaElement, tracker: ReadTracker): PatientTraits {
  const patient = role.child('patient')
  const name = patient?.child('name')
  const place = patient?.at('birthplace', 'place')
  return tracker.object<PatientTraits>({
    identifiers: () => readIis(role),
    birthFamily: () => part(name, 'family', ['BR']) ?? part(name, 'family', [undefined]),
    firstBirthGiven: () => part(name, 'given', ['BR']),
    birthGivenList: () => unqualifiedGivens(name),
    usedFamily: () => part(name, 'family', ['CL', 'SP']),
    usedGiven: () => part(name, 'given', ['CL', 'SP']),
    gender: () => readCode(patient?.child('administrativeGenderCode')),
    birthTime: () => patient?.child('birthTime')?.attr('value'),
    birthPlaceCode: () => place?.at('addr', 'county')?.line(),
    birthPlaceName: () => place?.at('addr', 'city')?.line() ?? place?.child('name')?.line(),
    addresses: () => readAddresses(role),
    telecoms: () => readTelecoms(role),
    deceased: () => deathOf(patient?.child('deceasedTime', NS_SDTC)?.attr('value'), flag(patient?.child('deceasedInd', NS_SDTC))),
    multipleBirth: () => order(patient) ?? flag(patient?.child('multipleBirthInd', NS_SDTC)),
  })
}

/** Who is said to live does, whatever stands for the time of death; a text without a digit but 0 is no time. */
export const deathOf = (time = '', isDeceased?: boolean): boolean | string | undefined => (isDeceased === false || !/[1-9]/.test(time) ? isDeceased : time)

export function readGuardians(role: CdaElement, tracker: ReadTracker): CdaHeader['guardians'] {
  return (role.child('patient')?.all('guardian') ?? []).map(guardian =>
    tracker.object<CdaHeader['guardians'][number]>({
      person: () => readName(guardian.child('guardianPerson')),
      organization: () => readOrganization(guardian.child('guardianOrganization'), tracker),
      ids: () => readIis(guardian),
      code: () => readCode(guardian.child('code')),
      telecoms: () => readTelecoms(guardian),
      addresses: () => readAddresses(guardian),
      path: () => guardian.path,
    }),
  )
}

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
