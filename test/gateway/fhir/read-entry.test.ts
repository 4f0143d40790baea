import type { CapabilityStatement } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import type { FhirParts } from '../../../gateway/fhir/parts.ts'
import { readEntry, type ReadingEntry } from '../../../gateway/fhir/read-entry.ts'
import type { Caller } from '../../../gateway/request.ts'

// The CapabilityStatement as an entry of a bundle: what it says to everybody alone.

const caller: Caller = {
  requestId: 'r',
  traceparent: 't',
  actor: { clientId: 'portal', kind: 'gp-portal', structure: undefined, scopes: new Set() },
}
const parts = { baseUrl: () => 'https://hub.test/fhir', product: { name: 'hub', version: '1' }, audit: async () => undefined } as unknown as FhirParts
const asked = (request: ReadingEntry) => readEntry(parts, caller, { action: 'batch', asked: request })

describe('metadata in a bundle', () => {
  it.each(['metadata', '/metadata', 'https://hub.test/fhir/metadata'])('is answered where it is asked for as %s', async url => {
    const { resource, response } = JSON.parse(await asked({ method: 'GET', url })) as { resource: CapabilityStatement; response: { status: string } }
    expect(response.status).toBe('200 OK')
    expect([resource.resourceType, resource.implementation?.url]).toEqual(['CapabilityStatement', 'https://hub.test/fhir'])
  })

  it('is nothing to be posted to, and nothing stands below it', async () => {
    await expect(asked({ method: 'POST', url: 'metadata' })).rejects.toMatchObject({ code: 'fhir.type_unknown' })
    await expect(asked({ method: 'GET', url: 'metadata/1' })).rejects.toMatchObject({ code: 'fhir.type_unknown' })
  })
})
