import { afterEach, expect, it, vi } from 'vitest'
import { readAuditSearch } from '../../../gateway/fhir/audit-event/query.ts'

const datesOf = (date: string): string[] =>
  readAuditSearch(new URLSearchParams({ date })).filter.dates.map(bounds => bounds.map(({ operator, at }) => `${operator} ${at.toISOString()}`).join(' or '))

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
  ['ne2026-11-30', ['< 2026-11-30T00:00:00.000Z or >= 2026-12-01T00:00:00.000Z']],
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

it.each(['2026-02-30', 'xx2026', '2026-11,2026-12', '-'])('%s is no date of an audit', date => {
  expect(() => datesOf(date)).toThrowError(/date/)
})

it('of the alternatives of a parameter one is enough; what is sent again must hold too', () => {
  const asked =
    'date=ge2026&subtype=read,search-type&type=rest,login&agent=Organization/a,Organization/b&altid=c&entity=Task/t,Task/u&agent-role=humanuser&patient=p,Patient/q'
  expect(readAuditSearch(new URLSearchParams(asked)).filter).toMatchObject({
    interactions: [['read', 'search']],
    kinds: [['rest', 'login']],
    agents: [['Organization/a', 'Organization/b'], ['c']],
    objects: [['Task/t', 'Task/u']],
    roles: [['humanuser']],
    patients: ['Patient/p', 'Patient/q'],
  })
})
