import { describe, expect, it } from 'vitest'
import { checkFrenchIdentifiers } from '../../../../gateway/fhir/validate/french-checks.ts'

const TEST_NIR = 'urn:oid:1.2.250.1.213.1.4.10'
const NIR = 'urn:oid:1.2.250.1.213.1.4.8'
const RPPS = 'https://rpps.esante.gouv.fr'
const FINESS = 'https://finess.esante.gouv.fr'
const SIRENE = 'https://sirene.fr'
const PS = 'urn:oid:1.2.250.1.71.4.2.1'
const ST = 'urn:oid:1.2.250.1.71.4.2.2'

const identifier = (system: string, value: string, code?: string) => ({ system, value, ...(code === undefined ? {} : { type: { coding: [{ code }] } }) })
const of = (resourceType: string, ...found: object[]) => ({ resourceType, identifier: found })

function judged(resource: { resourceType: string }, environment: 'test' | 'production' = 'test', place = resource.resourceType): string[] {
  return checkFrenchIdentifiers(resource, place, environment).map(({ severity, rule, expression }) => `${severity} ${rule} ${expression}`)
}

describe('French identifiers', () => {
  it.each<[string, object, string[]]>([
    ['an INS with its right key', of('Patient', identifier(TEST_NIR, '279035121518989', 'INS-NIR-TEST')), []],
    [
      'an INS with a wrong key: accepted with a warning',
      of('Patient', identifier(TEST_NIR, '279035121518900', 'INS-NIR-TEST')),
      ['warning ins.key Patient.identifier[0].value'],
    ],
    ['any that is longer than the store looks', of('Goal', identifier('urn:x', 'v'.repeat(201))), ['error identifier.length Goal.identifier[0]']],
    [
      'any of a document, without a system',
      { resourceType: 'DocumentReference', masterIdentifier: { value: `urn:${'v'.repeat(200)}` } },
      ['error identifier.length DocumentReference.masterIdentifier'],
    ],
    ['what is no identifier', { resourceType: 'Patient', telecom: [{ system: 'url', value: 'v'.repeat(201) }] }, []],
    ['an INS without its key', of('Patient', identifier(TEST_NIR, '2790351215189', 'INS-NIR-TEST')), ['error ins.form Patient.identifier[0].value']],
    [
      'an INS of production in a test environment',
      of('Patient', identifier(NIR, '279035121518989', 'INS-NIR')),
      ['error ins.environment Patient.identifier[0].system'],
    ],
    ['the same number as a social-security number, which is no INS', of('Patient', identifier(NIR, '279035121518989', 'NH')), []],
    ['an RPPS', of('Practitioner', identifier(RPPS, '10100000024', 'RPPS')), []],
    ['an RPPS with a wrong key', of('Practitioner', identifier(RPPS, '10100000025', 'RPPS')), ['error rpps.key Practitioner.identifier[0].value']],
    [
      'an untyped RPPS of a Practitioner with a wrong key',
      of('Practitioner', identifier(RPPS, '10100000025')),
      ['error rpps.key Practitioner.identifier[0].value'],
    ],
    ['an RPPS of twelve digits', of('Practitioner', identifier(RPPS, '810100000024', 'RPPS')), ['error rpps.key Practitioner.identifier[0].value']],
    ["a situation d'exercice, which shares the system of the RPPS", of('PractitionerRole', identifier(RPPS, '1012345678901')), []],
    [
      'a SIREN that is the number of an establishment',
      of('Organization', identifier(SIRENE, '35600000000048', 'SIREN')),
      ['error sirene.key Organization.identifier[0].value'],
    ],
    ['a FINESS of the metropolis and of Corsica', of('Organization', identifier(FINESS, '540002102', 'FINEG'), identifier(FINESS, '2A0000014', 'FINEJ')), []],
    ['a FINESS too short', of('Organization', identifier(FINESS, '54000210', 'FINEG')), ['error finess.form Organization.identifier[0].value']],
    [
      'a SIREN, a SIRET and one of La Poste',
      of('Organization', identifier(SIRENE, '732829320', 'SIREN'), identifier(SIRENE, '73282932000074'), identifier(SIRENE, '35600000049837', 'SIRET')),
      [],
    ],
    ['a SIREN with a wrong key', of('Organization', identifier(SIRENE, '732829321', 'SIREN')), ['error sirene.key Organization.identifier[0].value']],
    ['a SIREN said to be a SIRET', of('Organization', identifier(SIRENE, '732829320', 'SIRET')), ['error sirene.key Organization.identifier[0].value']],
    [
      'national identifiers of professionals',
      of('Practitioner', identifier(PS, '810100000024'), identifier(PS, '0541234567'), identifier(PS, '3540002102/12')),
      [],
    ],
    [
      'one that announces an RPPS with a wrong key',
      of('Practitioner', identifier(PS, '810100000025')),
      ['error idnatps.form Practitioner.identifier[0].value'],
    ],
    [
      'national identifiers of structures',
      of('Organization', identifier(ST, '1540002102'), identifier(ST, '2732829320'), identifier(ST, '373282932000074')),
      [],
    ],
    ['one that announces a SIREN with a wrong key', of('Organization', identifier(ST, '2732829321')), ['error idnatst.form Organization.identifier[0].value']],
    [
      'the identifier within a reference',
      { resourceType: 'Task', owner: { identifier: identifier(FINESS, '5400') } },
      ['error finess.form Task.owner.identifier.value'],
    ],
    ['a phone number, which has a system and a value too', { resourceType: 'Patient', telecom: [{ system: 'phone', value: '+33600000000' }] }, []],
  ])('%s', (_what, resource, expected) => {
    expect(judged(resource as { resourceType: string })).toEqual(expected)
  })

  it('a test INS is refused in production, one of production is not', () => {
    expect(judged(of('Patient', identifier(TEST_NIR, '279035121518989', 'INS-NIR-TEST')), 'production')).toEqual([
      'error ins.environment Patient.identifier[0].system',
    ])
    expect(judged(of('Patient', identifier(NIR, '279035121518989', 'INS-NIR')), 'production')).toEqual([])
  })

  it('stand in a transaction at their entry', () => {
    const place = 'Bundle.entry[3].resource'
    expect(judged(of('Practitioner', identifier(RPPS, '1')), 'test', place)).toEqual([`error rpps.key ${place}.identifier[0].value`])
  })
})
