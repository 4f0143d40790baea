import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replaceIds, writeTransaction } from '../../../gateway/store/bundle.ts'

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const read = (json: Uint8Array): unknown => JSON.parse(Buffer.from(json).toString())

describe('ids in a serialised entry', () => {
  it('become those of the ledger everywhere, and nothing else changes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uuid(), fc.uuid()), { maxLength: 5 }), fc.uuid(), fc.string({ unit: 'grapheme' }), (pairs, other, text) => {
        const actual = new Map(pairs)
        // An id that is candidate of one and actual of another would be replaced twice: the ledger never gives such a pair.
        fc.pre([...actual.values()].every(id => !actual.has(id)))
        const resource = (name: (id: string) => string): object => ({
          text,
          subject: [...actual.keys()].map(id => ({ reference: `Patient/${name(id)}` })),
          id: name(other),
        })
        expect(read(replaceIds(bytes(resource(id => id)), actual))).toEqual(resource(id => actual.get(id) ?? id))
      }),
    )
  })

  it('are UUIDs, anything else is refused before a byte moves', () => {
    expect(() => replaceIds(bytes({}), new Map([['p1', 'p2']]))).toThrow(RangeError)
  })
})

describe('a transaction', () => {
  it('PUTs each entry under its own id, with its bytes untouched', () => {
    const json = Buffer.from('{"resourceType":"Patient","id":"p1","weight":1.00}')
    const bundle = Buffer.from(
      writeTransaction([
        { type: 'Patient', id: 'p1', json },
        { type: 'Binary', id: 'b1', json: bytes({ resourceType: 'Binary', id: 'b1' }) },
      ]),
    )
    expect(bundle.includes('"weight":1.00')).toBe(true)
    expect(read(bundle)).toMatchObject({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ request: { method: 'PUT', url: 'Patient/p1' } }, { request: { url: 'Binary/b1' } }],
    })
  })
})
