import { describe, expect, it } from 'vitest'
import { readBody } from '../../../gateway/fhir/body.ts'

const bytesOf = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const MB = 1 << 20

describe('a body that should be a resource', () => {
  it('gives its type, its text as written and its value', () => {
    const text = '{ "resourceType" : "Observation", "valueQuantity": {"value": 1.00} }'
    expect(readBody(bytesOf(text), 'Observation')).toEqual({ type: 'Observation', text, resource: JSON.parse(text) })
  })

  it.each([
    ['null', 'null'],
    ['a number', '12'],
    ['an array', '[{"resourceType":"Patient"}]'],
    ['an object without resourceType', '{"id":"a"}'],
    ['a resourceType that is no name', '{"resourceType":"<script>"}'],
    ['another resourceType', '{"resourceType":"Task"}'],
  ])('is refused: %s', (_what, text) => {
    expect(() => readBody(bytesOf(text), 'Patient')).toThrow(expect.objectContaining({ code: 'fhir.body_type', path: 'resourceType' }))
  })

  it('may hold 4 MB, a Binary more', () => {
    const of = (type: string, size: number) => bytesOf({ resourceType: type, data: 'A'.repeat(size) })
    expect(readBody(of('Patient', 3 * MB)).type).toBe('Patient')
    expect(() => readBody(of('Patient', 5 * MB))).toThrow(expect.objectContaining({ code: 'fhir.too_large' }))
    expect(readBody(of('Binary', 5 * MB)).type).toBe('Binary')
  })

  it('may hold no more than that beside the content of a Binary, and beside the resources of a bundle', () => {
    const extension = Array(MB).fill('12345')
    expect(() => readBody(bytesOf({ resourceType: 'Binary', data: 'A', extension }))).toThrow(
      expect.objectContaining({ code: 'fhir.too_large', path: 'Binary' }),
    )
    for (const entry of [undefined, [], [{ resource: { resourceType: 'Patient' } }]])
      expect(() => readBody(bytesOf({ resourceType: 'Bundle', type: 'batch', entry, extension }))).toThrow(
        expect.objectContaining({ code: 'fhir.too_large', path: 'Bundle' }),
      )
  })

  it('as a bundle: 500 entries, none but a Binary above 4 MB', () => {
    const bundle = (entry: unknown[]) => bytesOf({ resourceType: 'Bundle', type: 'transaction', entry })
    const of = (type: string, size: number) => ({ resource: { resourceType: type, data: 'é'.repeat(size / 2) } })
    const small = of('Patient', 2)
    expect(readBody(bundle(Array(500).fill(small))).type).toBe('Bundle')
    expect(() => readBody(bundle(Array(10_000).fill(small)))).toThrow(expect.objectContaining({ code: 'fhir.too_many_entries' }))
    expect(readBody(bundle([small, of('Patient', 3 * MB), of('Task', 3 * MB), of('Binary', 5 * MB), null, 1])).type).toBe('Bundle')
    expect(() => readBody(bundle([small, of('Binary', 5 * MB), of('Patient', 5 * MB)]))).toThrow(
      expect.objectContaining({ code: 'fhir.too_large', path: 'Bundle.entry[2].resource' }),
    )
  })
})
