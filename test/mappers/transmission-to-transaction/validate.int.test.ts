import type { Resource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { documents, post, resourcesIn } from '../../support/mapped-documents.ts'

// Every resource the mapper makes passes $validate of the store: base R4, invariants and bindings.

/** Questions that the store is asked together. */
const AT_ONCE = 6

async function problemsOf(resource: Resource): Promise<string[]> {
  const { body } = await post(`/${resource.resourceType}/$validate`, resource)
  return (body.issue ?? [])
    .filter(issue => issue.severity === 'error' || issue.severity === 'fatal')
    .map(issue => `${resource.resourceType}: ${issue.diagnostics ?? ''}`)
}

describe('what the store says of our resources', () => {
  it.each(documents)('%s passes $validate', async (_, path) => {
    const resources = resourcesIn(path)
    const problems: string[] = []
    while (resources.length > 0) problems.push(...(await Promise.all(resources.splice(0, AT_ONCE).map(problemsOf))).flat())
    expect([...new Set(problems)]).toEqual([])
  })
})
