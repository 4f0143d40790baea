import { describe, expect, it } from 'vitest'
import { readIndicatorFilter } from '../../../gateway/monitor/indicator-filter.ts'

// Which months are meant, and what is refused where.

const NOW = new Date('2026-06-30T22:30:00Z') // July has begun in Paris

const read = (text: string) => readIndicatorFilter(new URLSearchParams(text), NOW)

describe('months asked for', () => {
  it.each([
    ['', '2026-07', '2026-07'],
    ['from=2026-01', '2026-01', '2026-07'],
    ['from=2026-01&to=2026-03', '2026-01', '2026-03'],
    ['from=2026-05-31T22:30:00Z&to=2026-06-15', '2026-06', '2026-06'],
    ['from=2026-01&to=2027-01', '2026-01', '2026-07'],
  ])('%s means %s to %s: none is to come', (text, from, to) => {
    expect(read(text)).toMatchObject({ from, to })
  })

  it.each([
    ['from=2026-03&to=2026-02', 'from'],
    ['from=2026-08', 'from'],
    ['from=2026-08&to=2026-09', 'from'],
    ['from=2001-01', 'from'],
    ['from=2026-13', 'from'],
    ['to=hier', 'to'],
    ['kind=hotel', 'kind'],
  ])('%s is refused at %s', (text, path) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'fhir.request', path }))
  })
})
