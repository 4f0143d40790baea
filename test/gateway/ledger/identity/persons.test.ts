import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decidePerson, type IdentityKey, type KnownPerson, type PersonClaim } from '../../../../gateway/ledger/identity/persons.ts'

const INS = { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '279035121518989' }
const OTHER_INS = { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '179035121518923' }
const IPP = { system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-42' }
const traits = { birthFamily: 'EXEMPLE', firstGiven: 'CLAIRE', birthDate: '1979-03-28', sex: 'female', birthPlaceCode: '51215' } as const

const qualified = (changes: Partial<PersonClaim> = {}): PersonClaim => ({
  ins: { ...INS, isQualified: true },
  ipps: [IPP],
  traits,
  tag: 'qualifiee',
  ...changes,
})
const person = (changes: Partial<KnownPerson> = {}): KnownPerson => ({
  id: 'p1',
  traits,
  tag: 'qualifiee',
  isQuarantined: false,
  isConflict: false,
  ...changes,
})
const ledger =
  (...known: [IdentityKey, KnownPerson][]) =>
  (key: IdentityKey) =>
    known.find(([one]) => one.system === key.system && one.value === key.value)?.[1]

describe('who the patient of a message is', () => {
  it('qualified INS known, traits equal: linked; its IPP leads there from now on', () => {
    expect(decidePerson(qualified(), ledger([INS, person({ ins: INS })]), 'd')).toMatchObject({
      outcome: 'linked',
      known: { id: 'p1' },
      keys: [IPP],
      isQuarantined: false,
    })
  })
  it('an INS of somebody into whom others were merged: he is linked and gains it; so he does while it leads to him and is not yet his', () => {
    const survivor = person({ isSurvivor: true })
    expect(decidePerson(qualified(), ledger([IPP, survivor]), 'd')).toMatchObject({ outcome: 'linked', known: { id: 'p1' }, isInsGained: true })
    expect(decidePerson(qualified(), ledger([IPP, survivor], [INS, survivor]), 'd')).toMatchObject({ outcome: 'linked', isInsGained: true })
    expect(decidePerson(qualified(), ledger([INS, person({ isSurvivor: true, ins: INS })]), 'd')).not.toHaveProperty('isInsGained')
  })
  it('names compare without accents, case and hyphens', () => {
    const known = person({ ins: INS, traits: { ...traits, birthFamily: 'Éxemple' } })
    expect(decidePerson(qualified(), ledger([INS, known]), 'd').outcome).toBe('linked')
  })
  it('qualified INS unknown: created under INS and IPP', () => {
    expect(decidePerson(qualified(), ledger(), 'd')).toEqual({ outcome: 'created', keys: [INS, IPP], isQuarantined: false })
  })
  it('qualified INS known, a trait differs: apart and quarantined; the same conflict finds the same patient', () => {
    const claim = qualified({ traits: { ...traits, birthDate: '1980-01-01' } })
    const known: [IdentityKey, KnownPerson] = [INS, person({ ins: INS })]
    const first = decidePerson(claim, ledger(known), 'd')
    expect(first).toMatchObject({ outcome: 'conflict', isQuarantined: true, against: 'p1' })
    expect(first.known).toBeUndefined()
    expect(first.keys).not.toContainEqual(INS)
    const conflictKey = first.keys[0] ?? INS
    const again = decidePerson(claim, ledger(known, [conflictKey, person({ id: 'p2', isConflict: true })]), 'another document')
    expect(again).toMatchObject({ outcome: 'conflict', known: { id: 'p2' } })
    const other = decidePerson(qualified({ traits: { ...traits, birthDate: '1981-01-01' } }), ledger(known), 'd')
    expect(other.keys[0]).not.toEqual(conflictKey)
  })
  it('no qualified INS, IPP known: linked to the person of that source, also when its INS is unverified', () => {
    for (const claim of [{ ipps: [IPP], traits, tag: 'provisoire' as const }, qualified({ ins: { ...INS, isQualified: false }, tag: 'provisoire' })]) {
      expect(decidePerson(claim, ledger([IPP, person()]), 'd')).toMatchObject({ outcome: 'linked', known: { id: 'p1' }, keys: [] })
    }
  })
  it('an unverified INS is no key', () => {
    const claim = qualified({ ins: { ...INS, isQualified: false }, ipps: [], tag: 'provisoire' })
    expect(decidePerson(claim, ledger([INS, person({ ins: INS })]), 'd')).toMatchObject({ outcome: 'created', isQuarantined: true })
  })
  it('IPP known without INS, qualified INS new: upgraded if the traits are equal, else conflict', () => {
    const known = person({ tag: 'provisoire', isQuarantined: true })
    expect(decidePerson(qualified(), ledger([IPP, known]), 'd')).toMatchObject({ outcome: 'upgraded', known: { id: 'p1' }, keys: [INS], isQuarantined: false })
    const different = qualified({ traits: { ...traits, sex: 'male' } })
    expect(decidePerson(different, ledger([IPP, known]), 'd')).toMatchObject({ outcome: 'conflict', against: 'p1' })
  })
  it('IPP of a person with another INS: conflict, never a second INS on one person', () => {
    expect(decidePerson(qualified(), ledger([IPP, person({ ins: OTHER_INS })]), 'd')).toMatchObject({ outcome: 'conflict', against: 'p1' })
  })
  it('neither INS nor known IPP: apart, quarantined unless validated; without IPP one per document', () => {
    expect(decidePerson({ ipps: [IPP], traits, tag: 'validee' }, ledger(), 'd')).toEqual({ outcome: 'created', keys: [IPP], isQuarantined: false })
    expect(decidePerson({ ipps: [IPP], traits, tag: 'recuperee' }, ledger(), 'd')).toMatchObject({ isQuarantined: true })
    const [one, two] = ['d1', 'd2'].map(document => decidePerson({ ipps: [], traits, tag: 'provisoire' }, ledger(), document))
    expect(one?.keys).not.toEqual(two?.keys)
  })
  it('never links to a person that shares neither the qualified INS nor an IPP, whatever the traits', () => {
    const id = fc.constantFrom('1', '2', '3')
    const claims = fc.record({
      ins: fc.option(id, { nil: undefined }),
      isQualified: fc.boolean(),
      ipp: fc.option(id, { nil: undefined }),
      family: fc.constantFrom('A', 'B'),
      knownIns: fc.option(id, { nil: undefined }),
      knownIpp: fc.option(id, { nil: undefined }),
    })
    fc.assert(
      fc.property(claims, ({ ins, isQualified, ipp, family, knownIns, knownIpp }) => {
        const known = person({ traits: { ...traits, birthFamily: 'A' }, ...(knownIns === undefined ? {} : { ins: { system: 'ins', value: knownIns } }) })
        const rows: [IdentityKey, KnownPerson][] = []
        if (knownIns !== undefined) rows.push([{ system: 'ins', value: knownIns }, known])
        if (knownIpp !== undefined) rows.push([{ system: 'ipp', value: knownIpp }, known])
        const decision = decidePerson(
          {
            ...(ins === undefined ? {} : { ins: { system: 'ins', value: ins, isQualified } }),
            ipps: ipp === undefined ? [] : [{ system: 'ipp', value: ipp }],
            traits: { ...traits, birthFamily: family },
            tag: 'provisoire',
          },
          ledger(...rows),
          'd',
        )
        const sharesIns = isQualified && ins !== undefined && ins === knownIns
        const sharesIpp = ipp !== undefined && ipp === knownIpp
        if (decision.known !== undefined) expect(sharesIns || sharesIpp).toBe(true)
        if (decision.outcome === 'linked' && sharesIns) expect(family).toBe('A')
        if (decision.outcome === 'upgraded') expect(knownIns).toBeUndefined()
      }),
    )
  })
})
