/*
  The published sample documents, where they are present; they are read and never copied.
*/
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Covered, coverageOf } from './coverage.ts'
import { mapCda } from './mapping.ts'

const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus/cda')
export const COVERAGE_PAGE = resolve(import.meta.dirname, '../../mappers/README.md')

export const corpusDocuments: readonly string[] = existsSync(CORPUS)
  ? readdirSync(CORPUS, { recursive: true })
      .map(String)
      .filter(name => name.endsWith('.xml'))
      .sort()
  : []

export const readCorpus = (name: string): Uint8Array => readFileSync(join(CORPUS, name))

/** `LDL-SES` of `tier1/LDL-SES_2022.01.xml`. */
const kindOf = (name: string): string => /([^/_]+)[^/]*$/.exec(name)?.[1] ?? name

export function corpusCoverage(): Covered[] {
  return coverageOf(corpusDocuments.map(name => ({ kind: kindOf(name), statements: mapCda(readCorpus(name)).output.statements })))
}
