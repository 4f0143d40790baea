/*
  Invented persons as a vendor sends them through the FHIR door; with the INS of a letter it is the person of that letter.
*/
import type { Patient } from 'fhir/r4.js'
import { EXTENSION, PROFILE, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'

export { ownPersons, testIns as matricule } from './letters.ts'

export const INS_TEST = 'urn:oid:1.2.250.1.213.1.4.10'

/** An RPPS number with its key (Luhn), the nth of an invented series. */
export function rpps(n: number): string {
  const body = `1${String(n % 1_000_000_000).padStart(9, '0')}`
  const sum = [...body].reverse().reduce((total, digit, place) => {
    const weighed = Number(digit) * (place % 2 === 0 ? 2 : 1)
    return total + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}

/** The person of the demo letter under this INS, qualified. */
export function qualifiedPatient(ins: string, more: Partial<Patient> = {}): Patient {
  return {
    resourceType: 'Patient',
    meta: { profile: [PROFILE.patientIns] },
    extension: [
      {
        url: EXTENSION.identityReliability,
        extension: [
          { url: 'identityStatus', valueCoding: { system: SYSTEM.fr0445, code: 'VALI' } },
          { url: 'validationDate', valueDate: '2026-03-02' },
        ],
      },
      {
        url: EXTENSION.birthPlace,
        valueAddress: {
          extension: [{ url: EXTENSION.addressInseeCode, valueCoding: { system: tre('R13-CommuneOM'), code: '51215' } }],
          city: 'Commune Exemple',
        },
      },
    ],
    identifier: [{ use: 'official', type: { coding: [{ system: SYSTEM.fr0203, code: 'INS-NIR-TEST' }] }, system: INS_TEST, value: ins }],
    name: [{ extension: [{ url: EXTENSION.birthListGivenName, valueString: 'Claire Anne' }], use: 'official', family: 'EXEMPLE', given: ['Claire'] }],
    gender: 'female',
    birthDate: '1979-03-28',
    address: [{ use: 'home', postalCode: '54000', city: 'Nancy' }],
    ...more,
  }
}

export const localNumber = (value: string, system = 'urn:oid:1.2.250.1.999.2') => ({
  use: 'usual' as const,
  type: { coding: [{ system: SYSTEM.v20203, code: 'PI' }] },
  system,
  value,
})

/** The reliability of the identity says so instead of VALI. */
export function withStatus(patient: Patient, status: string | undefined, method?: string): Patient {
  const others = (patient.extension ?? []).filter(one => one.url !== EXTENSION.identityReliability)
  if (status === undefined) return { ...patient, extension: others }
  const parts = [{ url: 'identityStatus', valueCoding: { system: SYSTEM.fr0445, code: status } }]
  const methods = method === undefined ? [] : [{ url: 'methodCollection', valueCoding: { code: method } }]
  return { ...patient, extension: [{ url: EXTENSION.identityReliability, extension: [...parts, ...methods] }, ...others] }
}
