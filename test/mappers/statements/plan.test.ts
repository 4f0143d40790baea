import { describe, expect, it } from 'vitest'
import { LOINC, made, section, SNOMED, template } from '../../support/statements.ts'

const ID = '2ED5EF29-0000-4000-8000-000000000001'
const act = (code: string, { mood = 'INT', inner = '', time = '', attributes = '' } = {}): string =>
  `<procedure classCode="PROC" moodCode="${mood}" ${attributes}>${template('E3.62')}<id root="${ID}"/><code code="${code}" codeSystem="${SNOMED}"/><statusCode code="completed"/>${time}${inner}</procedure>`
const problem = (code: string): string =>
  `<observation classCode="OBS" moodCode="EVN">${template('E3.37')}<id root="${ID}"/><code code="282291009" codeSystem="${SNOMED}"/><statusCode code="completed"/><value xsi:type="CD" code="${code}" codeSystem="${SNOMED}"/></observation>`
const because = (code: string): string =>
  `<entryRelationship typeCode="RSON"><act classCode="ACT" moodCode="EVN">${template('E3.36')}<id root="${ID}"/><code code="${code}" codeSystem="${SNOMED}"/></act></entryRelationship>`
const meeting = (time: string): string =>
  `<encounter classCode="ENC" moodCode="ARQ">${template('E3.58')}<id root="${ID}"/><code code="AMB" codeSystem="2.16.840.1.113883.5.4"/>${time}</encounter>`
const goal = `<observation classCode="OBS" moodCode="GOL">${template('E3.27')}<code code="8302-2" codeSystem="${LOINC}"/><statusCode code="active"/><effectiveTime value="20270101"/></observation>`
const plan = (...entries: string[]) => section({ code: '18776-5', entries })

describe('a plan (18776-5)', () => {
  it('holds what is asked for, what was done and what is aimed at; statements with the same id stay apart', () => {
    const found = made(plan(act('1001'), act('1002'), act('1003', { mood: 'EVN', time: '<effectiveTime value="20200101"/>' }), meeting(''), goal))
    expect(found.one('CarePlan')).toMatchObject({ status: 'active', intent: 'plan', goal: [{ reference: `Goal/${found.one('Goal').id}` }] })
    expect(found.one('CarePlan').activity?.map(one => (one.reference ?? one.outcomeReference?.[0])?.reference?.split('/')[0])).toEqual([
      'ServiceRequest',
      'ServiceRequest',
      'Appointment',
      'Procedure',
    ])
    expect(found.all('ServiceRequest').map(({ status, intent }) => [status, intent])).toEqual([
      ['active', 'plan'],
      ['active', 'plan'],
    ])
  })

  it('an act said to be done that lies ahead is asked for, with a finding', () => {
    const found = made(plan(act('1001', { mood: 'EVN', time: '<effectiveTime value="20990101"/>' })))
    expect([found.all('Procedure').length, found.one('ServiceRequest').intent, found.findings]).toEqual([
      0,
      'plan',
      expect.arrayContaining(['statement.done-in-future']),
    ])
  })

  it('what is not to be done is said so', () => {
    expect(made(plan(act('1001', { attributes: 'negationInd="true"' }))).one('ServiceRequest').doNotPerform).toBe(true)
  })

  it('nothing is made of a plan without entries', () => {
    expect(made(plan()).all('CarePlan')).toEqual([])
  })

  it('a meeting told to the minute has its time, else a period', () => {
    const exact = '<effectiveTime><low value="202701010900+0100"/><high value="202701010930+0100"/></effectiveTime>'
    expect(made(plan(meeting(exact))).one('Appointment')).toMatchObject({ status: 'proposed', start: '2027-01-01T09:00:00+01:00' })
    expect(made(plan(meeting('<effectiveTime value="20270101"/>'))).one('Appointment').requestedPeriod).toHaveLength(1)
  })

  it('a date that is none is left out, with a finding', () => {
    const found = made(plan(act('1001', { time: '<effectiveTime value="20261345"/>' })))
    expect(found.one('ServiceRequest').occurrenceDateTime).toBeUndefined()
    expect(found.findings).toContain('statement.date-invalid')
  })
})

describe('a reference inside a document (E3.36)', () => {
  const problems = section({ code: '11450-4', entries: [problem('111'), problem('222')] })

  it('leads to the statement with that id and that code', () => {
    const found = made([problems, plan(act('1001', { inner: because('222') }))])
    const meant = found.all('Condition').find(({ code }) => code?.coding?.[0]?.code === '222')
    expect(found.one('ServiceRequest').reasonReference).toEqual([expect.objectContaining({ reference: `Condition/${meant?.id ?? ''}` })])
  })

  it('with another code leads nowhere', () => {
    expect(made([problems, plan(act('1001', { inner: because('333') }))]).one('ServiceRequest').reasonReference).toBeUndefined()
  })
})
