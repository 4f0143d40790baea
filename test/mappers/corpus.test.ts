import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { percentOf, renderCoverage } from '../support/coverage.ts'
import { COVERAGE_PAGE, corpusCoverage, corpusDocuments, readCorpus } from '../support/corpus.ts'
import { pageWith } from '../support/fenced.ts'
import { schemaErrors } from '../support/fhir-schema.ts'
import { mapCda } from '../support/mapping.ts'

// Every sample document maps; what it becomes is compared with what is stored beside this test, so that a change of mapping is seen before it ships.
// `vitest -u` writes the summary again: read its difference before committing it.

const STORED = join(import.meta.dirname, 'corpus.json')
/** Kinds of which nearly all must be mapped. */
const FIRST = ['LDL-SES', 'CANCER-PPS', 'VSM', 'DLU-EHPAD-DLU']

interface Summary {
  resources: Record<string, number>
  findings: Record<string, number>
  statements: Record<string, number>
  unread: number
}

const counted = (words: string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const word of [...words].sort()) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

describe.skipIf(corpusDocuments.length === 0)('the sample documents', () => {
  const found: Record<string, Summary> = {}

  it.each(corpusDocuments)('%s maps to resources that fit the R4 schema, each once', name => {
    const mapped = mapCda(readCorpus(name))
    const resources = [...mapped.output.owned, ...mapped.output.claims].map(one => one.resource)
    found[name] = {
      resources: counted(resources.map(resource => resource.resourceType)),
      findings: counted(mapped.findings.map(finding => finding.code)),
      statements: counted(mapped.output.statements.map(one => one.outcome)),
      unread: mapped.unread.length,
    }
    expect(resources.flatMap(resource => schemaErrors(resource))).toEqual([])
    expect(new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`)).size).toBe(resources.length)
  })

  it('they become what they became before', async () => {
    await expect(`${JSON.stringify(found, null, 1)}\n`).toMatchFileSnapshot(STORED)
  })

  it('at least 95 % of the statements of the first kinds are mapped, 85 % of the others, and the page says how many', () => {
    const rows = corpusCoverage()
    const short = rows.filter(row => percentOf(row) < (FIRST.includes(row.kind) ? 95 : 85)).map(row => row.kind)
    expect([short, FIRST.filter(kind => !rows.some(row => row.kind === kind))]).toEqual([[], []])
    const page = readFileSync(COVERAGE_PAGE, 'utf8')
    expect(pageWith(page, 'coverage', renderCoverage(rows))).toBe(page)
  })
})
