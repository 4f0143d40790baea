import { describe, expect, it } from 'vitest'
import { serialised } from '../../../gateway/workers/serialised.ts'

const named = (many: number) =>
  Array.from({ length: many }, (_, at) => ({ resourceType: 'Observation' as const, id: `o${at}`, performer: [{ display: 'N'.repeat(10_000_000) }] }))

describe('the resources of a document as JSON', () => {
  it('are not written where a name that each of them repeats makes them many times the document', () => {
    expect(() => serialised(named(11), [])).toThrow(expect.objectContaining({ code: 'document.too_large', path: 'Observation' }))
  })

  it('may be several times the document', () => {
    expect(serialised(named(9), []).entries).toHaveLength(9)
  })
})
