import { describe, expect, it } from 'vitest'
import { made, section, template } from '../../../support/statements.ts'

const taken = (inner: string, mood = 'EVN') =>
  made(
    section({
      code: '10160-0',
      entries: [
        `<substanceAdministration classCode="SBADM" moodCode="${mood}">${template('E3.42')}<text>X</text><statusCode code="completed"/>${inner}</substanceAdministration>`,
      ],
    }),
  )
const dosesOf = (times: string) => taken(times).one('MedicationStatement').dosage ?? []
const repeatsOf = (times: string) => dosesOf(times).map(({ sequence, timing }) => [sequence, timing?.repeat])

const time = (type: string, operator: string, inner: string, tag = 'effectiveTime'): string =>
  `<${tag} xsi:type="${type}" operator="${operator}">${inner}</${tag}>`
const days = (low: string, high: string): string => `<low value="${low}"/><high value="${high}"/>`
const period = (value: string, unit: string): string => `<period value="${value}" unit="${unit}"/>`
const event = (code: string, inner = ''): string => `<event code="${code}"/>${inner}`
const scheme = (...comps: string[]): string => `<effectiveTime xsi:type="SXPR_TS">${comps.join('')}</effectiveTime>`

describe('times that narrow and times that add', () => {
  const JANUARY = { boundsPeriod: { start: '2018-01-01', end: '2018-01-10' } }
  const FEBRUARY = { boundsPeriod: { start: '2018-02-01', end: '2018-02-10' } }

  it('each interval of a scheme holds for what follows it, one step after the other', () => {
    const flat = (operator: string) =>
      scheme(
        time('IVL_TS', operator, days('20180101', '20180110'), 'comp'),
        time('PIVL_TS', 'A', period('12', 'h'), 'comp'),
        time('IVL_TS', operator, days('20180201', '20180210'), 'comp'),
        time('PIVL_TS', 'A', period('1', 'd'), 'comp'),
      )
    const nested = scheme(
      ...[
        ['20180101', '20180110', '12', 'h'],
        ['20180201', '20180210', '1', 'd'],
      ].map(
        ([low = '', high = '', value = '', unit = '']) =>
          `<comp xsi:type="SXPR_TS" operator="I">${time('IVL_TS', 'I', days(low, high), 'comp')}${time('PIVL_TS', 'A', period(value, unit), 'comp')}</comp>`,
      ),
    )
    for (const written of [flat('I'), flat('A'), nested])
      expect(repeatsOf(written)).toEqual([
        [1, { ...JANUARY, frequency: 1, period: 12, periodUnit: 'h' }],
        [2, { ...FEBRUARY, frequency: 1, period: 1, periodUnit: 'd' }],
      ])
  })

  it('two events of a day stand beside each other, in the same days', () => {
    const first = time('IVL_TS', 'I', days('20180101', '20180110'), 'comp')
    for (const operator of ['A', 'I'])
      expect(repeatsOf(scheme(first, time('EIVL_TS', 'A', event('ACM'), 'comp'), time('EIVL_TS', operator, event('ACV'), 'comp')))).toEqual([
        [1, { ...JANUARY, when: ['ACM'] }],
        [1, { ...JANUARY, when: ['ACV'] }],
      ])
    expect(repeatsOf(`${time('EIVL_TS', 'A', event('ACM'))}${time('EIVL_TS', 'A', event('ACV'))}`)).toEqual([
      [1, { when: ['ACM'] }],
      [1, { when: ['ACV'] }],
    ])
  })

  it.each([
    ['one is taken out of the other', 'E'],
    ['two periods at once', 'A'],
  ])('%s: FHIR has no place for it, no schedule is told, and a finding says so', (_, operator) => {
    const found = taken(`${time('PIVL_TS', 'A', period('8', 'h'))}${time('PIVL_TS', operator, period('7', 'd'))}`)
    expect([found.one('MedicationStatement').dosage, found.findings.includes('statement.part-unread')]).toEqual([undefined, true])
  })

  it('the dates of a scheme are those of the treatment', () => {
    const found = taken(scheme(time('IVL_TS', 'I', days('20180101', '20180110'), 'comp'), time('IVL_TS', 'I', days('20180201', '20180210'), 'comp')))
    expect(found.one('MedicationStatement')).toMatchObject({ status: 'completed', effectivePeriod: { start: '2018-01-01', end: '2018-02-10' } })
  })

  it('a prescription for one day, and one for so many days', () => {
    const asked = (inner: string) => taken(inner, 'INT').one('MedicationRequest').dosageInstruction?.[0]?.timing
    expect(asked('<effectiveTime value="20260601"/>')).toEqual({ event: ['2026-06-01'] })
    expect(asked(time('IVL_TS', 'I', '<width value="10" unit="d"/>'))).toEqual({
      repeat: { boundsDuration: { value: 10, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' } },
    })
  })
})

describe('the offset of an event', () => {
  const offset = (low: string, rest = ''): string => `<offset><low value="${low}" unit="min"/>${rest}</offset>`

  it.each([
    ['before a meal', event('C', offset('-30')), { when: ['AC'], offset: 30 }],
    ['after breakfast', event('CM', offset('45')), { when: ['PCM'], offset: 45 }],
    ['before what is before a meal', event('ACV', offset('-20')), { when: ['ACV'], offset: 20 }],
    ['before dinner, written as after', event('ACV', offset('20')), { when: ['ACV'], offset: 20 }],
    ['after waking', event('WAKE', offset('15')), { when: ['WAKE'], offset: 15 }],
    ['of nothing', event('CM', offset('0')), { when: ['CM'] }],
  ])('%s', (_, inner, repeat) => {
    expect(dosesOf(time('EIVL_TS', 'A', inner))).toEqual([{ timing: { repeat } }])
  })

  it.each([
    ['before sleep', event('HS', offset('-30')), 'HS -30 min'],
    ['a span', event('CM', offset('-60', '<high value="-30" unit="min"/>')), 'CM -60 min … -30 min'],
    ['on both sides', event('C', offset('-10', '<high value="10" unit="min"/>')), 'C -10 min … 10 min'],
  ])('%s has no place in FHIR and stands in words', (_, inner, text) => {
    expect(dosesOf(time('EIVL_TS', 'A', inner))).toEqual([{ timing: { code: { text } } }])
  })
})

describe('a period', () => {
  const phased = (start: string, inner: string, rest = ''): string => time('PIVL_TS', 'A', `<phase><low value="${start}"/>${rest}</phase>${inner}`)

  it('begins at an hour of the day', () => {
    const found = taken(phased('202601050800+0100', period('1', 'd')))
    expect(found.one('MedicationStatement').dosage?.[0]?.timing?.repeat).toMatchObject({ period: 1, timeOfDay: ['08:00:00'] })
    expect(found.findings).not.toContain('statement.part-unread')
  })

  it.each([
    ['1', 'wk', '20260105', { dayOfWeek: ['mon'] }],
    ['7', 'd', '202601082300-0500', { dayOfWeek: ['thu'], timeOfDay: ['23:00:00'] }],
  ])('of %s %s has its day of the week', (value, unit, start, expected) => {
    const found = taken(phased(start, period(value, unit)))
    expect(found.one('MedicationStatement').dosage?.[0]?.timing?.repeat).toEqual({ frequency: 1, period: Number(value), periodUnit: unit, ...expected })
    expect(found.findings).not.toContain('statement.part-unread')
  })

  it.each([
    ['every other week from a day', phased('20260105', period('2', 'wk'))],
    ['every week from some month', phased('202601', period('1', 'wk'))],
    ['every other day from a day', phased('20260105', period('2', 'd'))],
    ['for half an hour', phased('202601050800+0100', period('1', 'd'), '<width value="30" unit="min"/>')],
    ['up to another hour', phased('202601050800+0100', period('1', 'd'), '<high value="202601051000+0100"/>')],
    ['from Monday to Friday', phased('20260105', period('1', 'wk'), '<high value="20260109"/>')],
    ['in a unit that is not of UCUM', time('PIVL_TS', 'A', period('8', 'H'))],
    ['in days as they are written', time('PIVL_TS', 'A', period('2', 'j'))],
    ['of no number', time('PIVL_TS', 'A', period('x', 'h'))],
  ])('%s: a finding says what is left out', (_, inner) => {
    expect(taken(inner).findings).toContain('statement.part-unread')
  })

  it('an hour of the day and a meal are no one time', () => {
    const found = taken(`${phased('202601050800+0100', period('1', 'd'))}${time('EIVL_TS', 'A', event('ACM'))}`)
    expect([found.one('MedicationStatement').dosage, found.findings.includes('statement.part-unread')]).toEqual([undefined, true])
  })

  it('at the hours of the institution is said so', () => {
    const ofInstitution = time('PIVL_TS', 'A', period('8', 'h')).replace('operator="A"', 'operator="A" institutionSpecified="true"')
    expect(dosesOf(ofInstitution)[0]?.timing).toEqual({
      repeat: { frequency: 1, period: 8, periodUnit: 'h' },
      code: { text: 'aux heures de l’établissement' },
    })
  })
})
