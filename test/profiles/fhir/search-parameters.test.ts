import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SearchParameter } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { SEARCH_PARAMETERS } from '../../../profiles/tables/search-parameters.ts'

// What the FHIR door claims beside R4 is defined in the packages, for that type, as that kind.

const PACKAGES = resolve(import.meta.dirname, '../../../profiles/fhir/packages')
const definitions = ['fr.e-parcours.hub', 'fr.e-parcours.national-stubs'].flatMap(name =>
  readdirSync(`${PACKAGES}/${name}`)
    .filter(file => file.startsWith('SearchParameter-'))
    .map(file => JSON.parse(readFileSync(`${PACKAGES}/${name}/${file}`, 'utf8')) as SearchParameter),
)

const claimed = Object.entries(SEARCH_PARAMETERS).flatMap(([type, rows]) =>
  Object.entries(rows)
    .filter(([, { definition }]) => !definition.startsWith('http://hl7.org/'))
    .map(([code, { kind, definition }]) => [type, code, kind, definition] as const),
)

it.each(claimed)('%s?%s, a %s, is defined by %s', (type, code, kind, definition) => {
  expect(definitions.find(({ url }) => url === definition)).toMatchObject({ code, type: kind, base: expect.arrayContaining([type]), status: 'active' })
})
