import { expect, it } from 'vitest'
import { readPopulation, restOf } from '../../../../gateway/fhir/search/population.ts'
import { readSearch } from '../../../../gateway/fhir/search/query.ts'

const party = { name: 'dac', kind: 'structure' as const, references: [], structures: ['Organization/dac'], sector: 'health' as const }

it.each([
  ['territoire=54395&priority=urgent&status=requested', ['priority']],
  ['territoire=54395&authored-on=ne2026&code:not=SNP', ['authored-on', 'code:not']],
  ['territoire=54395&status=requested', []],
])('what the ledger does not know of %s the store is asked', (asked, rest) => {
  const search = readSearch('Task', new URLSearchParams(asked))
  expect([readPopulation(search, party)?.type, restOf('Task', search.query).map(([name]) => name)]).toEqual(['Task', rest])
})

it('Tasks of a territory that name a person, or one’s own place and more, are asked of the store alone', () => {
  for (const more of ['patient=Patient/p1', `owner=${party.structures[0]}&priority=urgent`])
    expect(readPopulation(readSearch('Task', new URLSearchParams(`territoire=54395&${more}`)), party)).toBeUndefined()
})

it('an order that Tasks of a territory are not kept in is refused by its name', () => {
  const search = readSearch('Task', new URLSearchParams('territoire=54395&_sort=priority'))
  expect(() => readPopulation(search, party)).toThrowError(expect.objectContaining({ code: 'fhir.parameter_unknown', path: '_sort' }))
})

/** What the ledger is asked of the dates of a Task; undefined for a search that it does not answer. */
function datesOf(asked: string): string[] | undefined {
  const population = readPopulation(readSearch('Task', new URLSearchParams(`territoire=54395&${asked}`)), party)
  const conditions = population?.type === 'Task' ? population.conditions : undefined
  return conditions?.flatMap(one => ('value' in one ? [`${one.column} ${one.comparison} ${one.value.toISOString()}`] : []))
}

it.each([
  ['authored-on=gt2026-06-01', ['authored >= 2026-06-02T00:00:00.000Z']],
  ['authored-on=gt2026-06', ['authored >= 2026-07-01T00:00:00.000Z']],
  ['modified=gt2025', ['modified >= 2026-01-01T00:00:00.000Z']],
  ['modified=lt2026-06', ['modified < 2026-06-01T00:00:00.000Z']],
  ['echeance=ge2026-06&echeance=le2026-06', ['due >= 2026-06-01T00:00:00.000Z', 'due < 2026-07-01T00:00:00.000Z']],
  ['echeance=gt2026-06-01T10:00:00%2B02:00', ['due > 2026-06-01T08:00:00.000Z']],
  ['authored-on=ne2026', []],
])('Tasks of a territory by %s are asked of the ledger as %j', (asked, expected) => {
  expect(datesOf(asked)).toEqual(expected)
})
