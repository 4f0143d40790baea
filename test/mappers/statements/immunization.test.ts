import { describe, expect, it } from 'vitest'
import { made, related, section, template } from '../../support/statements.ts'

const PRODUCT =
  '<consumable><manufacturedProduct><manufacturedMaterial><code code="60917345" codeSystem="1.2.250.1.213.2.3.1" displayName="REVAXIS"/><lotNumberText>L1</lotNumberText></manufacturedMaterial></manufacturedProduct></consumable>'
const vaccination = ({ mood = 'EVN', status = 'completed', attributes = '', time = '20200101', inner = '' } = {}) =>
  made(
    section({
      code: '11369-6',
      entries: [
        `<substanceAdministration classCode="SBADM" moodCode="${mood}" ${attributes}>${template('E3.45')}<statusCode code="${status}"/><effectiveTime value="${time}"/>${inner}${PRODUCT}</substanceAdministration>`,
      ],
    }),
  )

describe('a vaccination (E3.45) is done only where it is said to be', () => {
  it.each(['INT', 'RQO', 'PRP'])('of mood %s it is due', mood => {
    const found = vaccination({ mood, time: '20990101' })
    expect(found.all('Immunization')).toEqual([])
    expect(found.one('ImmunizationRecommendation').recommendation).toMatchObject([
      { vaccineCode: [{ coding: [{ code: '60917345' }] }], forecastStatus: { coding: [{ code: 'due' }] }, dateCriterion: [{ value: '2099-01-01' }] },
    ])
  })

  it.each([
    ['cancelled', 'not-done'],
    ['aborted', 'not-done'],
    ['nullified', 'entered-in-error'],
    ['completed', 'completed'],
  ])('%s it is %s', (status, expected) => {
    expect(vaccination({ status }).one('Immunization').status).toBe(expected)
  })

  it.each(['active', 'new', 'held', 'suspended'])('%s it is not done yet: due, with a finding', status => {
    const found = vaccination({ status })
    expect([found.all('Immunization').length, found.all('ImmunizationRecommendation').length, found.findings.includes('statement.not-completed')]).toEqual([
      0,
      1,
      true,
    ])
  })

  it('after the day of the document it is due, with a finding; negated it is not done whatever else is said', () => {
    const ahead = vaccination({ time: '20990101' })
    expect([ahead.all('Immunization').length, ahead.findings.includes('statement.done-in-future')]).toEqual([0, true])
    expect(vaccination({ attributes: 'negationInd="true"', status: 'active' }).one('Immunization').status).toBe('not-done')
  })

  it('a reason why it was not done is no reason why it was', () => {
    const reason = `<entryRelationship typeCode="RSON"><act classCode="ACT" moodCode="EVN">${template('E3.36')}<id root="1.9"/><code code="R" codeSystem="1.2.3" displayName="Refus"/></act></entryRelationship>`
    const reasonsOf = (attributes: string) => {
      const { statusReason, reasonCode } = vaccination({ attributes, inner: reason }).one('Immunization')
      return [statusReason?.coding?.[0]?.display, reasonCode?.[0]?.coding?.[0]?.display]
    }
    expect(['negationInd="true"', ''].map(reasonsOf)).toEqual([
      ['Refus', undefined],
      [undefined, 'Refus'],
    ])
    const two = vaccination({ attributes: 'negationInd="true"', inner: reason + reason.replace('"R"', '"S"') })
    expect(two.findings).toContain('statement.part-unread')
  })

  it.each(['cancelled', 'aborted', 'nullified'])('due no more (%s) it stays in the narrative', status => {
    const found = vaccination({ mood: 'INT', status })
    expect([found.all('ImmunizationRecommendation'), found.outcomes, found.findings.includes('statement.unmapped')]).toEqual([[], ['unmapped'], true])
  })

  it.each(['EVN', 'INT'])('null (%s) it is not known: it stays in the narrative', mood => {
    const found = vaccination({ mood, attributes: 'nullFlavor="UNK"' })
    expect([found.all('Immunization'), found.all('ImmunizationRecommendation'), found.outcomes]).toEqual([[], [], ['unmapped']])
  })

  it('entered in error it is that, also where it is negated', () => {
    expect(vaccination({ status: 'nullified', attributes: 'negationInd="true"' }).one('Immunization').status).toBe('entered-in-error')
  })

  it('a dose between two is none of it, and a finding says so', () => {
    const found = vaccination({ inner: '<doseQuantity><low value="0.5" unit="mL"/><high value="1" unit="mL"/></doseQuantity>' })
    expect([found.one('Immunization').doseQuantity, found.findings.includes('statement.part-unread')]).toEqual([undefined, true])
    expect(vaccination({ inner: '<doseQuantity value="0.5" unit="mL"/>' }).one('Immunization').doseQuantity).toMatchObject({ value: 0.5, code: 'mL' })
  })
})

it('one that is not to be given names its vaccine too: without, the store takes no recommendation (imr-1)', () => {
  const { recommendation } = vaccination({ mood: 'PRP', attributes: 'negationInd="true"' }).one('ImmunizationRecommendation')
  const vaccine = [{ coding: [{ code: '60917345' }] }]
  expect(recommendation).toMatchObject([
    { vaccineCode: vaccine, contraindicatedVaccineCode: vaccine, forecastStatus: { coding: [{ code: 'contraindicated' }] } },
  ])
})

describe('which dose it is', () => {
  const rank = (value: string) => related(`<observation classCode="OBS" moodCode="EVN">${template('E3.82')}<code code="30973-2"/>${value}</observation>`)
  const ranked = (value: string) => vaccination({ inner: rank(value) })

  it.each([
    ['<value xsi:type="INT" value="2"/>', { doseNumberPositiveInt: 2 }],
    ['<value xsi:type="INT" value="0"/>', { doseNumberString: '0' }],
    ['<value xsi:type="ST">rappel</value>', { doseNumberString: 'rappel' }],
  ])('%s is told, as a number or in words', (value, expected) => {
    expect(ranked(value).one('Immunization').protocolApplied).toEqual([expected])
  })

  it('is told of one that is due, and not where none is said', () => {
    const due = vaccination({ mood: 'INT', inner: rank('<value xsi:type="INT" value="3"/>') })
    expect(due.one('ImmunizationRecommendation').recommendation).toMatchObject([{ doseNumberPositiveInt: 3 }])
    expect([ranked('<value xsi:type="INT" nullFlavor="UNK"/>').one('Immunization').protocolApplied, due.all('Observation')]).toEqual([undefined, []])
  })
})
