import { describe, expect, it } from 'vitest'
import { nextDigest } from '../../../../gateway/fanout/members/daily.ts'

const at = (digestAt: string, now: string): string => nextDigest({ limits: { digestAt } } as never, new Date(now)).toISOString()

describe('the hour at which a member is told of his day', () => {
  it.each([
    ['later today, in winter', '18:00', '2026-01-15T08:00:30Z', '2026-01-15T17:00:00.000Z'],
    ['later today, in summer', '18:00', '2026-07-15T08:00:00Z', '2026-07-15T16:00:00.000Z'],
    ['tomorrow, where it has passed', '18:00', '2026-07-15T16:00:00Z', '2026-07-16T16:00:00.000Z'],
    ['across midnight of Paris', '00:30', '2026-07-15T22:45:00Z', '2026-07-16T22:30:00.000Z'],
    ['across the night that is an hour shorter', '08:00', '2026-03-28T20:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['across the night that is an hour longer', '08:00', '2026-10-24T20:00:00Z', '2026-10-25T07:00:00.000Z'],
    ['at midnight after the day that is an hour longer', '00:00', '2027-10-30T22:05:00Z', '2027-10-31T23:00:00.000Z'],
    ['an hour later in the night in which no clock strikes it', '02:30', '2027-03-27T20:00:00Z', '2027-03-28T01:30:00.000Z'],
    ['an hour later in that night, asked within the hour before', '02:30', '2027-03-28T00:40:00Z', '2027-03-28T01:30:00.000Z'],
  ])('is %s', (_, digestAt, now, expected) => {
    expect(at(digestAt, now)).toBe(expected)
  })
})
