import { afterEach, expect, it, vi } from 'vitest'
import { readAuditSearch } from '../../../gateway/fhir/audit-event/query.ts'

const datesOf = (date: string): string[] =>
  readAuditSearch(new URLSearchParams({ date })).filter.dates.map(({ operator, at }) => `${operator} ${at.toISOString()}`)

it.each([
  ['2026-11', ['>= 2026-11-01T00:00:00.000Z', '< 2026-12-01T00:00:00.000Z']],
  ['2026-11-30', ['>= 2026-11-30T00:00:00.000Z', '< 2026-12-01T00:00:00.000Z']],
  ['2026-11-30T04:00Z', ['>= 2026-11-30T04:00:00.000Z', '< 2026-11-30T04:01:00.000Z']],
  ['2026-11-30T04:00:00Z', ['>= 2026-11-30T04:00:00.000Z', '< 2026-11-30T04:00:01.000Z']],
  ['ge2026-11', ['>= 2026-11-01T00:00:00.000Z']],
  ['le2026-11', ['< 2026-12-01T00:00:00.000Z']],
  ['lt2026-11-30T05:00:00.250 01:00', ['< 2026-11-30T04:00:00.250Z']],
  ['eb2026-11-30', ['< 2026-11-30T00:00:00.000Z']],
  ['gt2026-11-30', ['>= 2026-12-01T00:00:00.000Z']],
  ['sa2026-11-30T04:00:00Z', ['>= 2026-11-30T04:00:01.000Z']],
])('the audit of %s is that between its ends', (date, expected) => {
  expect(datesOf(date)).toEqual(expected)
})

afterEach(() => vi.unstubAllEnvs())

it.each(['UTC', 'Europe/Paris', 'Pacific/Noumea'])('a time without a zone is one of UTC, as a day is, on a machine of %s', zone => {
  vi.stubEnv('TZ', zone)
  expect(datesOf('ge2026-11-30T04:00:00')).toEqual(['>= 2026-11-30T04:00:00.000Z'])
  expect(datesOf('2026-11-30T04:00')).toEqual(['>= 2026-11-30T04:00:00.000Z', '< 2026-11-30T04:01:00.000Z'])
  expect(datesOf('2026-11-30')).toEqual(['>= 2026-11-30T00:00:00.000Z', '< 2026-12-01T00:00:00.000Z'])
})

it('of about a day it is that of the days around it', () => {
  expect(datesOf('ap2026-01-01').map(text => text.slice(0, 2))).toEqual(['>=', '< '])
})

it.each(['2026-02-30', 'ne2026-11-30', 'xx2026', '2026-11,2026-12', '-'])('%s is no date of an audit', date => {
  expect(() => datesOf(date)).toThrowError(/date/)
})
