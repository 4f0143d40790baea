import { describe, expect, it } from 'vitest'
import { LOINC, made, observation, related, SNOMED, section, template } from '../../support/statements.ts'

// What is told of an observation is what is written, no more: open bounds stay open, what is meant was not found, two measures are one only where they belong together.

const UCUM = 'http://unitsofmeasure.org'
const inSection = (...entries: string[]) => section({ code: '42545-4', entries })
const valued = (value: string, inner = '') => made(inSection(observation({ value, inner })))
const range = (value: string) => `<referenceRange><observationRange>${value}</observationRange></referenceRange>`
const interval = (low: string, high: string, unit = 'g/L') =>
  `<value xsi:type="IVL_PQ"><low value="1.0" unit="${unit}" ${low}/><high value="2" unit="${unit}" ${high}/></value>`
const OPEN = 'inclusive="false"'

describe('an interval', () => {
  it.each([
    [OPEN, '', '> 1.0 g/L, <= 2 g/L'],
    ['', OPEN, '>= 1.0 g/L, < 2 g/L'],
    [OPEN, OPEN, '> 1.0 g/L, < 2 g/L'],
  ])('with a bound that is not in it (%s|%s) is told in words: a Range holds both of its bounds', (low, high, words) => {
    const found = valued(interval(low, high)).one('Observation')
    expect([found.valueString, found.valueRange]).toEqual([words, undefined])
  })

  it('of two units is told in words: the bounds of a Range are of one', () => {
    const found = valued('<value xsi:type="IVL_PQ"><low value="1" unit="g"/><high value="1500" unit="mg"/></value>').one('Observation')
    expect([found.valueString, found.valueRange]).toEqual(['>= 1 g, <= 1500 mg', undefined])
  })

  it('of reference with a bound that is not in it is told in words', () => {
    const found = valued('<value xsi:type="INT" value="1"/>', range(`<text>Adulte</text>${interval('', OPEN)}`)).one('Observation')
    expect(found.referenceRange).toEqual([{ text: 'Adulte : >= 1.0 g/L, < 2 g/L' }])
  })

  it('of reference with one bound, not in it, is told in words; with one in it that is its bound', () => {
    const upTo = (open: string) => range(`<value xsi:type="IVL_PQ"><high value="5.50" unit="mmol/L" ${open}/></value>`)
    const found = valued('<value xsi:type="INT" value="1"/>', `${upTo(OPEN)}${upTo('')}`).one('Observation')
    expect(found.referenceRange).toMatchObject([{ text: '< 5.50 mmol/L' }, { high: { unit: 'mmol/L', system: UCUM } }])
    expect(found.referenceRange?.[0]).not.toHaveProperty('high')
    expect(found.referenceRange?.[1]).not.toHaveProperty('text')
  })

  it.each([
    ['<center value="5" unit="g/L"/><width value="1" unit="g/L"/>', 4.5, 5.5],
    ['<low value="0.1" unit="g/L"/><width value="0.2" unit="g/L"/>', 0.1, 0.3],
    ['<width value="2" unit="g/L"/><high value="7" unit="g/L"/>', 5, 7],
  ])('%s has two bounds', (bounds, low, high) => {
    expect(valued(`<value xsi:type="IVL_PQ">${bounds}</value>`).one('Observation').valueRange).toMatchObject({ low: { value: low }, high: { value: high } })
  })
})

it('an observation of a later day than its document is told by a finding, but not when something planned is to be', () => {
  const later = '<effectiveTime value="20260603"/>'
  const value = '<value xsi:type="INT" value="1"/>'
  const planned = `<procedure classCode="PROC" moodCode="INT">${template('E3.62')}<code code="73761001" codeSystem="${SNOMED}"/>${related(observation({ time: later, value }), 'COMP')}</procedure>`
  const findings = (entry: string, code = '42545-4') =>
    made(section({ code, entries: [entry] })).findings.filter(one => one === 'statement.done-in-future').length
  const sameEvening = ['202606022300+0200', '202606030225+1400'].map(time => `<effectiveTime value="${time}"/>`)
  expect([later, ...sameEvening].map(time => findings(observation({ time, value })))).toEqual([1, 0, 0])
  expect(findings(planned, '18776-5')).toBe(0)
})

describe('what an observation means to be', () => {
  const meant = (mood: string, template: string) =>
    made(section({ code: '8716-3', entries: [observation({ template, value: '<value xsi:type="BL" value="true"/>' }).replace('"EVN"', `"${mood}"`)] }))

  it.each([
    ['INT', 'ServiceRequest'],
    ['RQO', 'ServiceRequest'],
    ['PRP', 'ServiceRequest'],
    ['GOL', 'Goal'],
  ] as const)('%s is no observation of a fact: it becomes a %s', (mood, type) => {
    for (const template of ['E3.48', 'E3.80', 'E3.50', 'E3.52', 'E3.53', 'E3.25', '9.9']) {
      const found = meant(mood, template)
      expect([template, found.all('Observation').length, found.all(type).length]).toEqual([template, 0, 1])
    }
  })

  it('of a mood that asks nothing and tells nothing is not mapped: it stays in the narrative, with a finding', () => {
    const found = meant('DEF', 'E3.48')
    expect([found.all('Observation'), found.outcomes, found.findings.includes('statement.unmapped')]).toEqual([[], ['unmapped'], true])
  })

  it('keeps what is aimed at, and what is asked for, with its value', () => {
    const asked = (mood: string) => observation({ value: '<value xsi:type="PQ" value="70" unit="kg"/>' }).replace('"EVN"', `"${mood}"`)
    const found = made(inSection(asked('GOL'), asked('INT')))
    expect(found.one('Goal').target).toMatchObject([{ measure: { coding: [{ code: 'MED-309' }] }, detailQuantity: { value: 70, unit: 'kg' } }])
    expect(found.one('ServiceRequest').orderDetail).toEqual([{ text: '70 kg' }])
  })

  it('a pressure that is aimed at is not that of the patient', () => {
    const found = made(section({ code: '8716-3', entries: [panel(pressure('8480-6', mmHg(120)).replace('"EVN"', '"GOL"'), pressure('8462-4', mmHg(80)))] }))
    expect(found.all('Goal')).toHaveLength(1)
    expect(pressuresOf(found).map(({ component }) => component?.map(one => one.valueQuantity?.value))).toEqual([[undefined, 80]])
  })
})

const mmHg = (value: number) => `<value xsi:type="PQ" value="${value}" unit="mm[Hg]"/>`
const pressure = (code: string, value: string, change: { time?: string; inner?: string } = {}) =>
  observation({ template: 'E3.50', code: `<code code="${code}" codeSystem="${LOINC}"/>`, value, ...change })
const panel = (...signs: string[]) =>
  `<organizer classCode="CLUSTER" moodCode="EVN"><templateId root="1.2.250.1.213.1.1.3.49"/><statusCode code="completed"/><effectiveTime value="20230601"/>${signs.map(sign => `<component>${sign}</component>`).join('')}</organizer>`
const pressuresOf = (found: ReturnType<typeof made>) => found.all('Observation').filter(one => one.code.coding?.[0]?.code === '85354-9')
const measured = (...signs: string[]) =>
  pressuresOf(made(section({ code: '8716-3', entries: [panel(...signs)] }))).map(({ component }) => component?.map(one => one.valueQuantity?.value))

describe('a blood pressure', () => {
  it('keeps a value that is an interval, its interpretation and what is normal', () => {
    const high = '<interpretationCode code="H" codeSystem="2.16.840.1.113883.5.83"/>'
    const between = '<value xsi:type="IVL_PQ"><low value="130" unit="mm[Hg]"/><high value="140" unit="mm[Hg]"/></value>'
    const normal = range('<value xsi:type="IVL_PQ"><high value="140" unit="mm[Hg]"/></value>')
    const [found] = pressuresOf(
      made(section({ code: '8716-3', entries: [panel(pressure('8480-6', between, { inner: high + normal }), pressure('8462-4', mmHg(80)))] })),
    )
    expect(found?.component?.[0]).toMatchObject({
      valueRange: { low: { value: 130 }, high: { value: 140 } },
      interpretation: [{ coding: [{ code: 'H' }] }],
      referenceRange: [{ high: { value: 140 } }],
    })
    expect(found?.component?.[0]).not.toHaveProperty('dataAbsentReason')
  })

  const between = (low: string, high: string) => `<effectiveTime><low value="${low}"/><high value="${high}"/></effectiveTime>`
  const site = (code: string) => `<targetSiteCode code="${code}" codeSystem="${SNOMED}"/>`

  it('of one period is not that of another', () => {
    const [morning, evening] = [{ time: between('202306010800+0200', '202306010900+0200') }, { time: between('202306011800+0200', '202306011900+0200') }]
    const found = measured(pressure('8480-6', mmHg(150), morning), pressure('8462-4', mmHg(70), evening), pressure('8462-4', mmHg(90), morning))
    expect(found).toEqual(
      expect.arrayContaining([
        [undefined, 70],
        [150, 90],
      ]),
    )
  })

  it('at the moment of its panel belongs to that of the panel, written there or not', () => {
    expect(measured(pressure('8480-6', mmHg(150), { time: '<effectiveTime value="20230601"/>' }), pressure('8462-4', mmHg(90)))).toEqual([[150, 90]])
  })

  it('of one arm is not that of the other, and says which', () => {
    const signs = [
      pressure('8480-6', mmHg(150), { inner: site('368208006') }),
      pressure('8462-4', mmHg(70), { inner: site('368209003') }),
      pressure('8462-4', mmHg(90), { inner: site('368208006') }),
    ]
    const found = pressuresOf(made(section({ code: '8716-3', entries: [panel(...signs)] })))
    expect(found.map(({ bodySite, component }) => [bodySite?.coding?.[0]?.code, ...(component?.map(one => one.valueQuantity?.value) ?? [])]).sort()).toEqual([
      ['368208006', 150, 90],
      ['368209003', undefined, 70],
    ])
  })
})

it('what was looked for is told in words too while its result is not there', () => {
  const pending = observation({
    code: '<code nullFlavor="UNK"><originalText>Test maison</originalText></code>',
    value: '<value xsi:type="PQ" nullFlavor="NAV"/>',
  })
  expect(made(section({ code: '30954-2', entries: [pending] })).one('Observation')).toMatchObject({
    code: { text: 'Test maison' },
    dataAbsentReason: { coding: [{ code: 'temp-unknown' }] },
  })
})

it('how urgent a meeting is to be arranged is told by its code where that has no label', () => {
  const meeting = `<encounter classCode="ENC" moodCode="ARQ">${template('E3.58')}<code code="X" codeSystem="${LOINC}"/><priorityCode code="CS" codeSystem="2.16.840.1.113883.5.7"/></encounter>`
  expect(made(section({ code: '18776-5', entries: [meeting] })).one('Appointment').comment).toBe('CS')
})
