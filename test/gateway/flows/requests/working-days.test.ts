import { describe, expect, it } from 'vitest'
import { hasWaited } from '../../../../gateway/flows/requests/working-days.ts'
import { isPublicHoliday } from '../../../../profiles/tables/public-holidays.ts'

describe('public holidays of France', () => {
  it.each([
    ['2024', '01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25'],
    ['2025', '01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25'],
    ['2026', '01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25'],
    ['2027', '01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25'],
    ['2035', '01-01 03-26 05-01 05-03 05-08 05-14 07-14 08-15 11-01 11-11 12-25'],
    ['2038', '01-01 04-26 05-01 05-08 06-03 06-14 07-14 08-15 11-01 11-11 12-25'],
  ])('are these in %s and no other day', (year, expected) => {
    const days = Array.from({ length: 366 }, (_, n) => new Date(Date.UTC(Number(year), 0, 1 + n)).toISOString().slice(0, 10))
    expect(days.filter(day => day.startsWith(year) && isPublicHoliday(day)).map(day => day.slice(5))).toEqual(expected.split(' '))
  })
})

describe('whole working days have gone by', () => {
  it.each([
    ['three days of one week', '2026-06-01T10:00:00+02:00', 3, '2026-06-04T10:00:00+02:00'],
    ['a weekend does not count', '2026-06-04T10:00:00+02:00', 3, '2026-06-09T10:00:00+02:00'],
    ['Whit Monday does not count', '2026-05-22T10:00:00+02:00', 1, '2026-05-26T10:00:00+02:00'],
    ['Ascension does not count', '2026-05-13T10:00:00+02:00', 1, '2026-05-15T10:00:00+02:00'],
    ['Christmas and the New Year', '2026-12-24T10:00:00+01:00', 6, '2027-01-05T10:00:00+01:00'],
    ['shortly after midnight in Paris it is that day, not the one before', '2026-05-07T00:30:00+02:00', 1, '2026-05-11T00:30:00+02:00'],
    ['begun on a Saturday', '2026-06-06T10:00:00+02:00', 1, '2026-06-08T10:00:00+02:00'],
  ])('%s', (_, since, days, due) => {
    expect(hasWaited(since, new Date(Date.parse(due) - 1), days)).toBe(false)
    expect(hasWaited(since, new Date(due), days)).toBe(true)
  })

  it('never where nobody says since when', () => {
    expect(hasWaited(undefined, new Date(), 0)).toBe(false)
  })
})
