import { describe, expect, it } from 'vitest'
import { accessRowsOf } from '../../../gateway/access/rights/access-rows.ts'
import { LOINC, made, observation, section } from '../../support/statements.ts'

const directive = (code: string, value: string, rest: { attributes?: string; inner?: string } = {}): string =>
  observation({
    template: 'E3.54',
    code: `<code code="${code}" codeSystem="${LOINC}"/>`,
    value: value === '' ? '' : `<value xsi:type="BL" value="${value}"/>`,
    time: '<effectiveTime><low value="20180101"/></effectiveTime>',
    ...rest,
  })
const inSection = (...entries: string[]): string => section({ code: '42348-3', entries })
const VENTILATION = '75787-2'

describe('an advance directive', () => {
  it.each([
    ['wanted', 'true', '', 'permit'],
    ['refused', 'false', '', 'deny'],
    ['negated, so refused', 'true', 'negationInd="true"', 'deny'],
  ])('%s: a Consent of scope adr about that act', (_, value, attributes, type) => {
    const consent = made(inSection(directive(VENTILATION, value, { attributes }))).one('Consent')
    expect(consent).toMatchObject({
      status: 'active',
      scope: { coding: [{ code: 'adr' }] },
      provision: { type, period: { start: '2018-01-01' }, code: [{ coding: [{ system: 'http://loinc.org', code: VENTILATION }] }] },
    })
  })

  it('of one day was given that day: it is not over the day after', () => {
    const found = made(
      inSection(directive(VENTILATION, 'false').replace('<low value="20180101"/>', '').replace('<effectiveTime>', '<effectiveTime value="20180101">')),
    )
    expect(found.one('Consent')).toMatchObject({ dateTime: '2018-01-01', provision: { type: 'deny' } })
    expect(found.one('Consent').provision).not.toHaveProperty('period')
  })

  it('that there are none is no directive in force', () => {
    const consent = made(inSection(directive('42348-3', 'false'))).one('Consent')
    expect(consent).toMatchObject({ status: 'inactive', modifierExtension: [{ valueBoolean: true }] })
    expect(consent.provision?.type).toBeUndefined()
  })

  it('names the document it stands in', () => {
    const inner =
      '<reference typeCode="REFR"><externalDocument classCode="DOC" moodCode="EVN"><id root="1.2.3.4" extension="9"/></externalDocument></reference>'
    const found = made(inSection(directive('42348-3', 'true', { inner })))
    expect(found.one('Consent').sourceReference?.reference).toMatch(/^DocumentReference\//)
    expect(found.all('DocumentReference')).toHaveLength(2)
  })

  it.each(['true', 'false'])('opens and closes no access (%s)', value => {
    expect(accessRowsOf(made(inSection(directive(VENTILATION, value))).one('Consent'))).toEqual([])
  })
})

describe('the hospital a person prefers', () => {
  const participant = (typeCode: string, id: string): string =>
    `<participant typeCode="${typeCode}"><participantRole classCode="ROL"><id root="1.2.250.1.71.4.2.2" extension="${id}"/><playingEntity><name>CH du Lac</name></playingEntity></participantRole></participant>`
  const act = (inner: string): string =>
    `<act classCode="ACT" moodCode="INT"><templateId root="1.2.250.1.213.1.1.3.97"/><code code="11302-7" codeSystem="${LOINC}"/>${inner}</act>`

  it('is proposed for the circle, once however many roles it has, and is nothing to be done', () => {
    const found = made(section({ code: '11302-7', entries: [act(participant('RCV', '1540000012') + participant('DST', '1540000012'))] }))
    const [team] = found.all('CareTeam').filter(one => one.participant?.some(({ member }) => member?.reference?.startsWith('Organization/')))
    expect(team).toMatchObject({ status: 'proposed', participant: [{ member: { display: 'CH du Lac' } }] })
    expect(team === undefined ? [] : accessRowsOf(team)).toEqual([])
    expect(found.all('ServiceRequest')).toEqual([])
  })

  it('no one is named: nothing is made', () => {
    expect(made(section({ code: '11302-7', entries: [act('')] })).outcomes).toEqual(['filler'])
  })
})
