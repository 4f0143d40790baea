import fc from 'fast-check'
import type { Observation, Patient, Resource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { differences, withoutValues } from '../../../gateway/replay/difference.ts'

const resource = (more: object): Resource => ({ resourceType: 'Basic', id: 'one', ...more }) as Resource

describe('what is stored and what the mappers make', () => {
  it.each([
    [
      'version, time and source of the store',
      { meta: { versionId: '3', lastUpdated: '2026-01-01T00:00:00Z', source: '#x', profile: ['p'] } },
      { meta: { profile: ['p'] } },
    ],
    ['the order of members', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ['a version in a reference, which the store takes away', { about: { reference: 'List/1' } }, { about: { reference: 'List/1/_history/2' } }],
    [
      'white space and the order of attributes in narrative',
      { text: { div: '<div xmlns="x" lang="fr"><p>a  b</p>\n<br/></div>' } },
      { text: { div: '<div lang="fr" xmlns="x"><p>a b</p><br></br></div>' } },
    ],
    ['entities in narrative', { text: { div: '<div>l&apos;a &quot;b&quot;&#160;c</div>' } }, { text: { div: '<div>l\'a "b"\u00a0c</div>' } }],
  ])('%s is no difference', (_, stored, made) => {
    expect(differences(resource(stored), resource(made))).toEqual([])
  })

  it.each([
    ['a word in narrative', { text: { div: '<div>a</div>' } }, { text: { div: '<div>b</div>' } }, '/text/div'],
    ['a code', { code: { coding: [{ code: '1' }] } }, { code: { coding: [{ code: '2' }] } }, '/code/coding/0/code'],
    ['a tag', { meta: { tag: [{ code: 'a' }] } }, { meta: { tag: [{ code: 'b' }] } }, '/meta/tag/0/code'],
  ])('%s is one, with its place', (_, stored, made, path) => {
    expect(differences(resource(stored), resource(made)).map(one => one.path)).toEqual([path])
  })

  it('what is not stored is added whole; what is no longer made is taken away with what stood there', () => {
    expect(differences(undefined, resource({ a: 1 }))).toEqual([{ op: 'add', path: '', value: resource({ a: 1 }) }])
    expect(differences(resource({ a: 1 }), resource({}))).toEqual([{ op: 'remove', path: '/a', was: 1 }])
  })

  it('anything compared with itself differs in nothing', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter(name => name !== '__proto__'),
          fc.jsonValue(),
        ),
        more => {
          expect(differences(resource({ more }), resource({ more }))).toEqual([])
        },
      ),
    )
  })
})

describe('what an operator sees without a reason', () => {
  it('of a person nothing but what changed; of anything else no words and no names', () => {
    const patient: Patient = { resourceType: 'Patient', name: [{ family: 'MODELE' }], birthDate: '1979-03-28', gender: 'female' }
    expect(JSON.stringify(withoutValues('Patient/1', differences(undefined, patient)))).not.toMatch(/MODELE|1979|female/)
    const stored: Observation = { resourceType: 'Observation', status: 'final', code: { text: 'Glycémie' }, note: [{ text: 'Mme MODELE va mieux' }] }
    const made: Observation = {
      ...stored,
      status: 'amended',
      code: { text: 'Glucose' },
      note: [{ text: 'Mme MODELE' }],
      performer: [{ display: 'Dr EXEMPLE', reference: 'Practitioner/1' }],
    }
    const shown = withoutValues('Observation/1', differences(stored, made))
    expect(shown.find(({ path }) => path === '/status')).toMatchObject({ was: 'final', value: 'amended' })
    expect(shown.find(({ path }) => path === '/performer')).toMatchObject({ value: [{ reference: 'Practitioner/1' }] })
    const coded = differences(
      resource({ type: { coding: [{ code: '1', display: 'Lettre' }] } }),
      resource({ type: { coding: [{ code: '1', display: 'Courrier' }] } }),
    )
    expect(withoutValues('Basic/one', coded)).toEqual([{ op: 'replace', path: '/type/coding/0/display', was: 'Lettre', value: 'Courrier' }])
    expect(JSON.stringify(shown)).not.toMatch(/MODELE|Gly|Glu|EXEMPLE/)
  })
})
