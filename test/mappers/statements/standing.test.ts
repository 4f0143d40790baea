import { describe, expect, it } from 'vitest'
import { CIM10, CISIS, LOINC, made, observation, related, SNOMED, section, template } from '../../support/statements.ts'

// What a document withdraws, denies or foresees is not told as if it held.

const IN_2030 = '<effectiveTime value="20300110"/>'
const statusOf = (code: string) => `<statusCode code="${code}"/>`
const problem = (concern: string, status = statusOf('completed'), time = '') =>
  `<act classCode="ACT" moodCode="EVN">${template('E3.39')}${concern}${related(
    `<observation classCode="OBS" moodCode="EVN">${template('E3.37')}${status}${time}<value xsi:type="CD" code="J45" codeSystem="${CIM10}"/></observation>`,
  )}</act>`

describe('what was said by mistake', () => {
  it.each([
    ['its concern', statusOf('nullified'), statusOf('completed')],
    ['the problem itself', statusOf('active'), statusOf('obsolete')],
  ])('%s: the problem is entered in error and in no state', (_, concern, status) => {
    const ended = '<effectiveTime><low value="2020"/><high value="2021"/></effectiveTime>'
    const condition = made(section({ code: '11450-4', entries: [problem(concern, status, ended)] })).one('Condition')
    expect(condition.verificationStatus?.coding?.[0]?.code).toBe('entered-in-error')
    expect([condition.clinicalStatus, condition.abatementDateTime]).toEqual([undefined, undefined])
  })

  it('an allergy too', () => {
    const allergy = `<act classCode="ACT" moodCode="EVN">${template('E3.40')}${statusOf('nullified')}${related(
      `<observation classCode="OBS" moodCode="EVN">${template('E3.41')}<participant typeCode="CSM"><participantRole><playingEntity><code code="N02BE01" codeSystem="2.16.840.1.113883.6.73"/></playingEntity></participantRole></participant></observation>`,
    )}</act>`
    const found = made(section({ code: '48765-2', entries: [allergy] })).one('AllergyIntolerance')
    expect([found.verificationStatus?.coding?.[0]?.code, found.clinicalStatus]).toEqual(['entered-in-error', undefined])
  })
})

describe('a meeting', () => {
  const meeting = (mood: string, inner: string) => `<encounter classCode="ENC" moodCode="${mood}">${template('E3.58')}${inner}</encounter>`
  const stays = (inner: string) => made(section({ code: '46240-8', entries: [meeting('EVN', inner)] }))

  it.each([
    [IN_2030, 'planned'],
    [`${statusOf('cancelled')}<effectiveTime value="20200110"/>`, 'cancelled'],
    [`${statusOf('nullified')}<effectiveTime value="20200110"/>`, 'entered-in-error'],
    ['<effectiveTime value="20200110"/>', 'finished'],
  ])('%s: %s', (inner, status) => {
    const found = stays(inner)
    expect(found.all('Encounter').map(one => one.status)).toContain(status)
    expect(found.findings.includes('statement.done-in-future')).toBe(status === 'planned')
  })

  it('to arrange that was called off is no longer proposed', () => {
    const found = made(section({ code: '18776-5', entries: [meeting('ARQ', statusOf('cancelled')), meeting('ARQ', statusOf('completed'))] }))
    expect(found.all('Appointment').map(one => one.status)).toEqual(['cancelled', 'proposed'])
  })
})

describe('a supply', () => {
  const supply = (mood: string, inner: string, attributes = '') =>
    `<supply classCode="SPLY" moodCode="${mood}" ${attributes}>${template('E3.20')}${inner}<participant typeCode="DEV"><participantRole><playingDevice><code code="Y12" codeSystem="1.2.250.1.213.2.68" displayName="Fauteuil"/></playingDevice></participantRole></participant></supply>`
  const asked = (mood: string, inner = '', attributes = '') =>
    made(section({ code: '57828-6', entries: [supply(mood, inner, attributes)] })).one('DeviceRequest')

  it.each([
    ['RQO', '', 'active', 'order'],
    ['PRP', statusOf('aborted'), 'revoked', 'proposal'],
    ['RQO', statusOf('nullified'), 'entered-in-error', 'order'],
  ])('asked for (%s %s): %s, %s', (mood, inner, status, intent) => {
    expect(asked(mood, inner)).toMatchObject({ status, intent })
  })

  it('that is not to be had says so', () => {
    expect(asked('RQO', '', 'negationInd="true"').modifierExtension).toMatchObject([{ valueBoolean: true }])
    expect(asked('RQO').modifierExtension).toBeUndefined()
  })

  it('says how many are asked for, and from when to when one was used', () => {
    const time = '<effectiveTime><low value="20180101"/><high value="20180301"/></effectiveTime>'
    expect(asked('RQO', '<quantity value="2"/>').parameter).toEqual([{ code: { text: 'quantité' }, valueQuantity: { value: 2 } }])
    const used = made(section({ code: '46264-8', entries: [supply('EVN', time)] })).one('DeviceUseStatement')
    expect(used).toMatchObject({ status: 'completed', timingPeriod: { start: '2018-01-01', end: '2018-03-01' }, device: { display: 'Fauteuil' } })
  })

  it('a medicine that was not handed over was not', () => {
    const product = `<product><manufacturedProduct><manufacturedMaterial><code code="123" codeSystem="1.2.250.1.213.2.3.1" displayName="X"/></manufacturedMaterial></manufacturedProduct></product>`
    const handed = (attributes: string) =>
      made(section({ code: '60590-7', entries: [`<supply classCode="SPLY" moodCode="EVN" ${attributes}>${template('E3.44')}${product}</supply>`] })).one(
        'MedicationDispense',
      ).status
    expect([handed(''), handed('negationInd="true"')]).toEqual(['completed', 'cancelled'])
  })
})

it('what causes is the ground of its effect, whichever stands inside the other', () => {
  const of = (code: string, inner = '') =>
    observation({ code: `<code code="${code}" codeSystem="${LOINC}"/>`, value: '<value xsi:type="INT" value="1"/>', inner })
  const groundsIn = (relation: string) =>
    made(section({ code: '30954-2', entries: [of('1-8', `<entryRelationship ${relation}>${of('2-6')}</entryRelationship>`)] }))
      .all('Observation')
      .filter(one => one.derivedFrom !== undefined)
      .map(one => one.code.coding?.[0]?.code)
  expect(groundsIn('typeCode="CAUS"')).toEqual(['2-6'])
  expect(groundsIn('typeCode="CAUS" inversionInd="true"')).toEqual(['1-8'])
})

it('a concern about a relative that is denied is denied of him', () => {
  const subject = '<subject><relatedSubject><code code="MTH" codeSystem="2.16.840.1.113883.5.111"/></relatedSubject></subject>'
  const denied = problem(`${statusOf('completed')}${subject}`).replace('moodCode="EVN">', 'moodCode="EVN" negationInd="true">')
  expect(made(section({ code: '10157-6', entries: [denied] })).one('FamilyMemberHistory').condition?.[0]?.modifierExtension).toMatchObject([
    { valueBoolean: true },
  ])
})

it('words of the narrative stand apart as they are seen, and what is deleted is told as such', () => {
  const text =
    '<list><item ID="a"><paragraph>0,5</paragraph><paragraph>10 mg</paragraph></item><item><content ID="b" revised="delete">50 mg</content></item></list>'
  const of = (id: string) => observation({ code: `<code code="X" codeSystem="${CISIS}"/>`, value: `<value xsi:type="ED"><reference value="#${id}"/></value>` })
  const found = made(section({ code: '30954-2', text, entries: [of('a'), of('b')] }))
  expect(found.all('Observation').map(one => one.valueString)).toEqual(['0,5 10 mg', '[supprimé : 50 mg]'])
})

it('a request that is null itself is not known to hold', () => {
  const procedure = `<procedure classCode="PROC" moodCode="INT" nullFlavor="UNK">${template('E3.62')}<code code="73761001" codeSystem="${SNOMED}"/></procedure>`
  expect(made(section({ code: '18776-5', entries: [procedure] })).one('ServiceRequest').status).toBe('unknown')
})

it('a report that the patient signed, or a vaccination he gave himself, names no patient where FHIR takes none', () => {
  const self = `<assignedEntity><id root="1.2.250.1.213.1.4.10" extension="279035121518989"/></assignedEntity>`
  const result = observation({ code: `<code code="1-8" codeSystem="${LOINC}"/>`, value: '<value xsi:type="INT" value="1"/>' })
  const chapter = `<act classCode="ACT" moodCode="EVN">${template('E3.21')}<code code="18725-2" codeSystem="${LOINC}"/><statusCode code="completed"/><performer>${self}</performer>${related(result, 'COMP')}</act>`
  const vaccine = `<substanceAdministration classCode="SBADM" moodCode="EVN">${template('E3.45')}<statusCode code="completed"/><consumable><manufacturedProduct><manufacturedMaterial><code code="J07BB02" codeSystem="2.16.840.1.113883.6.73"/></manufacturedMaterial></manufacturedProduct></consumable><performer>${self}</performer></substanceAdministration>`
  const found = made([section({ code: '18725-2', entries: [chapter] }), section({ code: '11369-6', entries: [vaccine] })])
  expect([found.one('DiagnosticReport').performer, found.one('Immunization').performer]).toEqual([undefined, undefined])
})
