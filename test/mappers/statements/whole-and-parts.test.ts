import { describe, expect, it } from 'vitest'
import { CIM10, LOINC, made, observation, related, section, SNOMED, template } from '../../support/statements.ts'

// What stands in a statement that is nothing itself is lost no more than any other.

const procedure = `<procedure classCode="PROC" moodCode="EVN"><code code="HBQK002" codeSystem="1.2.250.1.215.300.1"/><statusCode code="completed"/></procedure>`
const organizer = (inner: string) => `<organizer classCode="CLUSTER" moodCode="EVN"><statusCode code="completed"/><component>${inner}</component></organizer>`

describe('what a group or a concern holds', () => {
  it('acts in groups of groups are told', () => {
    const found = made(section({ code: '47519-4', entries: [organizer(organizer(procedure))] }))
    expect(found.one('Procedure').code?.coding?.[0]?.code).toBe('HBQK002')
  })

  it.each([
    ['E3.39', 'Condition'],
    ['E3.40', 'AllergyIntolerance'],
  ] as const)('what a concern (%s) is about needs not say what it is; of another kind it is told by its own rule', (name, type) => {
    const value = `<value xsi:type="CD" code="N10" codeSystem="${CIM10}"/>`
    const concern = (inner: string) =>
      `<act classCode="ACT" moodCode="EVN">${template(name)}<code nullFlavor="NA"/><statusCode code="active"/>${related(inner)}</act>`
    const plain = `<observation classCode="OBS" moodCode="EVN"><code code="55607006" codeSystem="${SNOMED}"/><statusCode code="completed"/>${value}</observation>`
    expect(made(section({ code: '11450-4', entries: [concern(plain)] })).one(type).code?.coding?.[0]?.code).toBe('N10')
    const other = made(section({ code: '11450-4', entries: [concern(observation({ template: '9.9', value }))] }))
    expect(other.one('Observation').valueCodeableConcept?.coding?.[0]?.code).toBe('N10')
  })
})

describe('a treatment of several medicines', () => {
  const medicine = (mood: string) =>
    `<substanceAdministration classCode="SBADM" moodCode="${mood}">${template('E3.42')}<statusCode code="completed"/><consumable><manufacturedProduct><manufacturedMaterial><code code="A10AB05" codeSystem="2.16.840.1.113883.6.73"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>`
  const whole = (mood: string, attributes: string, status: string) =>
    `<substanceAdministration classCode="SBADM" moodCode="${mood}" ${attributes}>${template('E3.42')}<statusCode code="${status}"/>${related(medicine(mood), 'COMP')}</substanceAdministration>`
  const treated = (mood: string, attributes: string, status: string) => made(section({ code: '10160-0', entries: [whole(mood, attributes, status)] }))

  it('what is denied or held as a whole is so in its parts', () => {
    expect(treated('EVN', 'negationInd="true"', 'completed').one('MedicationStatement').status).toBe('not-taken')
    expect(treated('EVN', '', 'aborted').one('MedicationStatement').status).toBe('stopped')
    expect(treated('INT', 'negationInd="true"', 'completed').one('MedicationRequest').doNotPerform).toBe(true)
    expect(treated('INT', '', 'suspended').one('MedicationRequest').status).toBe('on-hold')
    expect(treated('INT', '', 'completed').one('MedicationRequest')).toMatchObject({ status: 'active' })
  })

  it('how long it is to be taken is no time that was not read', () => {
    const asked = medicine('INT').replace('<consumable>', '<effectiveTime xsi:type="IVL_TS"><width value="7" unit="d"/></effectiveTime><consumable>')
    const found = made(section({ code: '10160-0', entries: [asked] }))
    expect([
      found.one('MedicationRequest').dosageInstruction?.[0]?.timing?.repeat?.boundsDuration?.value,
      found.findings.includes('statement.width-unread'),
    ]).toEqual([7, false])
  })
})

it('a transfer is a request, with where to; a stay elsewhere says where', () => {
  const place = (type: string) =>
    `<participant typeCode="${type}"><participantRole><playingEntity><name>SAU Exemple</name></playingEntity></participantRole></participant>`
  const transfer = (mood: string) =>
    `<act classCode="ACT" moodCode="${mood}">${template('E3.28')}<code code="80413-8" codeSystem="${LOINC}"/><statusCode code="completed"/>${place('DST')}</act>`
  const stay = `<encounter classCode="ENC" moodCode="EVN">${template('E3.58')}<code code="IMP" codeSystem="2.16.840.1.113883.5.4"/>${place('LOC')}</encounter>`
  const found = made(section({ code: '42545-4', entries: [transfer('EVN'), transfer('INT'), stay] }))
  expect(found.all('ServiceRequest').map(one => [one.status, one.intent, one.locationReference])).toEqual([
    ['completed', 'order', [{ display: 'SAU Exemple' }]],
    ['active', 'plan', [{ display: 'SAU Exemple' }]],
  ])
  expect(found.all('Encounter').flatMap(one => one.location ?? [])).toContainEqual({ location: { display: 'SAU Exemple' } })
  expect([found.all('Procedure'), found.findings.includes('statement.part-unread')]).toEqual([[], false])
})

it('where a person is to be taken is told by number and name, or by the one that is said', () => {
  const transfer = (role: string) =>
    `<act classCode="ACT" moodCode="INT">${template('E3.28')}<code code="80413-8" codeSystem="${LOINC}"/><statusCode code="active"/><participant typeCode="DST"><participantRole>${role}</participantRole></participant></act>`
  const placeOf = (role: string) => made(section({ code: '42545-4', entries: [transfer(role)] })).one('ServiceRequest').locationReference
  const number = '<id root="1.2.250.1.71.4.2.2" extension="1540009990"/>'
  const identifier = { system: 'urn:oid:1.2.250.1.71.4.2.2', value: '1540009990' }
  expect(placeOf(`${number}<playingEntity><name>SAU Exemple</name></playingEntity>`)).toMatchObject([{ identifier, display: 'SAU Exemple' }])
  expect(placeOf(number)).toMatchObject([{ identifier }])
  expect(placeOf('<playingEntity><name nullFlavor="UNK"/></playingEntity>')).toBeUndefined()
})

it('the number of a hospital that stands where a template belongs is not lost without a word', () => {
  const transfer = (number: string) =>
    `<act classCode="ACT" moodCode="INT">${template('E3.28')}<code code="80413-8" codeSystem="${LOINC}"/><statusCode code="active"/><participant typeCode="DST">${number}<participantRole><playingEntity><name>SAU Exemple</name></playingEntity></participantRole></participant></act>`
  const findingsOf = (number: string) => made(section({ code: '42545-4', entries: [transfer(number)] })).findings
  expect(findingsOf('<templateId root="1.2.250.1.71.4.2.2" extension="1540009990"/>')).toContain('statement.part-unread')
  expect(findingsOf('<templateId root="1.2.250.1.213.1.1.3.109"/>')).not.toContain('statement.part-unread')
})
