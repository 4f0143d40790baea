import { expect, it } from 'vitest'
import { readReportSearch } from '../../../gateway/fhir/measure-report/query.ts'

const monthsOf = (period: string): string[] =>
  readReportSearch(new URLSearchParams({ period }), new Date('2026-04-10T00:00:00Z')).months.filter(month => month >= '2026')

it.each([
  ['2026-02', ['2026-02']],
  ['ne2026-02', ['2026-04', '2026-03', '2026-01']],
  ['sa2026-02', ['2026-04', '2026-03']],
  ['eb2026-02', ['2026-01']],
  ['eb2026-02-15', ['2026-01']],
  ['ge2026-03-31', ['2026-04', '2026-03']],
])('reports of the period %s', (period, months) => {
  expect(monthsOf(period)).toEqual(months)
})
