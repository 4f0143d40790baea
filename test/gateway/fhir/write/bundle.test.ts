import type { Bundle, FhirResource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../../gateway/access/callers/actor.ts'
import { readScopes } from '../../../../gateway/access/callers/scopes.ts'
import { readBundle } from '../../../../gateway/fhir/write/bundle.ts'

const actor: Actor = { clientId: 'dac', kind: 'dac', structure: undefined, scopes: readScopes('system/CarePlan.cruds system/Organization.cruds') }
const patch = (text: string): FhirResource => ({
  resourceType: 'Binary',
  contentType: 'application/json-patch+json',
  data: Buffer.from(text).toString('base64'),
})
const plan = { resourceType: 'CarePlan', id: 'a' } as FhirResource

describe('an entry that cannot be read says where it is wrong', () => {
  it.each([
    ['the version', 'PUT', 'CarePlan/a', 'W/3 3', plan, 'request.ifMatch'],
    ['a patch that is no JSON', 'PATCH', 'Organization/a', 'W/"3"', patch('[{'), 'resource.data'],
    ['a patch that names a member twice', 'PATCH', 'Organization/a', 'W/"3"', patch('[{"op":"add","op":"test"}]'), 'resource.data'],
    ['a type out of its scopes', 'PUT', 'Goal/a', 'W/"3"', { ...plan, resourceType: 'Goal' } as FhirResource, 'request.url'],
  ] as const)('%s', (_, method, url, ifMatch, resource, place) => {
    const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method, url, ifMatch }, resource }] }
    const { entries } = readBundle({ type: 'Bundle', text: JSON.stringify(bundle), resource: bundle }, { actor, baseUrl: 'http://hub/fhir', issues: [] })
    expect(entries[0]).toThrowError(expect.objectContaining({ path: `Bundle.entry[0].${place}` }))
  })
})
