import type { Observation } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { link } from '../../../mappers/statements/frame/link.ts'
import { LOINC, made, observation, section, template } from '../../support/statements.ts'

// What a laboratory writes beside the number: the same in another unit, who measured, what was found before.

const UCUM = '2.16.840.1.113883.6.8'
const OTHER_UNIT = 'http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation'
const LABORATORY =
  '<performer><assignedEntity><id root="1.2.250.1.71.4.2.1" extension="810100000040"/><assignedPerson><name><family>LABO</family></name></assignedPerson></assignedEntity></performer>'
const code = (loinc: string) => `<code code="${loinc}" codeSystem="${LOINC}"/>`
const result = (value: string, inner = '') => observation({ template: 'E3.80', code: code('2160-0'), value, inner })
const inSection = (...entries: string[]) => made(section({ code: '18719-5', entries }))
const amount = (value: string) => inSection(result(value)).one('Observation').valueQuantity

describe('the same amount in another unit', () => {
  const translation = (value: number) => `<translation value="${value}" code="mg/L" codeSystem="${UCUM}"/>`

  it('is told with the first, as no value of its own', () => {
    const found = amount(`<value xsi:type="PQ" value="80" unit="umol/L">${translation(9)}</value>`)
    expect(found).toMatchObject({ value: 80, code: 'umol/L', extension: [{ url: OTHER_UNIT, valueQuantity: { value: 9, code: 'mg/L' } }] })
    expect(found?.extension).toHaveLength(1)
  })

  it('is the amount where the first has no number', () => {
    expect(amount(`<value xsi:type="PQ" nullFlavor="OTH">${translation(9)}</value>`)).toEqual(expect.objectContaining({ value: 9, code: 'mg/L' }))
  })

  it('is none of a bound that is reckoned', () => {
    const low = `<low value="1" unit="umol/L">${translation(9)}</low>`
    const found = inSection(result(`<value xsi:type="IVL_PQ">${low}<width value="2" unit="umol/L"/></value>`)).one('Observation').valueRange
    expect([found?.low?.extension?.length, found?.high]).toEqual([1, { value: 3, unit: 'umol/L', system: 'http://unitsofmeasure.org', code: 'umol/L' }])
  })
})

describe('who measured', () => {
  const performers = (found: Observation[]) => found.map(one => one.performer?.map(({ display }) => display))
  const battery = (...members: string[]) =>
    `<organizer classCode="BATTERY" moodCode="EVN">${template('E3.78')}${code('24326-1')}<statusCode code="completed"/>${LABORATORY}${members.map(one => `<component>${one}</component>`).join('')}</organizer>`

  it('of a group is who measured its members, at any depth, unless one says otherwise', () => {
    const inner = `<organizer classCode="BATTERY" moodCode="EVN">${template('E3.78')}<statusCode code="completed"/><component>${result('')}</component></organizer>`
    const other = result('').replace('</observation>', `${LABORATORY.replace('LABO', 'AUTRE').replace('040', '057')}</observation>`)
    const found = performers(inSection(battery(inner, other)).all('Observation'))
    expect(found.toSorted()).toEqual([['AUTRE'], ['LABO'], ['LABO'], ['LABO']])
  })

  it('of nothing is who wrote it', () => {
    expect(performers(inSection(result('')).all('Observation'))).toEqual([['Alice FICTIVE']])
  })
})

describe('what a result refers to', () => {
  const referred = (loinc: string) => {
    const before = observation({ template: 'E3.80', code: code(loinc), value: '<value xsi:type="PQ" value="75" unit="umol/L"/>' })
    const found = inSection(result('<value xsi:type="PQ" value="80" unit="umol/L"/>', `<entryRelationship typeCode="REFR">${before}</entryRelationship>`))
    const [now] = found.all('Observation').filter(one => one.valueQuantity?.value === 80)
    return { sequel: now?.extension?.map(({ url }) => url.split('/').at(-1)), members: now?.hasMember?.length }
  }

  it('of the same kind is one of before, no part of it', () => {
    expect(referred('2160-0')).toEqual({ sequel: ['observation-sequelTo'], members: undefined })
  })

  it('of another kind is a part of it', () => {
    expect(referred('33914-3')).toEqual({ sequel: undefined, members: 1 })
  })

  it('named in words alone is a part of it, as before', () => {
    const inWords = (id: string): Observation & { id: string } => ({ resourceType: 'Observation', id, status: 'final', code: { text: id } })
    const whole = inWords('a')
    link(whole, inWords('b'), { typeCode: 'REFR', isInverted: false })
    expect(whole).toEqual({ ...inWords('a'), hasMember: [{ reference: 'Observation/b' }] })
  })
})

describe('a chapter of results', () => {
  const sample = `<procedure classCode="PROC" moodCode="EVN">${template('E3.77')}<code code="33747003" codeSystem="2.16.840.1.113883.6.96"/><effectiveTime value="20260110"/><participant typeCode="PRD"><participantRole classCode="SPEC"><id root="1.2.250.1.999.5" extension="T-1"/><playingEntity><code code="BLD" codeSystem="2.16.840.1.113883.5.129"/></playingEntity></participantRole></participant></procedure>`
  const chapter = (inner: string) =>
    inSection(
      `<act classCode="ACT" moodCode="EVN">${template('E3.21')}${code('18725-2')}<statusCode code="completed"/><entryRelationship typeCode="COMP">${inner}</entryRelationship></act>`,
    )

  it('is a report of the laboratory with its results', () => {
    const found = chapter(result('<value xsi:type="PQ" value="80" unit="umol/L"/>'))
    expect(found.one('DiagnosticReport')).toMatchObject({
      status: 'final',
      category: [{ coding: [{ code: 'LAB' }] }],
      result: [{ reference: `Observation/${found.one('Observation').id}` }],
    })
  })

  it('its sample is told once, by its number, what it is and how and when it was taken', () => {
    const found = chapter(sample)
    expect(found.one('Specimen')).toMatchObject({
      identifier: [{ value: 'T-1' }],
      type: { coding: [{ code: 'BLD' }] },
      collection: { collectedDateTime: '2026-01-10', method: { coding: [{ code: '33747003' }] } },
    })
    expect(found.one('DiagnosticReport').specimen).toEqual([{ reference: `Specimen/${found.one('Specimen').id}` }])
  })

  it('a battery without a code is one of its chapter', () => {
    const found = chapter(
      `<organizer classCode="BATTERY" moodCode="EVN">${template('E3.78')}<statusCode code="completed"/><component>${result('<value xsi:type="INT" value="1"/>')}</component></organizer>`,
    )
    expect(found.all('Observation').find(one => one.hasMember !== undefined)?.code.coding?.[0]?.code).toBe('18725-2')
  })
})
