import type { ServiceRequest } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { mapCda, resourcesOf } from '../../support/mapping.ts'
import { CIM10, LOINC, made, observation, related, SNOMED, section, structured, template } from '../../support/statements.ts'

// What is to be done is told with how firmly it is meant, and what becomes of it; what was done says where, and nothing of it is dropped without a word.

const act = (change: { mood?: string; status?: string; inner?: string; code?: string } = {}) =>
  `<procedure classCode="PROC" moodCode="${change.mood ?? 'INT'}">${template('E3.62')}${change.code ?? `<code code="73761001" codeSystem="${SNOMED}" displayName="Coloscopie"/>`}<statusCode code="${change.status ?? 'completed'}"/><effectiveTime value="20200101"/>${change.inner ?? ''}</procedure>`
const inHistory = (...entries: string[]) => made(section({ code: '47519-4', entries }))
const inMood = (mood: string, statement: string) => statement.replace('"EVN"', `"${mood}"`)

describe('a request', () => {
  it.each([
    ['INT', 'plan'],
    ['PRP', 'proposal'],
    ['RQO', 'order'],
  ])('in the mood %s is a %s, an act or an examination', (mood, intent) => {
    const found = inHistory(act({ mood }), inMood(mood, observation({ template: 'E3.27' })))
    expect(found.all('ServiceRequest').map(one => one.intent)).toEqual([intent, intent])
  })

  it.each([
    ['completed', 'active'],
    ['suspended', 'on-hold'],
    ['cancelled', 'revoked'],
    ['obsolete', 'revoked'],
    ['nullified', 'entered-in-error'],
  ])('that is %s is %s', (status, said) => {
    expect(inHistory(act({ status })).one('ServiceRequest').status).toBe(said)
  })

  it('whose code is said by its value alone is no filler', () => {
    const value = `<value xsi:type="CD" code="73761001" codeSystem="${SNOMED}" displayName="Coloscopie"/>`
    const found = inHistory(inMood('INT', observation({ template: 'E3.27', code: '<code nullFlavor="NA"/>', value })))
    expect(found.one('ServiceRequest').orderDetail).toMatchObject([{ coding: [{ code: '73761001' }] }])
  })

  it('says by a finding who or what else takes part', () => {
    const device = '<participant typeCode="DEV"><participantRole><id root="1.2.3" extension="4"/></participantRole></participant>'
    expect(inHistory(act({ inner: device })).findings).toContain('statement.part-unread')
  })

  it('inside a problem is no evidence of it', () => {
    const asked = inMood('INT', observation({ template: 'E3.27' }))
    const problem = `<observation classCode="OBS" moodCode="EVN">${template('E3.37')}<code code="282291009" codeSystem="${SNOMED}"/><statusCode code="completed"/><effectiveTime/><value xsi:type="CD" code="K50" codeSystem="${CIM10}"/>${related(asked, 'REFR')}</observation>`
    const found = made(section({ code: '11450-4', entries: [problem] }))
    expect(found.all('ServiceRequest')).toHaveLength(1)
    expect(found.one('Condition').evidence).toBeUndefined()
  })
})

describe('a goal', () => {
  it.each([
    ['<effectiveTime value="20260401"/>', undefined, '2026-04-01'],
    ['<effectiveTime><low value="20260101"/></effectiveTime>', '2026-01-01', undefined],
    ['<effectiveTime><low value="20260101"/><high value="20260401"/></effectiveTime>', '2026-01-01', '2026-04-01'],
  ])('of %s begins at its low and is due at its high, not at its beginning', (time, startDate, dueDate) => {
    const { target, ...goal } = inHistory(inMood('GOL', observation({ template: 'E3.27', time }))).one('Goal')
    expect([goal.startDate, target?.[0]?.dueDate]).toEqual([startDate, dueDate])
  })

  it.each([
    ['active', 'proposed'],
    ['completed', 'proposed'],
    ['suspended', 'on-hold'],
    ['aborted', 'cancelled'],
    ['cancelled', 'cancelled'],
    ['nullified', 'entered-in-error'],
  ])('that is %s is %s', (status, said) => {
    const goal = inMood('GOL', observation({ template: 'E3.27' })).replace('"completed"', `"${status}"`)
    expect(inHistory(goal).one('Goal').lifecycleStatus).toBe(said)
  })
})

describe('an act that was done', () => {
  const done = (inner: string) => inHistory(act({ mood: 'EVN', inner }))

  it('says where', () => {
    const place =
      '<participant typeCode="LOC"><participantRole classCode="SDLOC"><playingEntity classCode="PLC"><name>Bloc 2</name></playingEntity></participantRole></participant>'
    const found = done(place)
    expect(found.one('Procedure').location).toEqual({ display: 'Bloc 2' })
    expect(found.findings).not.toContain('statement.part-unread')
  })

  it.each([
    ['approachSiteCode', `<approachSiteCode code="229801003" codeSystem="${SNOMED}"/>`],
    ['participant', '<participant typeCode="DEV"><participantRole><id root="1.2.3" extension="4"/></participantRole></participant>'],
  ])('has no room for its %s: a finding says where it stands', (local, inner) => {
    expect(done(inner).mapped.findings).toContainEqual(
      expect.objectContaining({ code: 'statement.part-unread', path: expect.stringMatching(new RegExp(`procedure/${local}$`)) }),
    )
  })

  it('of which a participant says nothing needs no finding', () => {
    expect(done('<participant typeCode="AUT"><participantRole/></participant>').findings).not.toContain('statement.part-unread')
  })

  it('and an observation says by a finding whom else it names', () => {
    const other = '<participant typeCode="DEV"><participantRole><id root="1.2.3" extension="4"/></participantRole></participant>'
    const found = made(section({ code: '8716-3', entries: [observation({ code: `<code code="8867-4" codeSystem="${LOINC}"/>`, inner: other })] }))
    expect(found.findings).toContain('statement.part-unread')
  })
})

describe('a demand of telemedicine (TLM-DA)', () => {
  const reason = section({ code: '42349-1', text: '<paragraph>Plaie chronique</paragraph>' })
  const body = section({ code: '46612-8', template: 'T2.68', inner: section({ code: '34117-2', template: 'T2.69', inner: reason }) })
  const asked = (act: string): ServiceRequest[] => {
    const order = '<inFulfillmentOf><order><id root="1.2.250.1.999.7" extension="O-1"/></order></inFulfillmentOf>'
    const document = Buffer.from(structured(body))
      .toString()
      .replace('<documentationOf>', `${order}<documentationOf>`)
      .replace('<serviceEvent>', `<serviceEvent>${act}`)
    return resourcesOf<ServiceRequest>(mapCda(Buffer.from(document)), 'ServiceRequest')
  }

  it('asks for the act that its header names, under its number and for the reason it tells', () => {
    expect(asked('<code code="TE1" codeSystem="1.2.250.1.215.200.3.3" displayName="Téléexpertise"/>')).toMatchObject([
      {
        identifier: [{ system: 'urn:oid:1.2.250.1.999.7', value: 'O-1' }],
        status: 'active',
        intent: 'order',
        code: { coding: [{ code: 'TE1' }] },
        authoredOn: '2026-06-02T14:30:00+02:00',
        requester: { display: 'Alice FICTIVE' },
        reasonCode: [{ text: 'Plaie chronique' }],
      },
    ])
  })

  it('asks for nothing where the header names no act', () => {
    expect(asked('')).toEqual([])
  })
})
