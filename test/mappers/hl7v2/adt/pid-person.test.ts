import type { Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { mapPidToPerson } from '../../../../mappers/adt-to-transaction/pid-person.ts'
import { readIdentityChange } from '../../../../mappers/hl7v2/adt/identity.ts'
import { personKeyOf } from '../../../../mappers/hl7v2/reading/person-numbers.ts'
import { readIdentifiers } from '../../../../mappers/hl7v2/reading/read-patient.ts'
import { readEr7 } from '../../../../profiles/hl7v2/er7.ts'
import { EXTENSION } from '../../../../profiles/canonicals.ts'
import { contextOf } from '../../../support/mapping.ts'
import { type MovementChange, writeMovement } from '../../../support/movements.ts'

function personOf(set: Record<string, string>, change: MovementChange = {}) {
  const message = readEr7(writeMovement({ ...change, set }))
  const { claim, person, deleted } = mapPidToPerson(message, { pid: message.first('PID'), otherwise: 'visit|V-1' }, contextOf())
  const key = personKeyOf(readIdentifiers(message, message.first('PID')))
  return { claim, person, deleted, key, patient: claim.resource as Patient }
}

describe('the numbers of a PID', () => {
  const named = { 'PID-3': '12345^^^IPP^PI' }
  const system = 'https://hub.e-parcours.example/fhir/NamingSystem/ipp/CH-1%2FIPP'

  it('one whose authority has a name alone is of who sends it: the same person in each visit, another one at another hospital', () => {
    expect(personOf(named).claim.keys).toEqual([{ system, value: '12345' }])
    expect(personOf(named).key).toBe(`${system}|12345`)
    expect(personOf(named, { sender: 'DPI-2|CH-2' }).key).toBe(`${system.replace('CH-1', 'CH-2')}|12345`)
  })

  it('a merge names the same numbers as the movements', () => {
    const message = readEr7(writeMovement({ trigger: 'A40', set: named, edit: segments => [...segments.slice(0, 3), 'MRG|777^^^IPP'] }))
    expect(readIdentityChange(message, 'A40')?.persons).toMatchObject([{ keys: [{ system, value: '12345' }], former: { keys: [{ system, value: '777' }] } }])
  })

  it('an account or the number of an insured is no number of the person, whoever gave it', () => {
    const { claim, key, patient } = personOf({ 'PID-3': 'D-1^^^&1.2.250.1.999.1&ISO^AN~IPP-1^^^&1.2.250.1.999.2&ISO^PI' })
    expect(claim.keys).toEqual([{ system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-1' }])
    expect(key).toBe('urn:oid:1.2.250.1.999.2|IPP-1')
    expect(patient.identifier?.map(({ use, value }) => [use, value])).toEqual([
      ['usual', 'IPP-1'],
      ['secondary', 'D-1'],
    ])
  })
})

describe('CX.5 parts nobody from himself', () => {
  const ipp = '123^^^&1.2.250.1.999.2&ISO'

  it.each(['^PI', '^MR', '^IPP', '^PN', '^LR', ''])('a number of an OID under the type %j is the person', type => {
    const { claim, key } = personOf({ 'PID-3': `${ipp}${type}` })
    expect(claim.keys).toEqual([{ system: 'urn:oid:1.2.250.1.999.2', value: '123' }])
    expect(key).toBe('urn:oid:1.2.250.1.999.2|123')
  })

  it.each(['AN', 'VN', 'NH', 'SS', 'SN', 'HC', 'NDP'])('one of a visit, of an insured or of a pharmacy (%s) is not', type => {
    expect(personOf({ 'PID-3': `${ipp}^${type}` }).claim.keys).not.toContainEqual({ system: 'urn:oid:1.2.250.1.999.2', value: '123' })
  })

  it.each([`${ipp}^AN~${ipp}^PI`, `${ipp}^PI~${ipp}^AN`, `${ipp}^AN~${ipp}`, `${ipp}~${ipp}^AN`])('a number said as both is the person: %s', numbers => {
    expect(personOf({ 'PID-3': numbers }).claim.keys).toEqual([{ system: 'urn:oid:1.2.250.1.999.2', value: '123' }])
  })
})

it('a name of a kind that PAM-FR does not know is the person’s where there is no other', () => {
  expect(personOf({ 'PID-5': 'EXEMPLE^CLAIRE^CLAIRE ANNE^^^^M' }).patient.name).toMatchObject([{ use: 'official', family: 'EXEMPLE' }])
  expect(personOf({ 'PID-5': 'AUTRE^CLAIRE^^^^^M~EXEMPLE^CLAIRE^^^^^L' }).patient.name).toMatchObject([{ use: 'official', family: 'EXEMPLE' }])
})

it.each([
  [{}, []],
  [{ 'PID-11': '""' }, ['address']],
  [{ 'PID-11': '""^""^""' }, ['address']],
  [{ 'PID-11': '^^^^^^BDL^^51215' }, []],
  [{ 'PID-13': '""' }, ['telecom']],
  [{ 'PID-14': '""', 'PID-30': '""' }, ['telecom.work', 'deceased']],
  [{ 'PID-29': '""' }, ['deceased']],
  [{ 'PID-7': '""', 'PID-8': '""', 'PID-25': '""' }, ['birthDate', 'gender', 'multipleBirth']],
])('%j: what two quotes say is no longer held', (set, deleted) => {
  expect(personOf(set).deleted).toEqual(deleted)
})

describe('how a person is reached', () => {
  it('a fax is no telephone', () => {
    const { patient } = personOf({ 'PID-13': '0102030405^WPN^FX~0102030406^PRN^PH' })
    expect(patient.telecom).toEqual([
      { system: 'fax', value: '0102030405', use: 'work' },
      { system: 'phone', value: '0102030406', use: 'home' },
    ])
  })

  it('a bad address is no longer in use; where he was born or comes from is no address', () => {
    const { patient } = personOf({ 'PID-11': '1 rue A^^LYON^^69001^FRA^BA~2 rue B^^PARIS^^75007^FRA^H~^^RABAT^^^MAR^F~^^LILLE^^^^N~^^^^^^BDL^^51215' })
    expect(patient.address?.map(({ use, city }) => [use, city])).toEqual([
      ['old', 'LYON'],
      ['home', 'PARIS'],
    ])
  })
})

it.each([
  [{ 'PID-30': 'N' }, false],
  [{ 'PID-30': 'Y' }, true],
  [{ 'PID-29': 'inconnue', 'PID-30': 'Y' }, true],
  [{ 'PID-29': '2026-06-01' }, true],
  [{ 'PID-29': '00000000', 'PID-30': 'N' }, false],
  [{ 'PID-29': '20260601', 'PID-30': 'N' }, false],
  [{ 'PID-29': '00000000' }, undefined],
  [{ 'PID-29': '0' }, undefined],
  [{ 'PID-29': 'N' }, undefined],
])('%j: whether he has died is told, and of who lives nothing else', (set, deceasedBoolean) => {
  const { patient } = personOf(set)
  expect([patient.deceasedBoolean, patient.deceasedDateTime]).toEqual([deceasedBoolean, undefined])
})

it('when he died is told', () => {
  expect(personOf({ 'PID-29': '20260601', 'PID-30': 'Y' }).patient).toMatchObject({ deceasedDateTime: '2026-06-01' })
})

describe('who the person of a PID is', () => {
  const birth = 'EXEMPLE^CLAIRE^CLAIRE ANNE MARIE^^^^L'
  const official = {
    use: 'official',
    family: 'EXEMPLE',
    given: ['CLAIRE'],
    extension: [{ url: EXTENSION.birthListGivenName, valueString: 'CLAIRE ANNE MARIE' }],
  }

  it.each([
    ['birth name and list of given names', birth, [official]],
    [
      'the name of birth wherever it stands, and the one that is used',
      `MARTIN^Clara^^^^^D~${birth}`,
      [official, { use: 'usual', family: 'MARTIN', given: ['Clara'] }],
    ],
    ['a name used in life (U)', `${birth}~MARTIN^^^^^^U`, [official, { use: 'usual', family: 'MARTIN' }]],
    [
      'beside one that is used, a name without a type is that of birth',
      'MARTIN^^^^^^D~EXEMPLE^CLAIRE^CLAIRE ANNE MARIE',
      [official, { use: 'usual', family: 'MARTIN' }],
    ],
    ['a name without a type is that of birth', 'EXEMPLE^CLAIRE^CLAIRE ANNE MARIE', [official]],
  ])('%s', (_, name, expected) => {
    expect(personOf({ 'PID-5': name }).patient.name).toEqual(expected)
  })

  it.each([
    ['F', 'female'],
    ['M', 'male'],
    ['U', 'unknown'],
    ['O', 'unknown'],
  ])('PID-8 %s is %s', (sex, gender) => {
    expect(personOf({ 'PID-8': sex }).patient.gender).toBe(gender)
  })

  it('the place of birth has its code of the COG and its name, and is no address', () => {
    const { patient } = personOf({ 'PID-11': '1 rue des Écoles^Bât. B^NANCY^^54000^FRA^H~^^REIMS^^^^BDL^^51454' })
    expect(patient.address).toEqual([{ use: 'home', line: ['1 rue des Écoles', 'Bât. B'], city: 'NANCY', postalCode: '54000', country: 'FRA' }])
    expect(patient.extension?.find(({ url }) => url === EXTENSION.birthPlace)?.valueAddress).toMatchObject({
      city: 'REIMS',
      extension: [{ url: EXTENSION.addressInseeCode, valueCoding: { code: '51454' } }],
    })
  })

  it.each([
    [{ 'PID-24': 'Y' }, { multipleBirthBoolean: true }],
    [{ 'PID-24': 'N' }, { multipleBirthBoolean: false }],
    [{ 'PID-24': 'Y', 'PID-25': '2' }, { multipleBirthInteger: 2 }],
    [{ 'PID-24': 'Y', 'PID-25': '0' }, { multipleBirthBoolean: true }],
  ])('of several births at once: %j', (set, expected) => {
    expect(personOf(set).patient).toMatchObject(expected)
  })

  it.each([
    ['INSI', 'PROV', 'recuperee'],
    ['CV', 'PROV', 'provisoire'],
    ['INSI', 'VALI', 'qualifiee'],
  ])('obtained by %s, status %s: %s', (method, status, tag) => {
    const change: MovementChange = { status, edit: segments => [...segments, `ZFD|||||${method}|20260105`] }
    expect(personOf({}, change).patient.meta?.tag?.map(({ code }) => code)).toContain(tag)
  })
})
