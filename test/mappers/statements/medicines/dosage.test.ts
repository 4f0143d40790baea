import { describe, expect, it } from 'vitest'
import { made, section, template } from '../../../support/statements.ts'

const PRODUCT =
  '<consumable><manufacturedProduct><manufacturedMaterial><code code="60234100" codeSystem="1.2.250.1.213.2.3.1" displayName="X"/></manufacturedMaterial></manufacturedProduct></consumable>'
const taken = (inner: string, { mood = 'EVN', attributes = '' } = {}): string =>
  `<substanceAdministration classCode="SBADM" moodCode="${mood}" ${attributes}>${template('E3.42')}<statusCode code="completed"/>${inner}${PRODUCT}</substanceAdministration>`
const dosageOf = (inner: string) => made(section({ code: '10160-0', entries: [taken(inner)] })).one('MedicationStatement').dosage

const interval = (tag: string, low: string, high: string, unit: string): string =>
  `<${tag}><low value="${low}" unit="${unit}"/><high value="${high}" unit="${unit}"/></${tag}>`

describe('how a medicine is taken', () => {
  it.each([
    [
      'every eight hours',
      '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="8" unit="h"/></effectiveTime>',
      { frequency: 1, period: 8, periodUnit: 'h' },
    ],
    ['before breakfast', '<effectiveTime xsi:type="EIVL_TS" operator="A"><event code="ACM"/></effectiveTime>', { when: ['ACM'] }],
    [
      'half an hour after dinner',
      '<effectiveTime xsi:type="EIVL_TS" operator="A"><event code="PCV"/><offset><low value="30" unit="min"/></offset></effectiveTime>',
      { when: ['PCV'], offset: 30 },
    ],
  ])('%s', (_, time, repeat) => {
    expect(dosageOf(`<effectiveTime xsi:type="IVL_TS"><low value="20180101"/></effectiveTime>${time}`)).toEqual([{ timing: { repeat } }])
  })

  it.each([
    ['1800', 's', 30],
    ['2', 'h', 120],
    ['1', 'd', 1440],
    ['3', 'wk', undefined],
  ])('an offset of %s %s', (value, unit, offset) => {
    const time = `<effectiveTime xsi:type="EIVL_TS"><event code="HS"/><offset><low value="${value}" unit="${unit}"/></offset></effectiveTime>`
    expect(dosageOf(time)?.[0]?.timing?.repeat?.offset).toBe(offset)
  })

  it('a scheme holds its dates, and every time that narrows it', () => {
    const found = dosageOf(
      `<effectiveTime xsi:type="SXPR_TS"><comp xsi:type="IVL_TS"><low value="20180101"/><high value="20180110"/></comp><comp xsi:type="PIVL_TS" operator="A"><period value="2" unit="d"/></comp><comp xsi:type="EIVL_TS" operator="A"><event code="HS"/></comp></effectiveTime>`,
    )
    const boundsPeriod = { start: '2018-01-01', end: '2018-01-10' }
    expect(found).toEqual([{ timing: { repeat: { boundsPeriod, frequency: 1, period: 2, periodUnit: 'd', when: ['HS'] } } }])
  })

  it.each([
    ['a dose between two', interval('doseQuantity', '1', '2', 'mg'), { doseRange: { low: { value: 1 }, high: { value: 2 } } }],
    ['a dose with equal bounds', interval('doseQuantity', '2', '2', 'mg'), { doseQuantity: { value: 2, code: 'mg' } }],
    ['a speed', interval('rateQuantity', '5', '5', 'mL/h'), { rateQuantity: { value: 5, code: 'mL/h' } }],
  ])('%s', (_, inner, expected) => {
    expect(dosageOf(inner)?.[0]?.doseAndRate).toMatchObject([expected])
  })

  it('so much a day is a limit of the day, no speed', () => {
    const [dosage] = dosageOf(interval('rateQuantity', '1000', '2000', 'mg/d')) ?? []
    expect(dosage).toMatchObject({ maxDosePerPeriod: { numerator: { value: 2000, code: 'mg' }, denominator: { value: 1, code: 'd' } } })
    expect(dosage?.additionalInstruction).toEqual([{ text: '1000 à 2000 mg par jour' }])
    expect(dosage?.doseAndRate).toBeUndefined()
  })

  const open = (tag: string, end: 'low' | 'high', unit: string): string => `<${tag}><${end} value="1000" unit="${unit}"/></${tag}>`

  it('a bound that stands alone is no exact dose, and the least of a day is no limit of it', () => {
    expect(dosageOf(open('doseQuantity', 'low', 'mg'))?.[0]?.doseAndRate).toEqual([{ doseRange: { low: expect.objectContaining({ value: 1000 }) } }])
    expect(dosageOf(open('rateQuantity', 'high', 'mL/h'))?.[0]?.doseAndRate).toEqual([{ rateRange: { high: expect.objectContaining({ value: 1000 }) } }])
    expect(dosageOf(open('rateQuantity', 'high', 'mg/d'))?.[0]?.maxDosePerPeriod?.numerator).toMatchObject({ value: 1000, code: 'mg' })
    expect(dosageOf(open('rateQuantity', 'low', 'mg/d'))).toEqual([{ additionalInstruction: [{ text: 'au moins 1000 mg par jour' }] }])
  })

  it('bounds of a day in different units stand as they are written', () => {
    const ofDay = '<rateQuantity><low value="500" unit="mg/d"/><high value="1" unit="g/d"/></rateQuantity>'
    expect(dosageOf(ofDay)?.[0]?.additionalInstruction).toEqual([{ text: '500 mg à 1 g par jour' }])
  })

  it('a prescription says how long it is to be taken; of two steps each says it by itself', () => {
    const week = '<effectiveTime xsi:type="IVL_TS"><low value="20260601"/><high value="20260607"/></effectiveTime>'
    const asked = (inner: string) => made(section({ code: '57828-6', entries: [taken(inner, { mood: 'INT' })] })).one('MedicationRequest').dosageInstruction
    expect(asked(week)).toEqual([{ timing: { repeat: { boundsPeriod: { start: '2026-06-01', end: '2026-06-07' } } } }])
    const step = `<entryRelationship typeCode="COMP"><substanceAdministration classCode="SBADM" moodCode="INT">${week}<doseQuantity value="1"/></substanceAdministration></entryRelationship>`
    expect(asked(`${week}${PRODUCT}${step}`)).toHaveLength(1)
  })

  it('taken when needed, in words or coded; what was checked before is no such thing', () => {
    const needed = (criterion: string) =>
      dosageOf(`<doseQuantity value="1"/><precondition><criterion>${criterion}</criterion></precondition>`)?.[0]?.asNeededCodeableConcept
    const pain = (tag: string): string => `<${tag} xsi:type="CD" code="22253000" codeSystem="2.16.840.1.113883.6.96" displayName="Douleur"/>`
    expect(needed(pain('value'))?.coding?.[0]).toMatchObject({ code: '22253000', display: 'Douleur' })
    expect(needed(`<text>si douleur</text>${pain('value')}`)).toMatchObject({ text: 'si douleur', coding: [{ code: '22253000' }] })
    expect(needed('<code code="22253000" codeSystem="2.16.840.1.113883.6.96"/>')?.coding?.[0]?.code).toBe('22253000')
    expect(needed('<text>si douleur</text>')).toEqual({ text: 'si douleur' })
    expect(needed('<text><reference value="#nulle-part"/></text>')).toEqual({ text: 'sous une condition dite dans le document' })
    expect(needed('<text nullFlavor="UNK"/>')).toBeUndefined()
    expect(needed('<text>contrôle fait</text><value xsi:type="BL" value="true"/>')).toBeUndefined()
  })

  it('between bounds of two units it is told in words: a Range is of one', () => {
    const bounds = (tag: string, low: string, high: string) => `<${tag}><low value="500" unit="${low}"/><high value="1" unit="${high}"/></${tag}>`
    expect(dosageOf(bounds('doseQuantity', 'mg', 'g'))).toEqual([{ additionalInstruction: [{ text: '>= 500 mg, <= 1 g' }] }])
    expect(dosageOf(bounds('rateQuantity', 'mL/h', 'L/h'))).toEqual([{ additionalInstruction: [{ text: '>= 500 mL/h, <= 1 L/h' }] }])
  })

  it('an empty limit says nothing', () => {
    expect(dosageOf('<maxDoseQuantity><numerator/><denominator/></maxDoseQuantity><rateQuantity nullFlavor="NA"/>')).toBeUndefined()
  })
})

describe('where a treatment stands is told by its times, not by statusCode', () => {
  const bounds = (low: string, high: string): string => `<effectiveTime xsi:type="IVL_TS"><low ${low}/><high ${high}/></effectiveTime>`

  it.each([
    ['no end', bounds('value="20180101"', 'nullFlavor="UNK"'), 'active'],
    ['an end that lies ahead', bounds('value="20180101"', 'value="20990101"'), 'active'],
    ['an end that has passed', bounds('value="20180101"', 'value="20180110"'), 'completed'],
    ['a start that lies ahead', bounds('value="20980101"', 'value="20990101"'), 'intended'],
  ])('%s: %s', (_, inner, status) => {
    expect(made(section({ code: '10160-0', entries: [taken(inner)] })).one('MedicationStatement').status).toBe(status)
  })

  it('negated it is not taken, or not to be taken', () => {
    const negated = (mood: string) => made(section({ code: '10183-2', entries: [taken('', { mood, attributes: 'negationInd="true"' })] }))
    expect(negated('EVN').one('MedicationStatement').status).toBe('not-taken')
    expect(negated('INT').one('MedicationRequest')).toMatchObject({ doNotPerform: true, category: [{ coding: [{ code: 'discharge' }] }] })
  })
})
