import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elementsOf, membersOf, writeObject } from '../../../gateway/fhir/json-text.ts'

describe('cutting JSON text at its first level', () => {
  const indent = fc.constantFrom(undefined, 0, 2, '\t')

  it('finds the members of any object, and writes them back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), indent, (object, space) => {
        const members = membersOf(JSON.stringify(object, null, space))
        expect(members.map(member => [member.key, JSON.parse(member.text)])).toEqual(Object.entries(JSON.parse(JSON.stringify(object))))
        expect(JSON.parse(writeObject(members))).toEqual(JSON.parse(JSON.stringify(object)))
      }),
    )
  })

  it('finds the elements of any array', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), indent, (array, space) => {
        expect(elementsOf(JSON.stringify(array, null, space)).map(text => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(array)))
      }),
    )
  })

  it('finds what stands behind a number of any length', () => {
    const long = '1'.repeat(2000)
    expect(membersOf(`{"low":${long},"high":2}`)).toEqual([
      { key: 'low', text: long },
      { key: 'high', text: '2' },
    ])
  })

  it('keeps decimals as they were written', () => {
    expect(membersOf('{ "value" : 1.00 , "low":1e2}')).toEqual([
      { key: 'value', text: '1.00' },
      { key: 'low', text: '1e2' },
    ])
  })
})
