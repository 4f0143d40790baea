import { afterEach, describe, expect, it } from 'vitest'
import { ago, count, day, dayOfUtc, duration, month, share, when } from '../../../../gateway/monitor/web/src/formats.ts'
import { changedFrom, fromLocal, toLocal } from '../../../../gateway/monitor/web/src/parts/local-time.ts'

// Dates, durations and numbers as French people write them, and as English people do.

/** Blanks of numbers are narrow and do not break. */
const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, ' ')

const speak = async (language: 'fr' | 'en'): Promise<void> => {
  Object.assign(globalThis, { document: { documentElement: {} }, localStorage: { getItem: () => null, setItem: () => undefined } })
  ;(await import('../../../../gateway/monitor/web/src/language.ts')).setLanguage(language)
}

afterEach(() => speak('fr'))

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1 s'],
    [3449, '3,4 s'],
    [59_949, '59,9 s'],
    [59_951, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [5_400_000, '1 h 30 min'],
    [273_600_000, '3 j 4 h'],
    [-3000, '−3 s'],
    [null, '–'],
    [Number.NaN, '–'],
  ])('%s ms reads %s', (ms, text) => expect(plain(duration(ms))).toBe(text))
})

describe('numbers and dates', () => {
  it('French: a blank between thousands, a comma, day before month', () => {
    expect(plain(count(1_234_567))).toBe('1 234 567')
    expect(plain(share(0.9876))).toBe('98,8 %')
    expect(when('2026-11-28T08:41:12.345')).toBe('28/11/2026 08:41:12')
    expect(day('2026-11-28T08:41:12')).toBe('28/11/2026')
    expect(dayOfUtc('2026-11-28T00:00:00.000Z')).toBe('28/11/2026')
    expect(month('2026-11-28')).toBe('novembre 2026')
    expect(ago('2026-11-28T08:00:00Z', Date.parse('2026-11-28T08:05:30Z'))).toBe('il y a 5 minutes')
  })

  it('English: a comma between thousands, a point', async () => {
    await speak('en')
    expect(count(1_234_567.5)).toBe('1,234,567.5')
    expect(month('2026-11-28')).toBe('November 2026')
    expect(duration(273_600_000)).toBe('3 d 4 h')
  })

  it('what is no time is a dash', () => {
    expect([when('yesterday'), day(null), month(undefined), ago('')]).toEqual(['–', '–', '–', '–'])
  })
})

describe('a time of the address in a field of the form', () => {
  it('is the same moment after its way there and back', () => {
    for (const time of ['2026-11-28T08:41:00Z', '2026-03-29T00:59:59Z', '2026-12-31T23:59:59Z']) expect(fromLocal(toLocal(time))).toBe(time)
  })

  it('left as it was drawn it stays, also in the hour that comes twice when clocks go back', () => {
    const zone = process.env['TZ']
    process.env['TZ'] = 'Europe/Paris'
    for (const known of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-11-28T08:41:00.250Z']) expect(changedFrom(known, toLocal(known))).toBe(known)
    expect([changedFrom('2026-10-25T01:30:00Z', '2026-10-25T04:00'), changedFrom('', '2026-07-01T02:00'), changedFrom('soon', '')]).toEqual([
      '2026-10-25T03:00:00Z',
      '2026-07-01T00:00:00Z',
      '',
    ])
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  it('is empty for what is none', () => expect([toLocal(''), toLocal('soon'), fromLocal(''), fromLocal('soon')]).toEqual(['', '', '', '']))
})
