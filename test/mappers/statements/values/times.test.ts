import { describe, expect, it } from 'vitest'
import { made, observation, section } from '../../../support/statements.ts'

const over = (inner: string) =>
  made(section({ code: '42545-4', entries: [observation({ time: `<effectiveTime xsi:type="IVL_TS">${inner}</effectiveTime>` })] }))
const low = (value: string): string => `<low value="${value}"/>`
const width = (value: string, unit: string): string => `<width value="${value}" unit="${unit}"/>`

describe('an interval told by its width', () => {
  it.each([
    ['two days from the first are that day and the next', `${low('20231201')}${width('2', 'd')}`, '2023-12-01', '2023-12-02'],
    ['two weeks', `${low('20231201')}${width('2', 'wk')}`, '2023-12-01', '2023-12-14'],
    ['48 hours of whole days', `${low('20231201')}${width('48', 'h')}`, '2023-12-01', '2023-12-02'],
    ['a month ends the day before that of the same number', `${low('20230115')}${width('1', 'mo')}`, '2023-01-15', '2023-02-14'],
    ['a year', `${low('20230101')}${width('1', 'a')}`, '2023-01-01', '2023-12-31'],
    ['three months of whole months', `${low('202301')}${width('3', 'mo')}`, '2023-01', '2023-03'],
    ['hours after a minute', `${low('202312010800+0100')}${width('36', 'h')}`, '2023-12-01T08:00:00+01:00', '2023-12-02T20:00:00+01:00'],
    ['before its end', `<high value="20231210"/>${width('10', 'd')}`, '2023-12-01', '2023-12-10'],
  ])('%s', (_, inner, start, end) => {
    const found = over(inner)
    expect(found.one('Observation').effectivePeriod).toEqual({ start, end })
    expect(found.findings).not.toContain('statement.width-unread')
  })

  it('one day is that day', () => {
    expect(over(`${low('20231201')}${width('1', 'd')}`).one('Observation').effectiveDateTime).toBe('2023-12-01')
  })

  it.each([
    ['hours finer than the day they follow', `${low('20231201')}${width('5', 'h')}`],
    ['a unit that is none of time', `${low('20231201')}${width('5', 'j')}`],
    ['a width beyond the calendar', `${low('20231201')}${width('90000', 'a')}`],
    ['a width of nothing', `${low('20231201')}${width('0', 'd')}`],
  ])('%s gives no end, and a finding', (_, inner) => {
    const found = over(inner)
    expect([found.one('Observation').effectivePeriod, found.findings.includes('statement.width-unread')]).toEqual([{ start: '2023-12-01' }, true])
  })

  it('a width alone has no dates, and a finding says so', () => {
    expect(over(width('5', 'd')).findings).toContain('statement.width-unread')
  })
})

describe('an end that is not of the interval', () => {
  it('is the day before', () => {
    expect(over('<low value="20231201"/><high value="20231203" inclusive="false"/>').one('Observation').effectivePeriod).toEqual({
      start: '2023-12-01',
      end: '2023-12-02',
    })
  })
})
