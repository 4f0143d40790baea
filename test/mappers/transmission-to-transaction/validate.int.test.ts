import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { OperationOutcome, Resource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { writeJson } from '../../../mappers/cda/decimal.ts'
import { mapCda } from '../../support/mapping.ts'
import { readSandbox } from '../../support/sandbox.ts'

// Every bundle the mapper makes passes $validate of the store (base R4, invariants and bindings), and is taken by it as one transaction.

const CORPUS = resolve(import.meta.dirname, '../../../../shared/corpus/cda')
const FIXTURES = resolve(import.meta.dirname, '../../fixtures/cda')

const documents = [
  ...readdirSync(FIXTURES).map(name => join(FIXTURES, name, 'in.xml')),
  ...(existsSync(CORPUS) ? readdirSync(CORPUS, { recursive: true }).map(name => join(CORPUS, String(name))) : []),
].filter(path => path.endsWith('.xml') && existsSync(path))

/** Questions that the store is asked together. */
const AT_ONCE = 6

const store = process.env['HUB_TEST_HAPI'] ?? readSandbox().hapi

function resourcesIn(path: string): Resource[] {
  const { owned, claims } = mapCda(readFileSync(path)).output
  return [...owned, ...claims].map(one => one.resource)
}

async function post(path: string, body: unknown): Promise<{ status: number; body: OperationOutcome }> {
  const response = await fetch(`${store}${path}`, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: writeJson(body) })
  return { status: response.status, body: (await response.json()) as OperationOutcome }
}

async function problemsOf(resource: Resource): Promise<string[]> {
  const { body } = await post(`/${resource.resourceType}/$validate`, resource)
  return (body.issue ?? [])
    .filter(issue => issue.severity === 'error' || issue.severity === 'fatal')
    .map(issue => `${resource.resourceType}: ${issue.diagnostics ?? ''}`)
}

describe('what the store says of our resources', () => {
  it.each(documents.map(path => [path.split('/').slice(-3).join('/'), path]))('%s passes $validate', async (_, path) => {
    const resources = resourcesIn(path)
    const problems: string[] = []
    while (resources.length > 0) problems.push(...(await Promise.all(resources.splice(0, AT_ONCE).map(problemsOf))).flat())
    expect([...new Set(problems)]).toEqual([])
  })

  it.each(documents.map(path => [path.split('/').slice(-3).join('/'), path]))(
    '%s is taken as one transaction, and changes nothing the second time',
    async (_, path) => {
      const entry = resourcesIn(path).map(resource => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id ?? ''}` } }))
      const bundle = { resourceType: 'Bundle', type: 'transaction', entry }
      const first = await post('', bundle)
      expect([first.status, first.body.issue]).toEqual([200, undefined])
      const second = (await post('', bundle)) as { status: number; body: { entry?: { response?: { etag?: string } }[] } }
      const again = (await post('', bundle)) as typeof second
      const etags = (answer: typeof second) => answer.body.entry?.map(one => one.response?.etag)
      expect(etags(again)).toEqual(etags(second))
    },
  )
})
