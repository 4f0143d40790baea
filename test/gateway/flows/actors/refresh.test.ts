import type { Patient } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { saidOver } from '../../../../gateway/flows/actors/refresh.ts'
import type { DeletedPart } from '../../../../mappers/adt-to-transaction/pid-deletions.ts'

// What is held of a person once a hospital has told of him again.

const NAMES = [
  'telecom',
  'address',
  'gender',
  'birthDate',
  'extension',
  'deceasedBoolean',
  'deceasedDateTime',
  'multipleBirthBoolean',
  'multipleBirthInteger',
] as const
const held = (known: Partial<Patient>, said: Partial<Patient>, deleted: readonly DeletedPart[] = [], names: readonly (keyof Patient)[] = NAMES) => {
  const [before, now] = [known, said].map(one => ({ resourceType: 'Patient' as const, ...one }))
  return JSON.parse(JSON.stringify({ ...known, ...saidOver(before as Patient, now as Patient, { names, deleted }) })) as unknown
}

const [home, work, mail] = [
  { system: 'phone' as const, value: '0102030406', use: 'home' as const },
  { system: 'phone' as const, value: '0102030405', use: 'work' as const },
  { system: 'email' as const, value: 'a@example.org' },
]

it.each<[string, Partial<Patient>, Partial<Patient>, DeletedPart[], Partial<Patient>]>([
  ['his addresses, and nothing else', { address: [{ city: 'PARIS' }], telecom: [home] }, {}, ['address'], { telecom: [home] }],
  ['how he is reached, but at work', { telecom: [home, work, mail] }, {}, ['telecom'], { telecom: [work] }],
  ['how he is reached at work', { telecom: [home, work, mail] }, {}, ['telecom.work'], { telecom: [home, mail] }],
  ['the last of it', { telecom: [work] }, {}, ['telecom.work'], {}],
  ['one telephone, and told of another', { telecom: [home] }, { telecom: [work] }, ['telecom'], { telecom: [work] }],
  ['that he has died', { deceasedDateTime: '2026-06-01' }, {}, ['deceased'], {}],
  ['when he died, and told that he has', { deceasedDateTime: '2026-06-01' }, { deceasedBoolean: true }, ['deceased'], { deceasedBoolean: true }],
  ['what nobody held', { gender: 'female' }, {}, ['address', 'telecom', 'deceased', 'multipleBirth'], { gender: 'female' }],
  ['his gender with its words', { gender: 'other', _gender: { id: 'x' }, birthDate: '1979-03-28' }, {}, ['gender', 'birthDate'], {}],
])('of a person known is deleted %s', (_, known, said, deleted, expected) => {
  expect(held(known, said, deleted)).toEqual(expected)
})

it('a qualified identity keeps its traits, whatever is deleted', () => {
  const traits = { gender: 'female' as const, birthDate: '1979-03-28' }
  expect(held({ ...traits, address: [{ city: 'PARIS' }] }, {}, ['gender', 'birthDate', 'address'], ['address', 'telecom'])).toEqual(traits)
})

it.each<[string, Partial<Patient>, Partial<Patient>, Partial<Patient>]>([
  ['when he died, who was known to have died', { deceasedBoolean: true }, { deceasedDateTime: '2026-06-01' }, { deceasedDateTime: '2026-06-01' }],
  ['that he lives', { deceasedDateTime: '2026-06-01' }, { deceasedBoolean: false }, { deceasedBoolean: false }],
  ['which twin he is', { multipleBirthBoolean: true }, { multipleBirthInteger: 2 }, { multipleBirthInteger: 2 }],
  ['nothing of it', { deceasedBoolean: true, multipleBirthInteger: 2 }, {}, { deceasedBoolean: true, multipleBirthInteger: 2 }],
])('is told %s: one of what FHIR lets one say', (_, known, said, expected) => {
  expect(held(known, said)).toEqual(expected)
})

it('the words of another gender go with it', () => {
  const _gender = { extension: [{ url: 'source', valueCode: 'UN' }] }
  expect(held({ gender: 'unknown', _gender }, { gender: 'female' })).toEqual({ gender: 'female' })
  expect(held({ gender: 'unknown', _gender }, {})).toEqual({ gender: 'unknown', _gender })
})

it('a place of birth, or what a vendor wrote, that the message is silent about stays', () => {
  const [birth, nationality, reliability] = ['birthPlace', 'nationality', 'reliability'].map(url => ({ url, valueString: 'said before' }))
  const now = { url: 'reliability', valueString: 'said now' }
  const known = [reliability, birth, nationality].flatMap(one => one ?? [])
  expect(held({ extension: known }, { extension: [now] })).toEqual({ extension: [birth, nationality, now] })
})
