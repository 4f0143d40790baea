import { describe, expect, it } from 'vitest'
import { CIM10, CISIS, LOINC, made, observation, related, SNOMED, section, template } from '../../../support/statements.ts'

// What stands in a statement and becomes nothing is told by a finding at its place: nothing is lost without a word.

const unreadIn = (entry: string, code = '42545-4') =>
  made(section({ code, entries: [entry] })).mapped.findings.flatMap(({ code: found, path }) =>
    found === 'statement.part-unread' ? [path.replace(/^.*\/entry\/\w+\/?/, '')] : [],
  )
const value = '<value xsi:type="INT" value="1"/>'
const place =
  '<participant typeCode="LOC"><participantRole><id root="1.2.3"/><addr><city>Lyon</city></addr><playingEntity><name>Clinique</name></playingEntity></participantRole></participant>'
const coded = (code: string, system = SNOMED) => `<code code="${code}" codeSystem="${system}" displayName="x"/>`
const taken = (inner: string) =>
  `<substanceAdministration classCode="SBADM" moodCode="EVN">${template('E3.42')}<text>X</text><statusCode code="completed"/>${inner}</substanceAdministration>`

describe('a part that no rule reads', () => {
  it.each([
    ['of an observation', observation({ value, inner: '<priorityCode code="UR"/><informant><relatedEntity classCode="NOK"/></informant>' }), ['priorityCode']],
    ['that says why it is not there needs no finding', observation({ value, inner: '<methodCode nullFlavor="NA"/><priorityCode nullFlavor="UNK"/>' }), []],
    ['beside others of its name that are', observation({ value, inner: '<targetSiteCode code="1"/><targetSiteCode code="2"/>' }), ['targetSiteCode[2]']],
    [
      'inside one of which another part is read',
      `<procedure classCode="PROC" moodCode="EVN">${template('E3.62')}${coded('1')}${place}</procedure>`,
      ['participant/participantRole/addr'],
    ],
    ['of a medicine taken: how urgent it was', taken('<priorityCode code="UR"/><repeatNumber value="2"/>'), ['priorityCode', 'repeatNumber']],
    ['of a medicine taken: that it is taken as needed is read', taken('<priorityCode code="PRN"/>'), []],
    [
      'of what is asked for: how urgent it is, where FHIR has no word for it',
      `<procedure classCode="PROC" moodCode="INT">${template('E3.62')}${coded('1')}<priorityCode code="constructor"/></procedure>`,
      ['priorityCode'],
    ],
    ['of words alone: they are in the narrative', observation({ value, inner: '<text>mots</text>' }), []],
  ])('%s', (_, entry, expected) => expect(unreadIn(entry)).toEqual(expected))

  it('of a statement that is part of another, and of an allergy whose agent is its code', () => {
    const certainty = observation({
      template: 'E3.171',
      code: coded('66455-7', LOINC),
      time: '<effectiveTime value="20260101"/>',
      value: '<value xsi:type="CD" code="410605003"/>',
    })
    const problem = observation({ template: 'E3.37', value: `<value xsi:type="CD" code="I10" codeSystem="${CIM10}"/>`, inner: related(certainty) })
    expect(unreadIn(problem)).toEqual(['entryRelationship/observation/effectiveTime'])
    const agent =
      '<participant typeCode="CSM"><participantRole><playingEntity><code code="J01" codeSystem="2.16.840.1.113883.6.73"/></playingEntity></participantRole></participant>'
    const allergy = observation({
      template: 'E3.41',
      time: '<effectiveTime><low value="2001"/><high value="2005"/></effectiveTime>',
      value: `<value xsi:type="CD" code="L50.0" codeSystem="${CIM10}"/>`,
      inner: agent,
    })
    expect(unreadIn(allergy)).toEqual(['effectiveTime/high', 'value'])
  })

  it('of what is left out for a reason, or told as unmapped, is not told again', () => {
    expect(unreadIn(`<procedure classCode="PROC" moodCode="EVN">${template('E3.62')}<code nullFlavor="NA"/><methodCode code="1"/></procedure>`)).toEqual([])
    expect(unreadIn('<regionOfInterest classCode="ROIOVL" moodCode="EVN"><code code="POLY"/><value value="1"/></regionOfInterest>')).toEqual([])
  })

  it('one hundred are told one by one, whatever stands there', () => {
    expect(unreadIn(observation({ value, inner: '<priorityCode code="UR"/>'.repeat(30_000) }))).toHaveLength(100)
  })
})

describe('what a statement says besides', () => {
  it.each(['true', '1'])('what stands in a relation that is denied (negationInd=%s) is denied', negationInd => {
    const denied = (statement: string, typeCode: string) => related(statement, typeCode).replace('typeCode', `negationInd="${negationInd}" typeCode`)
    const agent =
      '<participant typeCode="CSM"><participantRole><playingEntity><code code="J01" codeSystem="2.16.840.1.113883.6.73"/></playingEntity></participantRole></participant>'
    const reaction = observation({ template: 'E3.37', value: `<value xsi:type="CD" code="R11" codeSystem="${CIM10}"/>` })
    const place = observation({ attributes: 'negationInd="false"', value: `<value xsi:type="CD" code="55438003" codeSystem="${SNOMED}"/>` })
    const found = made(
      section({
        code: '48765-2',
        entries: [observation({ template: 'E3.41', inner: `${agent}${denied(reaction, 'MFST')}` }), observation({ value, inner: denied(place, 'SPRT') })],
      }),
    )
    expect([found.one('AllergyIntolerance').reaction, found.one('Condition').verificationStatus?.coding?.[0]?.code]).toEqual([undefined, 'refuted'])
    expect(found.all('Observation').map(one => one.modifierExtension?.[0]?.valueBoolean)).toContain(true)
  })

  it('the date foreseen in words stands beside the request it is for', () => {
    const dates = observation({ code: coded('GEN-177', CISIS), time: '<effectiveTime value="20260701"/>', value: '<value xsi:type="ST">en juillet</value>' })
    const found = made(
      section({
        code: '18776-5',
        entries: [`<procedure classCode="PROC" moodCode="INT">${template('E3.62')}${coded('1')}${related(dates, 'COMP')}</procedure>`],
      }),
    )
    expect([found.one('ServiceRequest').occurrenceDateTime, found.one('Observation').valueString]).toEqual(['2026-07-01', 'en juillet'])
  })

  it('a condition is due to the medicine or the vaccination that caused it', () => {
    const reaction = related(observation({ template: 'E3.37', value: `<value xsi:type="CD" code="R11" codeSystem="${CIM10}"/>` }), 'CAUS')
    const found = made(section({ code: '10160-0', entries: [taken(reaction)] }))
    expect(found.one('Condition').extension).toContainEqual({
      url: 'http://hl7.org/fhir/StructureDefinition/condition-dueTo',
      valueReference: { reference: `MedicationStatement/${found.one('MedicationStatement').id}` },
    })
  })

  it('a severity or an outcome of no known table is told by a finding', () => {
    const aspect = observation({ template: 'E3.213', value: '<value xsi:type="CD" code="999"/>' })
    expect(
      made(section({ code: '44939-7', entries: [observation({ template: 'E3.210', value: '<value xsi:type="CD" code="1"/>', inner: related(aspect) })] }))
        .findings,
    ).toContain('statement.status-unknown')
  })
})
