import { describe, expect, it } from 'vitest'
import { documents, post, resourcesIn } from '../../support/mapped-documents.ts'

// Every bundle the mapper makes is taken by the store as one transaction. Alone on the stack: the samples are sent through the hub too, under the same ids.

describe('what the store does with our resources', () => {
  it.each(documents)('%s is taken as one transaction, and changes nothing the second time', async (_, path) => {
    const entry = resourcesIn(path).map(resource => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}` } }))
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry }
    const first = await post('', bundle)
    expect([first.status, first.body.issue]).toEqual([200, undefined])
    const second = (await post('', bundle)) as { status: number; body: { entry?: { response?: { etag?: string } }[] } }
    const again = (await post('', bundle)) as typeof second
    const etags = (answer: typeof second) => answer.body.entry?.map(one => one.response?.etag)
    expect(etags(again)).toEqual(etags(second))
  })
})
