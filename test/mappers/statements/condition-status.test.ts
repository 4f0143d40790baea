import { describe, expect, it } from 'vitest'
import { CIM10, made, observation, related, SNOMED, section, template } from '../../support/statements.ts'

const problem = (inner: string): string =>
  `<act classCode="ACT" moodCode="EVN">${template('E3.39')}<code nullFlavor="NA"/><statusCode code="active"/>${related(
    observation({
      template: 'E3.37',
      code: `<code code="282291009" codeSystem="${SNOMED}"/>`,
      value: `<value xsi:type="CD" code="N10" codeSystem="${CIM10}"/>`,
      inner,
    }),
  )}</act>`
const aspect = (kind: string, value: string, attributes = ''): string =>
  related(
    observation({
      template: kind,
      code: '<code code="33999-4" codeSystem="2.16.840.1.113883.6.1"/>',
      attributes,
      value: `<value xsi:type="CD" code="${value}" codeSystem="${SNOMED}"/>`,
    }),
    'REFR',
  )
const said = (inner: string) => made(section({ code: '11450-4', entries: [problem(inner)] }))

describe('what is said beside a problem', () => {
  it('its status and its severity are told; denied they are not, and stay in the narrative', () => {
    const resolved = said(`${aspect('E3.30', '413322009')}${aspect('E3.29', '24484000')}`).one('Condition')
    expect([resolved.clinicalStatus?.coding?.[0]?.code, resolved.severity?.coding?.[0]?.code]).toEqual(['resolved', '24484000'])
    const found = said(`${aspect('E3.30', '413322009', 'negationInd="true"')}${aspect('E3.29', '24484000', 'negationInd="true"')}`)
    const { clinicalStatus, severity } = found.one('Condition')
    expect([clinicalStatus?.coding?.[0]?.code, severity, found.outcomes.filter(one => one === 'unmapped').length]).toEqual(['active', undefined, 2])
  })

  it('a severity in words alone is lost in no silence', () => {
    const words = aspect('E3.29', '').replace(/<value .*?\/>/, '<value xsi:type="ST">modérée</value>')
    const found = said(words)
    expect([found.one('Condition').severity, found.outcomes.includes('unmapped'), found.findings.includes('statement.unmapped')]).toEqual([
      undefined,
      true,
      true,
    ])
  })

  it('a status of no table is said by a finding', () => {
    expect(said(aspect('E3.30', '1')).findings).toContain('statement.status-unknown')
  })
})

/** A concern and what is in it: a problem and an allergy of the same course. */
function standing({ concern, end, status, attributes = '', none = false }: Course): [problem: string | undefined, allergy: string | undefined] {
  const time = end === undefined ? '' : `<effectiveTime><low value="2010"/><high value="${end}"/></effectiveTime>`
  const aspects = status === undefined ? '' : aspect('E3.30', status)
  const absent = (word: string) => (none ? `code="${word}" codeSystem="2.16.840.1.113883.5.1150.1"` : `code="N10" codeSystem="${CIM10}"`)
  const agent = `<participant typeCode="CSM"><participantRole><playingEntity><code ${absent('no-known-allergies')}/></playingEntity></participantRole></participant>`
  const inside = (name: string, rest: string) =>
    related(observation({ template: name, code: `<code code="1" codeSystem="${SNOMED}"/>`, time, attributes, inner: rest + aspects }))
  const around = (name: string, inner: string) =>
    `<act classCode="ACT" moodCode="EVN">${template(name)}<code nullFlavor="NA"/>${concern === '' ? '' : `<statusCode code="${concern}"/>`}${inner}</act>`
  const found = made([
    section({ code: '11450-4', entries: [around('E3.39', inside('E3.37', `<value xsi:type="CD" ${absent('no-known-problems')}/>`))] }),
    section({ code: '48765-2', entries: [around('E3.40', inside('E3.41', agent))] }),
  ])
  return [found.one('Condition'), found.one('AllergyIntolerance')].map(one => one.clinicalStatus?.coding?.[0]?.code) as [string, string]
}
interface Course {
  concern: string
  end?: string
  status?: string
  attributes?: string
  none?: boolean
}

it.each<[Course, string | undefined, string]>([
  [{ concern: 'active' }, 'active', 'active'],
  [{ concern: 'active', end: '2015' }, 'active', 'active'],
  [{ concern: 'completed' }, 'inactive', 'inactive'],
  [{ concern: 'completed', end: '2015' }, 'resolved', 'resolved'],
  [{ concern: 'completed', end: '2999' }, 'inactive', 'inactive'],
  [{ concern: 'suspended' }, 'inactive', 'inactive'],
  [{ concern: 'aborted', end: '2015' }, 'inactive', 'inactive'],
  [{ concern: '' }, undefined, 'active'],
  [{ concern: '', end: '2015' }, 'resolved', 'resolved'],
  [{ concern: '', end: '2999' }, undefined, 'active'],
  [{ concern: 'completed', status: '55561003' }, 'active', 'active'],
  [{ concern: 'active', status: '413322009' }, 'resolved', 'resolved'],
  [{ concern: 'completed', status: '255227004' }, 'recurrence', 'active'],
  [{ concern: 'active', status: '277022003' }, 'remission', 'inactive'],
  [{ concern: 'completed', attributes: 'negationInd="true"' }, undefined, 'inactive'],
  [{ concern: 'active', attributes: 'negationInd="true"' }, undefined, 'inactive'],
  [{ concern: 'completed', none: true }, 'active', 'active'],
])('%j: a problem and an allergy stand as what is written of them, else as their concern', (course, problem, allergy) => {
  expect(standing(course)).toEqual([problem, allergy])
})

it.each([
  ['CRITL', 'low'],
  ['CRITH', 'high'],
  ['CRITU', 'unable-to-assess'],
  ['75540009', 'high'],
])('an allergy of criticality %s is %s', (code, criticality) => {
  const agent =
    '<participant typeCode="CSM"><participantRole><playingEntity><code code="N02BE01" codeSystem="2.16.840.1.113883.6.73"/></playingEntity></participantRole></participant>'
  const inner = `${agent}${aspect('E3.172', code)}`
  const found = made(
    section({ code: '48765-2', entries: [observation({ template: 'E3.41', code: `<code code="416098002" codeSystem="${SNOMED}"/>`, inner })] }),
  )
  expect([found.one('AllergyIntolerance').criticality, found.findings.includes('statement.status-unknown')]).toEqual([criticality, false])
})

describe('a problem by where it stands', () => {
  it.each([
    ['11535-2', 'encounter-diagnosis'],
    ['11450-4', 'problem-list-item'],
    ['11348-0', 'problem-list-item'],
    ['42349-1', undefined],
  ])('in section %s is of category %s, beside what the document calls it', (code, category) => {
    const found = made(section({ code, entries: [problem('')] })).one('Condition').category
    expect(found?.map(one => one.coding?.[0]?.code)).toEqual([...(category === undefined ? [] : [category]), '282291009'])
  })

  it.each([
    ['11535-2', (id = '') => ({ diagnosis: [{ condition: { reference: `Condition/${id}` }, use: { coding: [{ code: 'DD' }] } }] })],
    ['42349-1', (id = '') => ({ reasonReference: [{ reference: `Condition/${id}` }] })],
  ])('in section %s it is what the stay was about', (code, about) => {
    const found = made(section({ code, entries: [problem('')] }))
    expect(found.one('Encounter')).toMatchObject(about(found.one('Condition').id))
  })

  it('in a list of problems it is none of the stay', () => {
    const stay = made(section({ code: '11450-4', entries: [problem('')] })).one('Encounter')
    expect([stay.diagnosis, stay.reasonReference]).toEqual([undefined, undefined])
  })
})

describe('the course of a problem', () => {
  const times = (concern: string, high: string) =>
    problem(`<effectiveTime><low value="2010"/><high value="${high}"/></effectiveTime>`).replace('code="active"', `code="${concern}"`)
  const course = (concern: string, high: string) => {
    const found = made(section({ code: '11348-0', entries: [times(concern, high)] }))
    const { onsetDateTime, abatementDateTime, clinicalStatus } = found.one('Condition')
    return [onsetDateTime, abatementDateTime, clinicalStatus?.coding?.[0]?.code, found.findings.includes('condition.end-of-active')]
  }

  it('that is over begins and ends when it says', () => {
    expect(course('completed', '2015')).toEqual(['2010', '2015', 'resolved', false])
  })

  it('that goes on has no end, and a finding says that one was written', () => {
    expect(course('active', '2030')).toEqual(['2010', undefined, 'active', true])
  })

  it('is told with the comments on it and on its concern', () => {
    const comment = (text: string) =>
      related(
        `<act classCode="ACT" moodCode="EVN">${template('E3.32')}<code code="48767-8" codeSystem="2.16.840.1.113883.6.1"/><text>${text}</text></act>`,
        'SUBJ',
      )
    const both = problem(comment('du problème')).replace(/<\/act>$/, `${comment('du souci')}</act>`)
    expect(
      made(section({ code: '11450-4', entries: [both] }))
        .one('Condition')
        .note?.map(one => one.text),
    ).toEqual(['du problème', 'du souci'])
  })
})
