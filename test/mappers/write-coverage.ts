/*
  `npm run coverage`: maps the published samples and writes what of them is covered into mappers/README.md.
*/
import { readFileSync, writeFileSync } from 'node:fs'
import { renderCoverage } from '../support/coverage.ts'
import { COVERAGE_PAGE, corpusCoverage, corpusDocuments } from '../support/corpus.ts'
import { pageWith } from '../support/fenced.ts'

if (corpusDocuments.length === 0) {
  process.stderr.write('the sample documents are not here: put them into ../shared/corpus/cda\n')
  process.exit(1)
}
const table = renderCoverage(corpusCoverage())
writeFileSync(COVERAGE_PAGE, pageWith(readFileSync(COVERAGE_PAGE, 'utf8'), 'coverage', table))
process.stdout.write(`${table}\n`)
