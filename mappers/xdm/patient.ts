/*
  The person in XDS: patientId, sourcePatientId, sourcePatientInfo.
    patientId          the INS if it is qualified, else the IPP, else the INS as received: an INS that nobody verified is no key between partners
    sourcePatientId    the IPP, else the INS
    sourcePatientInfo  PID-3| PID-5| (birth name L, used name D) PID-7| PID-8| PID-11| (birth place)
*/
import { isInsRoot } from '../../profiles/identity.ts'
import type { Ii, PatientTraits } from '../cda/header/header.ts'
import { isLocalNumber } from '../hl7v2/reading/person-numbers.ts'
import { writeCx } from './formats.ts'
import type { MetadataInput, SubmittedDocument } from './submission.ts'

type Identified = Pick<MetadataInput, 'isInsQualified'> & Pick<SubmittedDocument, 'header'>

export function patientIdOf({ header, isInsQualified }: Identified): string {
  const ins = insOf(header.patient)
  const ipp = ippOf(header.patient)
  return isInsQualified || ipp === undefined ? cxOf(ins ?? ipp) : cxOf(ipp)
}

export function sourcePatientIdOf({ header }: Identified): string {
  return cxOf(ippOf(header.patient) ?? insOf(header.patient))
}

export function sourcePatientInfoOf(input: Identified): string[] {
  const { patient } = input.header
  const birth = nameOf(patient.birthFamily, patient.firstBirthGiven, 'L')
  const used = nameOf(patient.usedFamily, patient.usedGiven, 'D')
  return [
    `PID-3|${sourcePatientIdOf(input)}`,
    ...[birth, used].filter(name => name !== undefined).map(name => `PID-5|${name}`),
    ...(patient.birthTime === undefined ? [] : [`PID-7|${patient.birthTime.slice(0, 8)}`]),
    `PID-8|${sexOf(patient.gender?.code)}`,
    ...(patient.birthPlaceCode === undefined ? [] : [`PID-11|^^^^^^BDL^^${patient.birthPlaceCode}`]),
  ]
}

function insOf(patient: PatientTraits): Ii | undefined {
  return patient.identifiers.find(id => isInsRoot(id.root) && id.extension !== undefined)
}

function ippOf(patient: PatientTraits): Ii | undefined {
  return patient.identifiers.find(id => id.extension !== undefined && isLocalNumber({ authority: id.root }))
}

function cxOf(id: Ii | undefined): string {
  if (id?.extension === undefined) return ''
  return writeCx({ root: id.root, value: id.extension }, isInsRoot(id.root) ? 'NH' : 'PI')
}

function nameOf(family: string | undefined, given: string | undefined, type: 'L' | 'D'): string | undefined {
  if (family === undefined && given === undefined) return undefined
  const component = (text: string): string => text.slice(0, 80).replace(/[\\^&|~]/g, ' ')
  return `${component(family ?? '')}^${component(given ?? '')}^^^^^${type}`
}

function sexOf(gender: string | undefined): 'F' | 'M' | 'U' {
  return gender === 'F' || gender === 'M' ? gender : 'U'
}
