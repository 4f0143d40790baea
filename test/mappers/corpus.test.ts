import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { schemaErrors } from '../support/fhir-schema.ts'
import { mapCda } from '../support/mapping.ts'

// Every sample document maps; what it becomes is compared with what is stored beside this test, so that a change of mapping is seen before it ships.
// `vitest -u` writes the summary again: read its difference before committing it.

const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus/cda')
const STORED = join(import.meta.dirname, 'corpus.json')

interface Summary {
  resources: Record<string, number>
  findings: Record<string, number>
  unread: number
}

const counted = (words: string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const word of [...words].sort()) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

const documents = existsSync(CORPUS)
  ? readdirSync(CORPUS, { recursive: true })
      .map(String)
      .filter(name => name.endsWith('.xml'))
      .sort()
  : []

describe.skipIf(documents.length === 0)('the sample documents', () => {
  const found: Record<string, Summary> = {}

  it.each(documents)('%s maps to resources that fit the R4 schema', name => {
    const mapped = mapCda(readFileSync(join(CORPUS, name)))
    const resources = [...mapped.output.owned, ...mapped.output.claims].map(one => one.resource)
    found[name] = {
      resources: counted(resources.map(resource => resource.resourceType)),
      findings: counted(mapped.findings.map(finding => finding.code)),
      unread: mapped.unread.length,
    }
    expect(resources.flatMap(resource => schemaErrors(resource))).toEqual([])
  })

  it('they become what they became before', async () => {
    await expect(`${JSON.stringify(found, null, 1)}\n`).toMatchFileSnapshot(STORED)
  })
})
