import { describe, expect, it } from 'vitest'
import { made, related, SNOMED, section, template } from '../../support/statements.ts'

const product = (code: string): string =>
  `<consumable><manufacturedProduct><manufacturedMaterial><code code="${code}" codeSystem="1.2.250.1.213.2.3.1" displayName="X"/></manufacturedMaterial></manufacturedProduct></consumable>`
const NO_PRODUCT =
  '<consumable><manufacturedProduct><manufacturedMaterial><code nullFlavor="NA"/><name nullFlavor="NA"/></manufacturedMaterial></manufacturedProduct></consumable>'
const administration = (inner: string, { mood = 'INT', kind = 'E3.83', attributes = '', status = 'completed', what = product('60234100') } = {}): string =>
  `<substanceAdministration classCode="SBADM" moodCode="${mood}" ${attributes}>${template(kind)}<statusCode code="${status}"/>${inner}${what}</substanceAdministration>`
const step = (
  inner: string,
  { number, typeCode = 'COMP', what = NO_PRODUCT, ...rest }: Parameters<typeof administration>[1] & { number?: number; typeCode?: string } = {},
) =>
  `<entryRelationship typeCode="${typeCode}">${number === undefined ? '' : `<sequenceNumber value="${number}"/>`}${administration(inner, { kind: 'E3.83.1', what, ...rest })}</entryRelationship>`
const days = (low: string, high: string): string => `<effectiveTime xsi:type="IVL_TS"><low value="${low}"/><high value="${high}"/></effectiveTime>`
const every = (hours: string): string => `<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="${hours}" unit="h"/></effectiveTime>`
const dose = (value: string): string => `<doseQuantity value="${value}" unit="mg"/>`
const needed = (text: string): string => `<precondition><criterion><text>${text}</text></criterion></precondition>`
const ROUTE = '<routeCode code="20053000" codeSystem="0.4.0.127.0.16.1.1.2.1"/>'
const LIMIT = '<maxDoseQuantity><numerator value="4"/><denominator value="1" unit="d"/></maxDoseQuantity>'

const asked = (inner: string, steps: string[], options = {}) =>
  made(section({ code: '57828-6', entries: [administration(`${inner}${steps.join('')}`, options)] }))
const taken = (inner: string, steps: string[], options = {}) =>
  made(section({ code: '10160-0', entries: [administration(`${inner}${steps.join('')}`, { mood: 'EVN', kind: 'E3.42', ...options })] }))
const dosesOf = (found: ReturnType<typeof made>) =>
  found.one('MedicationRequest').dosageInstruction?.map(({ sequence, doseAndRate }) => [sequence, doseAndRate?.[0]?.doseQuantity?.value])

describe('a scheme of steps', () => {
  it('each step holds what is said for all, and what is said for all is no step', () => {
    const found = asked(`${days('20260601', '20260610')}${ROUTE}${needed('si douleur')}${LIMIT}`, [
      step(`${days('20260601', '20260602')}${every('8')}${dose('500')}`, { number: 1 }),
      step(`${every('12')}${dose('250')}`, { number: 2 }),
    ]).one('MedicationRequest').dosageInstruction
    const ofAll = {
      route: { coding: [{ code: '20053000' }] },
      asNeededCodeableConcept: { text: 'si douleur' },
      maxDosePerPeriod: { numerator: { value: 4 }, denominator: { value: 1, code: 'd' } },
    }
    expect(found).toMatchObject([
      { ...ofAll, sequence: 1, timing: { repeat: { boundsPeriod: { start: '2026-06-01', end: '2026-06-02' }, period: 8 } } },
      { ...ofAll, sequence: 2, timing: { repeat: { boundsPeriod: { start: '2026-06-01', end: '2026-06-10' }, period: 12 } } },
    ])
    expect(found).toHaveLength(2)
  })

  it('a step says again only what differs: its way, its dose, its times', () => {
    const found = asked(`${days('20260601', '20260610')}${every('8')}${ROUTE}${dose('500')}`, [
      step(days('20260601', '20260605'), { number: 1 }),
      step(`${days('20260606', '20260610')}<doseQuantity><low value="1" unit="mg"/><high value="2" unit="mg"/></doseQuantity>`, { number: 2 }),
    ]).one('MedicationRequest').dosageInstruction
    expect(found).toMatchObject([
      { timing: { repeat: { period: 8, boundsPeriod: { end: '2026-06-05' } } }, doseAndRate: [{ doseQuantity: { value: 500 } }] },
      { timing: { repeat: { period: 8, boundsPeriod: { end: '2026-06-10' } } }, doseAndRate: [{ doseRange: { high: { value: 2 } } }] },
    ])
    expect(found?.[1]?.doseAndRate?.[0]?.doseQuantity).toBeUndefined()
  })

  it('conditions of the whole and of the step hold both', () => {
    const [first] = asked(needed('si douleur'), [step(`${needed('si fièvre')}${dose('1')}`)]).one('MedicationRequest').dosageInstruction ?? []
    expect(first?.asNeededCodeableConcept).toEqual({ text: 'si fièvre et si douleur' })
  })

  it('the patient is told everything that is to be told to him', () => {
    const told = (text: string) => related(`<act classCode="ACT" moodCode="INT">${template('E3.33')}<text>${text}</text></act>`)
    const found = asked('', [step(dose('1')), told('avec de l’eau'), told('jamais à jeun')]).one('MedicationRequest').dosageInstruction
    expect(found?.map(one => one.patientInstruction)).toEqual(['avec de l’eau\njamais à jeun'])
  })

  it('what the patient is told stands with each step', () => {
    const told = `<entryRelationship typeCode="SUBJ" inversionInd="true"><act classCode="ACT" moodCode="INT">${template('E3.33')}<text>avec de l’eau</text></act></entryRelationship>`
    const found = asked('', [step(dose('1')), step(dose('2')), told]).one('MedicationRequest').dosageInstruction
    expect(found?.map(one => one.patientInstruction)).toEqual(['avec de l’eau', 'avec de l’eau'])
  })

  it('the steps of a step are steps', () => {
    expect(
      dosesOf(asked('', [step('', { number: 1 }).replace(NO_PRODUCT, `${NO_PRODUCT}${step(dose('1'))}${step(dose('2'))}`), step(dose('3'), { number: 2 })])),
    ).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
  })

  it('their order is that of sequenceNumber; the same number is the same time', () => {
    expect(dosesOf(asked('', [step(dose('3'), { number: 3 }), step(dose('1'), { number: 1 })]))).toEqual([
      [1, 1],
      [2, 3],
    ])
    expect(dosesOf(asked('', [step(dose('1'), { number: 1 }), step(dose('2'), { number: 1 }), step(dose('3'), { number: 2 })]))).toEqual([
      [1, 1],
      [1, 2],
      [2, 3],
    ])
  })

  it('doses split over the day, or over the same dates, stand beside each other', () => {
    const split = [step(dose('1')), step(dose('2'))].map(one => one.replace('<statusCode', '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.9"/><statusCode'))
    const week = days('20260601', '20260607')
    const event = (code: string): string => `<effectiveTime xsi:type="EIVL_TS"><event code="${code}"/></effectiveTime>`
    const ofDay = [step(`${event('ACM')}${dose('1')}`), step(`${event('ACV')}${dose('2')}`)]
    for (const steps of [split, ofDay, [step(`${week}${dose('1')}`), step(`${week}${dose('2')}`)]])
      expect(dosesOf(asked('', steps))).toEqual([
        [1, 1],
        [1, 2],
      ])
  })
})

describe('a nested administration that is no step', () => {
  it.each([
    ['negated', { attributes: 'negationInd="true"' }],
    ['null', { attributes: 'nullFlavor="NI"' }],
    ['cancelled', { status: 'cancelled' }],
    ['stopped', { status: 'aborted' }],
    ['entered in error', { status: 'nullified' }],
    ['done, where the whole is asked', { mood: 'EVN' }],
  ])('%s: it is told as no dose, stays in the narrative, and a finding says so', (_, options) => {
    const found = asked('', [step(dose('1')), step(dose('2'), options)])
    expect(dosesOf(found)).toEqual([[undefined, 1]])
    expect([found.findings.includes('statement.unmapped'), found.outcomes.includes('unmapped')]).toEqual([true, true])
  })

  it('planned is no dose of what was taken', () => {
    const found = taken('', [step(dose('2'), { mood: 'INT' })])
    expect(found.one('MedicationStatement').dosage).toBeUndefined()
  })

  it('that says of a step what is said of the whole is a step of it', () => {
    const found = taken('', [step(dose('2'), { mood: 'EVN', attributes: 'negationInd="true"' })], { attributes: 'negationInd="true"' })
    expect(found.one('MedicationStatement')).toMatchObject({ status: 'not-taken', dosage: [{ doseAndRate: [{ doseQuantity: { value: 2 } }] }] })
  })

  it('of another product is a treatment of its own; of the same one a step', () => {
    const found = asked('', [step(dose('1'), { what: product('60234100') }), step(dose('2'), { what: product('69999999'), kind: 'E3.42' })])
    expect(found.all('MedicationRequest').map(one => one.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity?.value)).toEqual([1, 2])
  })

  it('of a combination that names no product itself is a treatment of its own', () => {
    const parts = ['60234100', '69999999'].map(code => step(dose('1'), { mood: 'EVN', kind: 'E3.42', what: product(code) }))
    expect(
      taken('', parts, { what: NO_PRODUCT })
        .all('MedicationStatement')
        .map(one => one.medicationCodeableConcept?.coding?.[0]?.code),
    ).toEqual(['60234100', '69999999'])
  })

  it('inside one that does not hold is none either', () => {
    const denied = step(dose('2'), { attributes: 'negationInd="true"' }).replace(NO_PRODUCT, `${NO_PRODUCT}${step(dose('3'))}`)
    expect(dosesOf(asked('', [step(dose('1')), denied]))).toEqual([[undefined, 1]])
  })

  it('that is the reason and no part is a treatment of its own, of the same product where it names none', () => {
    const found = taken(dose('1'), [step(dose('2'), { mood: 'EVN', typeCode: 'RSON', kind: 'E3.42' })])
    const coded = found.all('MedicationStatement').map(one => [one.medicationCodeableConcept?.coding?.[0]?.code, one.dosage?.length])
    expect(coded).toEqual([
      ['60234100', 1],
      ['60234100', 1],
    ])
  })
})

describe('limits', () => {
  const limit = (value: string): string => `<maxDoseQuantity><numerator value="${value}" unit="mg"/><denominator value="24" unit="h"/></maxDoseQuantity>`
  const ofDay = '<rateQuantity><low value="1500" unit="mg/d"/><high value="3000" unit="mg/d"/></rateQuantity>'

  it('the daily amount stands in words where a limit is said too', () => {
    const [first] = asked(`${ofDay}${limit('4000')}`, []).one('MedicationRequest').dosageInstruction ?? []
    expect(first).toMatchObject({ maxDosePerPeriod: { numerator: { value: 4000 } }, additionalInstruction: [{ text: '1500 à 3000 mg par jour' }] })
    const exact = '<rateQuantity value="2000" unit="mg/d"/>'
    expect(asked(`${exact}${limit('4000')}`, []).one('MedicationRequest').dosageInstruction?.[0]?.additionalInstruction).toEqual([{ text: '2000 mg par jour' }])
  })

  it('of several limits none is lost, those of the whole beside those of a step', () => {
    const several = asked(`${limit('1000')}${limit('4000')}`, []).one('MedicationRequest').dosageInstruction
    expect(several).toMatchObject([{ maxDosePerPeriod: { numerator: { value: 1000 } }, additionalInstruction: [{ text: 'au plus 4000 mg par 24 h' }] }])
    const steps = asked(LIMIT, [step(limit('1000'))]).one('MedicationRequest').dosageInstruction
    expect(steps).toMatchObject([{ maxDosePerPeriod: { numerator: { value: 1000 } }, additionalInstruction: [{ text: 'au plus 4 par jour' }] }])
  })
})

describe('said beside the dose', () => {
  const first = (inner: string) => asked(inner, []).one('MedicationRequest')

  it('PRN is when needed, other priorities are of the request', () => {
    const prn = '<priorityCode code="PRN" codeSystem="2.16.840.1.113883.5.7"/>'
    expect(first(prn).dosageInstruction).toEqual([{ asNeededBoolean: true }])
    expect(first(`${prn}${needed('si douleur')}`).dosageInstruction).toEqual([{ asNeededCodeableConcept: { text: 'si douleur' } }])
    expect(first('<priorityCode code="UR" codeSystem="2.16.840.1.113883.5.7"/>').priority).toBe('urgent')
  })

  it('what has no place is said by a finding', () => {
    const code = (tag: string): string => `<${tag} code="UD" codeSystem="2.16.840.1.113883.5.7"/>`
    for (const found of [
      asked(code('priorityCode'), []),
      taken(code('priorityCode'), []),
      taken('<repeatNumber value="2"/>', []),
      asked(`${code('approachSiteCode')}${code('approachSiteCode')}`, []),
    ])
      expect(found.findings).toContain('statement.part-unread')
    for (const found of [
      asked('<priorityCode nullFlavor="UNK"/>', []),
      asked('<priorityCode code="PRN"/><repeatNumber value="2"/>', []),
      taken('<priorityCode code="PRN"/>', []),
    ])
      expect(found.findings).not.toContain('statement.part-unread')
  })

  it('of several conditions each is told', () => {
    const coded = `<precondition><criterion><value xsi:type="CD" code="22253000" codeSystem="${SNOMED}" displayName="Douleur"/></criterion></precondition>`
    expect(first(`${coded}${needed('si fièvre')}`).dosageInstruction?.[0]?.asNeededCodeableConcept).toEqual({ text: 'Douleur et si fièvre' })
  })

  it('the unit of an administration is told in words', () => {
    const unit = '<administrationUnitCode code="10219000" codeSystem="0.4.0.127.0.16.1.1.2.1" displayName="Comprimé"/>'
    expect(first(`${dose('2')}${unit}`).dosageInstruction?.[0]?.additionalInstruction).toEqual([{ text: 'unité d’administration : Comprimé' }])
  })
})
