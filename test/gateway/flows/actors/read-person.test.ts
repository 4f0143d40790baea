import type { Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { readPersonClaim } from '../../../../gateway/flows/actors/read-person.ts'
import { EXTENSION, SYSTEM } from '../../../../profiles/canonicals.ts'
import { INS_TEST, localNumber, matricule, qualifiedPatient, withStatus } from '../../../support/persons.ts'

const INS = matricule(1)
const claimOf = (patient: Patient) => readPersonClaim(patient)
const identifier = (changes: object): Pick<Patient, 'identifier'> => ({ identifier: [{ ...qualifiedPatient(INS).identifier?.[0], ...changes }] })

describe('how reliable the identity of a Patient is', () => {
  it.each<[string, Patient, string]>([
    ['VALI with INS and the five traits', qualifiedPatient(INS), 'qualifiee'],
    ['QUAL, as FRC 2.2 says it', withStatus(qualifiedPatient(INS), 'QUAL'), 'qualifiee'],
    ['VALI without INS', { ...qualifiedPatient(INS), identifier: [localNumber('IPP-1')] }, 'validee'],
    ['PROV', withStatus(qualifiedPatient(INS), 'PROV'), 'provisoire'],
    ['PROV fetched from INSi', withStatus(qualifiedPatient(INS), 'PROV', 'INSI'), 'recuperee'],
    ['RECUP', withStatus(qualifiedPatient(INS), 'RECUP'), 'recuperee'],
    ['DOUT', withStatus(qualifiedPatient(INS), 'DOUT'), 'provisoire'],
    ['no word about it', withStatus(qualifiedPatient(INS), undefined), 'provisoire'],
    ['VALI, but the key of the INS is wrong', { ...qualifiedPatient(INS), ...identifier({ value: '279035100000100' }) }, 'validee'],
    ['VALI, but a trait is missing', { ...qualifiedPatient(INS), extension: qualifiedPatient(INS).extension?.slice(0, 1) ?? [] }, 'validee'],
    ['VALI, but the INS is not of official use', { ...qualifiedPatient(INS), ...identifier({ use: 'temp' }) }, 'validee'],
    [
      'VALI, but the number has no type of an INS',
      { ...qualifiedPatient(INS), ...identifier({ type: { coding: [{ system: SYSTEM.v20203, code: 'NH' }] } }) },
      'validee',
    ],
    [
      'VALI, but the INS was received without proof before',
      { ...qualifiedPatient(INS), ...identifier({ extension: [{ url: EXTENSION.insStatus, valueCode: 'recu-non-verifie' }] }) },
      'validee',
    ],
  ])('%s', (_, patient, tag) => {
    const claim = claimOf(patient)
    expect(claim.tag).toBe(tag)
    expect(claim.ins?.isQualified ?? false).toBe(tag === 'qualifiee')
  })

  it('an INS is known by system and type together; a social-security number under the same OID leads to nobody', () => {
    const claim = claimOf({
      ...qualifiedPatient(INS),
      identifier: [{ system: INS_TEST, value: INS, type: { coding: [{ system: SYSTEM.v20203, code: 'NH' }] } }],
    })
    expect(claim.ins).toBeUndefined()
    expect(claim.ipps).toEqual([])
  })

  it('local numbers count with their own system, but not those of old', () => {
    const claim = claimOf({ ...qualifiedPatient(INS), identifier: [localNumber('IPP-1'), { ...localNumber('IPP-0'), use: 'old' }, { value: 'no system' }] })
    expect(claim.ipps).toEqual([{ system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-1' }])
  })

  it('the five traits are those of the birth name', () => {
    expect(claimOf(qualifiedPatient(INS)).traits).toEqual({
      birthFamily: 'EXEMPLE',
      firstGiven: 'Claire',
      birthDate: '1979-03-28',
      sex: 'female',
      birthPlaceCode: '51215',
    })
  })
})
