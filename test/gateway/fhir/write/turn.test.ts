import type { DocumentReference } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { identifiersOf } from '../../../../gateway/fhir/write/turn.ts'

// Each identifier of a write is locked and looked up, of a document in the store: how many there are is bounded before.

const named = (count: number): DocumentReference => ({
  resourceType: 'DocumentReference',
  status: 'current',
  identifier: Array.from({ length: count }, (_, n) => ({ system: 'urn:oid:1.2.250.1.999.9', value: String(n) })),
  content: [],
})

it('a resource names itself five hundred times and no more', () => {
  const type = 'DocumentReference'
  expect(identifiersOf({ type, resource: named(500) })).toHaveLength(500)
  expect(() => identifiersOf({ type, resource: named(501) })).toThrow(expect.objectContaining({ code: 'fhir.too_large', path: 'DocumentReference.identifier' }))
})

it('what has one identifier, or none, is read like what has many', () => {
  expect(
    identifiersOf({ type: 'Bundle', resource: { resourceType: 'Bundle', type: 'document', identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:1' } } }),
  ).toEqual([{ type: 'Bundle', system: 'urn:ietf:rfc:3986', value: 'urn:uuid:1' }])
  expect(identifiersOf({ type: 'Goal', resource: { resourceType: 'Goal', lifecycleStatus: 'active', description: {}, subject: {} } })).toEqual([])
})
