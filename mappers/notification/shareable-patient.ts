/*
  What another structure may learn of a person's identity.
    qualified        the INS, its five traits and its reliability, the local numbers
    otherwise        the local numbers alone, with the reliability
*/
import type { Identifier, Patient } from 'fhir/r4.js'
import { EXTENSION, PROFILE, SYSTEM } from '../../profiles/canonicals.ts'

const TRAIT_EXTENSIONS: readonly string[] = [EXTENSION.identityReliability, EXTENSION.birthPlace]

/**
 * Copies the shareable part of a Patient, to be contained as `#patient`.
 * Spec: RNIV; fhir-fr.md 1.3: an INS that is not qualified is not emitted.
 */
export function shareablePatient(patient: Patient): Patient {
  const ins = (patient.identifier ?? []).filter(isVerifiedIns)
  const local = (patient.identifier ?? []).filter(isLocal)
  const isQualified = ins.length > 0
  const kept = isQualified ? TRAIT_EXTENSIONS : [EXTENSION.identityReliability]
  const extension = (patient.extension ?? []).filter(one => kept.includes(one.url))
  return {
    resourceType: 'Patient',
    id: 'patient',
    meta: { profile: [isQualified ? PROFILE.patientIns : PROFILE.patient] },
    ...(extension.length === 0 ? {} : { extension }),
    identifier: [...ins, ...local].map(({ assigner, ...identifier }) => identifier),
    ...(isQualified ? traitsOf(patient) : {}),
  }
}

function traitsOf(patient: Patient): Partial<Patient> {
  const name = (patient.name ?? []).filter(one => one.use === 'official')
  return {
    ...(name.length === 0 ? {} : { name }),
    ...(patient.gender === undefined ? {} : { gender: patient.gender }),
    ...(patient.birthDate === undefined ? {} : { birthDate: patient.birthDate }),
  }
}

/** A waiting number (NIA) keeps `temp` even when verified; one that nobody verified says so itself. */
function isVerifiedIns(identifier: Identifier): boolean {
  if (identifier.extension?.some(one => one.url === EXTENSION.insStatus) === true) return false
  const codes = codesOf(identifier).filter(code => code.startsWith('INS-N'))
  return codes.length > 0 && (identifier.use === 'official' || codes.includes('INS-NIA'))
}

function isLocal(identifier: Identifier): boolean {
  return identifier.use === 'usual' && (identifier.type?.coding ?? []).some(coding => coding.system === SYSTEM.v20203 && coding.code === 'PI')
}

function codesOf(identifier: Identifier): string[] {
  return (identifier.type?.coding ?? []).filter(coding => coding.system === SYSTEM.fr0203).map(coding => coding.code ?? '')
}
