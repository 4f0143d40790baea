/*
  What a document says of somebody else, withdraws, denies or only means is not told as a fact of the patient.
*/
import type { AllergyIntolerance, Condition } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { CIM10, LOINC, made, observation, related, SNOMED, section, template } from '../../support/statements.ts'

const PROBLEM = `<code code="282291009" codeSystem="${SNOMED}"/>`
const DIABETES = `<value xsi:type="CD" code="E11" codeSystem="${CIM10}"/>`
const DRUG = `<participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT"><code code="60234100" codeSystem="1.2.250.1.213.2.3.1"/></playingEntity></participantRole></participant>`
const problem = (attributes = '', inner = ''): string => observation({ template: 'E3.37', code: PROBLEM, attributes, value: DIABETES, inner })
const allergy = (attributes = '', inner = ''): string =>
  observation({ template: 'E3.41', code: `<code code="416098002" codeSystem="${SNOMED}"/>`, attributes, inner: DRUG + inner })
const certainty = (code: string): string => related(observation({ template: 'E3.171', value: `<value xsi:type="CD" code="${code}" codeSystem="${SNOMED}"/>` }))
const asStatus = (statement: string, code: string): string => statement.replace('<statusCode code="completed"/>', `<statusCode code="${code}"/>`)
const inMood = (statement: string, mood: string): string => statement.replace('moodCode="EVN"', `moodCode="${mood}"`)
const verificationOf = (one: Condition | AllergyIntolerance): string | undefined => one.verificationStatus?.coding?.[0]?.code

describe('a section about somebody else (section/subject)', () => {
  const subject = `<subject><relatedSubject classCode="PRS"><code code="NCHILD" codeSystem="2.16.840.1.113883.5.111"/></relatedSubject></subject>`
  const about = (text: string): string => text.replace('</title>', `</title>${subject}`)

  it('has no problem, measure or treatment of the patient', () => {
    const said = made(about(section({ code: '11450-4', entries: [problem(), observation({ value: '<value xsi:type="INT" value="4"/>' })] })))
    expect(said.all('Condition')).toEqual([])
    expect(said.all('FamilyMemberHistory')).toHaveLength(1)
    expect(said.one('Observation').focus).toEqual([{ reference: '#subject' }])
  })

  it('holds for the sections in it', () => {
    const inner = section({ code: '11450-4', entries: [problem()] })
    expect(made(about(section({ code: '57075-4', inner }))).all('Condition')).toEqual([])
  })
})

describe('a section that somebody else wrote (section/author)', () => {
  it('is told by its author, not by that of the document', () => {
    const author = `<author><time value="20260101"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="899700000002"/><assignedPerson><name><family>AUTRE</family></name></assignedPerson></assignedAuthor></author>`
    const plain = section({ code: '11450-4', entries: [problem()] })
    const [ofDocument, ofSection] = [plain, plain.replace('</title>', `</title>${author}`)].map(text => made(text).one('Condition').recorder)
    expect(ofSection).toBeDefined()
    expect(ofSection).not.toEqual(ofDocument)
  })
})

describe('what is withdrawn (statusCode)', () => {
  const directive = observation({
    template: 'E3.54',
    code: `<code code="75787-2" codeSystem="${LOINC}"/>`,
    value: '<value xsi:type="BL" value="true"/>',
  })

  it.each([
    ['aborted', 'inactive'],
    ['cancelled', 'inactive'],
    ['suspended', 'inactive'],
    ['nullified', 'entered-in-error'],
    ['obsolete', 'entered-in-error'],
    ['active', 'active'],
  ])('an advance directive that is %s is %s', (code, status) => {
    expect(made(section({ code: '42348-3', entries: [asStatus(directive, code)] })).one('Consent').status).toBe(status)
  })

  it('a directive that is null is in force for nobody', () => {
    const said = made(section({ code: '42348-3', entries: [directive.replace('classCode', 'nullFlavor="UNK" classCode')] }))
    expect(said.one('Consent').status).toBe('inactive')
  })

  const relative = (inner: string, status = 'completed'): string =>
    `<organizer classCode="CLUSTER" moodCode="EVN">${template('E3.59')}<statusCode code="${status}"/><subject><relatedSubject classCode="PRS"><code code="MTH" codeSystem="2.16.840.1.113883.5.111"/></relatedSubject></subject><component>${inner}</component></organizer>`
  const ofRelative = observation({ template: 'E3.51', code: PROBLEM, value: DIABETES })

  it('a history of a relative, or a problem in it, that is withdrawn or null is none: it stays in the narrative', () => {
    const wrong = ofRelative.replace('completed', 'nullified')
    const entries = [relative(ofRelative, 'nullified'), relative(wrong), relative(ofRelative.replace('classCode', 'nullFlavor="UNK" classCode')), wrong]
    for (const entry of entries) {
      const said = made(section({ code: '10157-6', entries: [entry] }))
      expect([said.all('FamilyMemberHistory'), said.findings.includes('statement.unmapped')]).toEqual([[], true])
    }
    const other = ofRelative.replace('E11', 'I10')
    const [condition] = [
      made(section({ code: '10157-6', entries: [relative(`${wrong}</component><component>${other}`)] })).one('FamilyMemberHistory').condition,
    ]
    expect(condition).toMatchObject([{ code: { coding: [{ code: 'I10' }] } }])
  })

  const adverse = (attributes = '', value = `<value xsi:type="CD" code="281647001" codeSystem="${SNOMED}"/>`): string =>
    observation({ template: 'E3.210', attributes, value })

  it.each([
    ['nullified', asStatus(adverse(), 'nullified')],
    ['cancelled', asStatus(adverse(), 'cancelled')],
    ['null', adverse('nullFlavor="UNK"')],
    ['denied', adverse('negationInd="true"')],
    ['answered by no', adverse('', '<value xsi:type="BL" value="false"/>')],
  ])('an adverse effect that is %s is no event: it stays in the narrative', (_, statement) => {
    const said = made(section({ code: '48765-2', entries: [statement] }))
    expect(said.all('AdverseEvent')).toEqual([])
    expect(said.findings).toContain('statement.unmapped')
  })

  it('a group that is entered in error takes its members with it', () => {
    const member = observation({ value: '<value xsi:type="INT" value="4"/>' })
    const panel = `<organizer classCode="CLUSTER" moodCode="EVN">${template('E3.95')}<code code="1" codeSystem="${SNOMED}"/><statusCode code="nullified"/><component>${member}</component></organizer>`
    expect(
      made(section({ code: '47420-5', entries: [panel] }))
        .all('Observation')
        .map(one => one.status),
    ).toEqual(['entered-in-error', 'entered-in-error'])
  })

  it('a reaction that is entered in error or null is not told as one', () => {
    const reaction = observation({ template: 'E3.37', code: PROBLEM, value: DIABETES })
    for (const one of [asStatus(reaction, 'nullified'), reaction.replace('classCode', 'nullFlavor="UNK" classCode')])
      expect(made(section({ code: '48765-2', entries: [allergy('', related(one, 'MFST'))] })).one('AllergyIntolerance').reaction).toBeUndefined()
  })
})

describe('none known in a code of SNOMED CT', () => {
  it('is not turned around by a negation', () => {
    const value = `<value xsi:type="CD" code="716186003" codeSystem="${SNOMED}"/>`
    const none = observation({ template: 'E3.41', code: `<code code="420134006" codeSystem="${SNOMED}"/>`, attributes: 'negationInd="true"', value })
    const said = made(section({ code: '48765-2', entries: [none] })).one('AllergyIntolerance')
    expect([verificationOf(said), said.clinicalStatus?.coding?.[0]?.code]).toEqual([undefined, 'active'])
  })
})

describe('how sure it is (E3.171)', () => {
  it.each([
    ['723511001', 'refuted'],
    ['410516002', 'refuted'],
    ['410594000', 'refuted'],
    ['410593006', 'unconfirmed'],
    ['415684004', 'unconfirmed'],
    ['410590009', 'unconfirmed'],
    ['410605003', 'confirmed'],
    ['1234567', 'unconfirmed'],
  ])('of an allergy, %s is %s', (code, expected) => {
    expect(verificationOf(made(section({ code: '48765-2', entries: [allergy('', certainty(code))] })).one('AllergyIntolerance'))).toBe(expected)
  })

  it.each([
    ['410594000', 'refuted'],
    ['410593006', 'unconfirmed'],
    ['410590009', 'provisional'],
    ['1234567', 'unconfirmed'],
  ])('of a problem, %s is %s', (code, expected) => {
    expect(verificationOf(made(section({ code: '11450-4', entries: [problem('', certainty(code))] })).one('Condition'))).toBe(expected)
  })
})

describe('how sure it is, by a qualifier of the problem', () => {
  it.each([
    ['410516002', 'refuted'],
    ['415684004', 'unconfirmed'],
    ['7771000', undefined],
  ])('%s is %s', (code, expected) => {
    const qualified = DIABETES.replace(
      '/>',
      `><qualifier><name code="408729009" codeSystem="${SNOMED}"/><value code="${code}" codeSystem="${SNOMED}"/></qualifier></value>`,
    )
    const said = made(section({ code: '11450-4', entries: [problem().replace(DIABETES, qualified)] })).one('Condition')
    expect([verificationOf(said), said.code?.coding?.[0]?.code]).toEqual([expected, 'E11'])
  })
})

describe('what is meant and not so (moodCode)', () => {
  it.each(['GOL', 'INT', 'RQO', 'PRP', 'PRMS', 'DEF', 'RSK'])('a problem or an allergy of mood %s is none of the patient', mood => {
    const concern = (kind: string, inner: string): string =>
      `<act classCode="ACT" moodCode="EVN">${template(kind)}<statusCode code="active"/>${related(inner)}</act>`
    for (const one of [inMood(problem(), mood), concern('E3.39', inMood(problem(), mood))])
      expect(made(section({ code: '11450-4', entries: [one] })).all('Condition')).toEqual([])
    for (const one of [inMood(allergy(), mood), concern('E3.40', inMood(allergy(), mood))])
      expect(made(section({ code: '48765-2', entries: [one] })).all('AllergyIntolerance')).toEqual([])
  })
})

describe('an examination that is asked for, answered by yes or no', () => {
  const asked = (value: string, attributes = ''): string =>
    inMood(observation({ template: 'E3.27', value: `<value xsi:type="BL" value="${value}"/>`, attributes }), 'INT')
  const requestOf = (entry: string) => made(section({ code: '18776-5', entries: [entry] })).one('ServiceRequest')

  it('is not to be done where the answer is no', () => {
    expect(requestOf(asked('false')).doNotPerform).toBe(true)
    expect(requestOf(asked('true', 'negationInd="true"')).doNotPerform).toBe(true)
    expect(requestOf(asked('true'))).not.toHaveProperty('doNotPerform')
  })
})

describe('a value that is denied (sdtc:valueNegationInd)', () => {
  it('goes with the flag', () => {
    const text = observation({ value: DIABETES, attributes: 'xmlns:sdtc="urn:hl7-org:sdtc" sdtc:valueNegationInd="true"' })
    expect(made(section({ code: '47420-5', entries: [text] })).one('Observation').modifierExtension).toMatchObject([{ valueBoolean: true }])
  })
})

describe('what was not handed over, not taken from the body', () => {
  const product = `<product><manufacturedProduct><manufacturedMaterial><code code="60234100" codeSystem="1.2.250.1.213.2.3.1"/></manufacturedMaterial></manufacturedProduct></product>`
  it('a dispensing that is null is not known to have been', () => {
    const supply = `<supply classCode="SPLY" moodCode="EVN" nullFlavor="UNK">${template('E3.44')}<statusCode code="completed"/>${product}</supply>`
    expect(made(section({ code: '60590-7', entries: [supply] })).one('MedicationDispense').status).toBe('unknown')
  })

  const sample = (attributes: string, status = 'completed'): string =>
    `<procedure classCode="PROC" moodCode="EVN" ${attributes}>${template('E3.77')}<code code="33882-2" codeSystem="${LOINC}"/><statusCode code="${status}"/><participant typeCode="PRD"><participantRole classCode="SPEC"><playingEntity><code code="BLD" codeSystem="2.16.840.1.113883.5.129"/></playingEntity></participantRole></participant></procedure>`
  it.each([
    ['denied', sample('negationInd="true"'), 'unavailable'],
    ['cancelled', sample('', 'cancelled'), 'unavailable'],
    ['entered in error', sample('', 'nullified'), 'entered-in-error'],
    ['taken', sample(''), undefined],
  ])('a sample that is %s', (_, entry, status) => {
    expect(made(section({ code: '18729-4', entries: [entry] })).one('Specimen').status).toBe(status)
  })
})
