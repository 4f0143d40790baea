import type { Patient } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { saidOver } from '../../../../gateway/flows/actors/refresh.ts'

// What is held of a person once a hospital has told of him again.

const NAMES = ['telecom', 'gender', 'extension', 'deceasedBoolean', 'deceasedDateTime', 'multipleBirthBoolean', 'multipleBirthInteger'] as const
const held = (known: Partial<Patient>, said: Partial<Patient>) => {
  const [before, now] = [known, said].map(one => ({ resourceType: 'Patient' as const, ...one }))
  return JSON.parse(JSON.stringify({ ...known, ...saidOver(before as Patient, now as Patient, NAMES) })) as unknown
}

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
