import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readStrictJson } from '../../../gateway/fhir/strict-json.ts'
import { HubError } from '../../../profiles/errors.ts'

const bytesOf = (text: string): Uint8Array => Buffer.from(text)

function refusalOf(bytes: Uint8Array): { code: string; path: string | undefined } {
  try {
    readStrictJson(bytes)
  } catch (error) {
    if (error instanceof HubError) return { code: error.code, path: error.path }
    throw error
  }
  throw new Error('it was taken')
}

describe('the JSON of a client', () => {
  it('is taken as it is: any JSON, in any layout, gives its value and its own text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        expect(readStrictJson(bytesOf(text))).toEqual({ text, value: JSON.parse(text) })
      }),
    )
  })

  it('keeps the text of decimals', () => {
    expect(readStrictJson(bytesOf('{"value":1.00,"low":1e-2}')).text).toBe('{"value":1.00,"low":1e-2}')
  })

  it.each(['1e-1000', '[2E+00099999]', '{"value":1.5e999999999}'])('is refused with a number that nobody could write out: %s', text => {
    expect(refusalOf(bytesOf(text)).code).toBe('fhir.invalid')
  })

  it.each(['1e-999', '[true,false,1e0000000003]', '{"1e9999":"1e9999"}', '"1e\\"1e9999"'])('with others is taken: %s', text => {
    expect(readStrictJson(bytesOf(text)).text).toBe(text)
  })

  it.each([
    ['values', `[${'{},'.repeat(1_000_000)}1]`],
    ['numbers', `[${'1,'.repeat(2_000_000)}1]`],
    ['members of one object', `{${Array.from({ length: 20_000 }, (_one, at) => `"k${at}":1`).join()}}`],
  ])('is refused before it is read when it has more %s than anybody sends', (_what, text) => {
    expect(refusalOf(bytesOf(text))).toEqual({ code: 'fhir.too_large', path: 'body' })
  })

  it('may begin with a byte order mark, which is no part of the text', () => {
    expect(readStrictJson(bytesOf('\uFEFF{"a":1}')).text).toBe('{"a":1}')
  })

  it.each([
    ['a byte that begins no character', [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]],
    ['a character that breaks off', [0x22, 0xc3, 0x22]],
    ['a surrogate as three bytes', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['an over-long form', [0x22, 0xc0, 0xaf, 0x22]],
    ['Latin-1', [...Buffer.from('"é"', 'latin1')]],
  ])('is refused when it is not UTF-8: %s', (_what, bytes) => {
    expect(refusalOf(Uint8Array.from(bytes)).code).toBe('fhir.body_utf8')
  })

  it.each(['', ' ', '{', '{"a":1,}', "{'a':1}", '{"a":01}', '{"a":NaN}', '{"a":1}{', '{"a"', '"a', '{"a\\":1}', '[1,2', '}', '<Patient/>', '{"a":"\t"}'])(
    'is refused when it is no JSON: %j',
    text => {
      expect(refusalOf(bytesOf(text)).code).toBe('fhir.body_json')
    },
  )

  it.each([
    ['at the first level', '{"resourceType":"Patient","id":"a","id":"b"}', 'Patient.id'],
    [
      'further down',
      '{"resourceType":"CarePlan","activity":[{"detail":{"status":"a"}},{"detail":{"status":"a" , "status":"a"}}]}',
      'CarePlan.activity[1].detail.status',
    ],
    ['behind an escape', '{"resourceType":"Patient","gender":"a","g\\u0065nder":"b"}', 'Patient.gender'],
    ['within an entry', '{"resourceType":"Bundle","entry":[1,[2,3],{"resource":{"_id":1,"_id":1}}]}', 'Bundle.entry[2].resource._id'],
    ['with a name that is no element, which is not repeated', '{"resourceType":"Patient","meta":{"Mme Exemple":1,"Mme Exemple":2}}', 'Patient.meta'],
    ['outside of a resource', '[{"id":1,"id":2}]', 'Resource[0].id'],
    ['as __proto__', '{"resourceType":"Patient","__proto__":1,"__proto__":2}', 'Patient'],
  ])('is refused when a key stands twice %s', (_where, text, path) => {
    expect(refusalOf(bytesOf(text))).toEqual({ code: 'fhir.body_duplicate_key', path })
  })

  it('takes the same key in different objects, and in a string', () => {
    const text = '{"a":{"b":1},"c":{"b":"{\\"b\\":1,\\"b\\":2}"},"d":[{"b":1},{"b":1}],"b":"b"}'
    expect(readStrictJson(bytesOf(text)).value).toEqual(JSON.parse(text))
  })

  it('is refused where it is nested deeper than anybody needs, however deep', () => {
    expect(readStrictJson(bytesOf(`${'['.repeat(128)}${']'.repeat(128)}`)).text).toHaveLength(256)
    for (const depth of [129, 1_000_000]) {
      expect(refusalOf(bytesOf(`${'['.repeat(depth)}${']'.repeat(depth)}`)).code).toBe('fhir.body_depth')
      expect(refusalOf(bytesOf('{"a":'.repeat(depth))).code).toBe('fhir.body_depth')
    }
  })

  it('never fails otherwise, whatever the bytes', () => {
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: fc.constantFrom(...'{}[]",:\\ua1 \n') }).map(bytesOf))
    fc.assert(
      fc.property(anyBytes, bytes => {
        try {
          const { text, value } = readStrictJson(bytes)
          expect(value).toEqual(JSON.parse(text))
        } catch (error) {
          expect(error).toBeInstanceOf(HubError)
          expect((error as HubError).code).toMatch(/^fhir\.body_/)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
