import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toAddress, toCodeableConcept, toContactPoint, toIdentifier, toPeriod } from '../../../mappers/cda/datatypes.ts'
import { readTime, toDate, toDateTime, toLegalTime } from '../../../mappers/cda/timestamps.ts'

const path = 'ClinicalDocument/id'

describe('timestamps', () => {
  it('an instant is shown as the clocks of France show it, and is that instant', () => {
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'medium' })
    // Also in the hours around a change of the clock.
    const instant = fc.oneof(
      fc.date({ min: new Date('1912-01-01T00:00:00Z'), max: new Date('2037-01-01T00:00:00Z'), noInvalidDate: true }),
      fc.integer({ min: -7200, max: 7200 }).map(seconds => new Date(Date.parse('2026-10-25T01:00:00Z') + seconds * 1000)),
      fc.integer({ min: -7200, max: 7200 }).map(seconds => new Date(Date.parse('2026-03-29T01:00:00Z') + seconds * 1000)),
    )
    fc.assert(
      fc.property(instant, at => {
        const told = toLegalTime(at.toISOString())
        expect(told.slice(0, 19)).toBe(clock.format(at).replace(' ', 'T'))
        expect(Date.parse(told)).toBe(Math.floor(at.getTime() / 1000) * 1000)
      }),
    )
  })

  it.each([
    ['2023', '2023'],
    ['202305', '2023-05'],
    ['20230531', '2023-05-31'],
    ['2023053114', '2023-05-31'],
    ['202302091130+0100', '2023-02-09T11:30:00+01:00'],
    ['20210409094914.827+0100', '2021-04-09T09:49:14+01:00'],
    ['19790000', '1979'],
    ['19790300', '1979-03'],
    ['20230531240000+0200', '2023-05-31'],
  ])('%s is %s: as precise as written', (ts, expected) => {
    expect(readTime(ts)).toEqual({ value: expected, isOffsetAssumed: false })
  })

  it('without an offset the legal time of France is taken, and said', () => {
    expect(readTime('20230115083000')).toEqual({ value: '2023-01-15T08:30:00+01:00', isOffsetAssumed: true })
    expect(readTime('202307150830')).toEqual({ value: '2023-07-15T08:30:00+02:00', isOffsetAssumed: true })
  })

  it.each([
    ['20261025013000', '2026-10-25T01:30:00+02:00'],
    ['20261025023000', '2026-10-25T02:30:00+01:00'],
    ['20260329013000', '2026-03-29T01:30:00+01:00'],
    ['20260329033000', '2026-03-29T03:30:00+02:00'],
  ])('%s, on the day the clock changes, is %s', (ts, value) => {
    expect(readTime(ts)).toEqual({ value, isOffsetAssumed: true })
  })

  it.each(['20230115083000+9900', '20230115083000+0160', '20230115083000-1401'])('of %j only the day is known: there is no such offset', ts => {
    expect(toDateTime(ts)).toBe('2023-01-15')
  })

  it.each(['', 'hier', '20230230', '20231301', '2023-05-31', '20', '00000000'])('%j is no time', ts => {
    expect(toDateTime(ts)).toBeUndefined()
  })

  it('a birth date has no clock', () => {
    expect(toDate('197903281200+0100')).toBe('1979-03-28')
  })
})

describe('identifiers', () => {
  it.each([
    [
      { root: '1.2.3', extension: 'A' },
      { system: 'urn:oid:1.2.3', value: 'A' },
    ],
    [{ root: '1.2.3' }, { system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3' }],
    [{ root: '2ED5EF29-0000-4000-8000-ABCDEFABCDEF' }, { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:2ed5ef29-0000-4000-8000-abcdefabcdef' }],
    [{ root: 'xxxxxxxx' }, { value: 'xxxxxxxx' }],
    [{ root: 'xxxxxxxx', extension: 'A' }, { value: 'A' }],
  ])('%j', (id, expected) => {
    expect(toIdentifier({ ...id, path })).toEqual(expected)
  })
})

describe('codes, periods, addresses, telecom', () => {
  it('a code of an unknown OID keeps it; words without a code are text; nothing is nothing', () => {
    expect(toCodeableConcept({ code: 'A', system: '1.2.3', display: 'Un' })).toEqual({ coding: [{ system: 'urn:oid:1.2.3', code: 'A', display: 'Un' }] })
    expect(toCodeableConcept({ nullFlavor: 'NA', originalText: 'motif' })).toEqual({ text: 'motif' })
    expect(toCodeableConcept({ nullFlavor: 'NA' })).toBeUndefined()
  })

  it('a period has the ends it was given', () => {
    expect(toPeriod({ low: '20230101' })).toEqual({ start: '2023-01-01' })
    expect(toPeriod({})).toBeUndefined()
  })

  it.each([
    [
      { value: 'tel:0600000000', use: 'MC' },
      { system: 'phone', value: '0600000000', use: 'mobile' },
    ],
    [
      { value: 'mailto:a@b.mssante.fr', use: 'DIR' },
      { system: 'email', value: 'a@b.mssante.fr', use: 'work' },
    ],
    [{ value: 'fax:0300000000' }, { system: 'fax', value: '0300000000' }],
    [{ value: 'http://exemple.fr/a' }, { system: 'url', value: 'http://exemple.fr/a' }],
    [
      { value: '0300000000', use: 'WP' },
      { system: 'phone', value: '0300000000', use: 'work' },
    ],
  ])('%j', (telecom, expected) => {
    expect(toContactPoint(telecom)).toEqual(expected)
  })

  it('the county of an address is its district', () => {
    expect(toAddress({ lines: [], county: '51215', city: 'VILLE' })).toEqual({ city: 'VILLE', district: '51215' })
  })
})

it.each([
  ['BAD', 'old'],
  ['HP BAD', 'old'],
  ['DIR HP', 'home'],
])('an address used as %j is %j', (use, said) => {
  expect(toAddress({ use, lines: ['1 rue A'] }).use).toBe(said)
})
