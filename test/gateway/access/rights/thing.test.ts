import type { DocumentReference } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { contentOf } from '../../../../gateway/access/rights/thing.ts'

it.each([
  [
    'its LOINC code, wherever it stands',
    [
      { system: 'urn:oid:1.2.250.1.999.12', code: 'CR-42' },
      { system: 'http://loinc.org', code: '11490-0' },
    ],
    '11490-0',
  ],
  ['the one it has', [{ display: 'Lettre' }, { system: 'urn:oid:1.2.250.1.213.1.1.4.12', code: 'SYNTH' }], 'SYNTH'],
  ['none', [{ display: 'Lettre' }], undefined],
])('the type of a document, to which a person may narrow an opposition, is %s', (_, coding, expected) => {
  const document: DocumentReference = { resourceType: 'DocumentReference', id: 'd', status: 'current', type: { coding }, content: [] }
  expect(contentOf(document).documentType).toBe(expected)
})
