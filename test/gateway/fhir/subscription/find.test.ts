import { expect, it } from 'vitest'
import { findAmong } from '../../../../gateway/fhir/subscription/find.ts'

const one = { id: 'a', changedAt: new Date('2026-11-15T10:00:30.500Z'), text: '{"resourceType":"Subscription"}' }
const isFound = (date: string): boolean => findAmong([one], new URLSearchParams({ _lastUpdated: date })).total === 1

it.each([
  '2026',
  '2026-11',
  'eq2026-11-15',
  'gt2026-10',
  'ge2026-11',
  'le2026-11',
  'lt2026-12',
  'sa2026-11-14',
  'eb2026-11-16',
  'ne2026-12',
  '2026-11-15T11:00:30+01:00',
  '2026-11-15T10:00Z',
])('a subscription changed on 15 November is found by %s', date => expect(isFound(date)).toBe(true))

it.each(['2026-12', 'gt2026-11', 'gt2026', 'sa2026-11-15', 'lt2026-11-15', 'le2026-10', 'ne2026-11', 'eb2026-11', '2026-11-15T10:00:30+01:00', 'ge2026-12'])(
  'and not by %s',
  date => expect(isFound(date)).toBe(false),
)
