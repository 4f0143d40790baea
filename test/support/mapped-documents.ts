/*
  What the mapper makes of our documents and of the published samples, and the store that judges it.
*/
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { OperationOutcome, Resource } from 'fhir/r4.js'
import { writeJson } from '../../mappers/cda/decimal.ts'
import { mapCda } from './mapping.ts'
import { readSandbox } from './sandbox.ts'

const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus/cda')
const FIXTURES = resolve(import.meta.dirname, '../fixtures/cda')

const paths = [
  ...readdirSync(FIXTURES).map(name => join(FIXTURES, name, 'in.xml')),
  ...(existsSync(CORPUS) ? readdirSync(CORPUS, { recursive: true }).map(name => join(CORPUS, String(name))) : []),
].filter(path => path.endsWith('.xml') && existsSync(path))

/** Name and path of each. */
export const documents = paths.map(path => [path.split('/').slice(-3).join('/'), path] as const)

const store = process.env['HUB_TEST_HAPI'] ?? readSandbox().hapi

export function resourcesIn(path: string): Resource[] {
  const { owned, claims } = mapCda(readFileSync(path)).output
  return [...owned, ...claims].map(one => one.resource)
}

export async function post(path: string, body: unknown): Promise<{ status: number; body: OperationOutcome }> {
  const response = await fetch(`${store}${path}`, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: writeJson(body) })
  return { status: response.status, body: (await response.json()) as OperationOutcome }
}
