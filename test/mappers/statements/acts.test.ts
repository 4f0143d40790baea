import { describe, expect, it } from 'vitest'
import { LOINC, made, observation, related, SNOMED, section, template } from '../../support/statements.ts'

// An act element is not always an act of care: what points to another statement, receives a sample or names an insurance was not done to the patient.

const EMDN = '1.2.250.1.213.2.68'
const act = (names: string[], code: string, inner = '', mood = 'EVN') =>
  `<act classCode="ACT" moodCode="${mood}">${template(...names)}${code}<statusCode code="completed"/>${inner}</act>`
const pointer = (id: string, code: string) => act(['E3.36'], `<id root="${id}"/>${code}`)
const value = '<value xsi:type="INT" value="1"/>'
const procedure = (inner: string) =>
  `<procedure classCode="PROC" moodCode="EVN">${template('E3.62')}<code code="73761001" codeSystem="${SNOMED}"/><statusCode code="completed"/>${inner}</procedure>`

describe('an act that points to another statement (E3.36)', () => {
  const measured = observation({ id: 'AAAA0000-0000-4000-8000-000000000001', code: `<code code="95290-3" codeSystem="${LOINC}"/>`, value })
  const prescribed = (id: string) =>
    observation({
      code: `<code code="28818-3" codeSystem="${LOINC}"/>`,
      value,
      inner: related(pointer(id, `<code code="95290-3" codeSystem="${LOINC}"/>`), 'REFR'),
    })

  it('is no act that was done: its observation rests on the one meant', () => {
    const found = made(section({ code: '70938-6', entries: [measured, prescribed('AAAA0000-0000-4000-8000-000000000001')] }))
    const [ground, derived] = found.all('Observation')
    expect(found.all('Procedure')).toEqual([])
    expect(derived?.derivedFrom).toEqual([{ reference: `Observation/${ground?.id}` }])
    expect(found.findings).not.toContain('statement.part-unread')
  })

  it('that is found nowhere is no act either: a finding says where it stands', () => {
    const found = made(section({ code: '70938-6', entries: [measured, prescribed('BBBB0000-0000-4000-8000-000000000001')] }))
    expect([found.all('Procedure'), found.all('Observation').flatMap(one => one.derivedFrom ?? [])]).toEqual([[], []])
    expect(found.findings).toContain('statement.part-unread')
    expect(found.outcomes).toContain('said-elsewhere')
  })

  it('names the device that was used in the act around it', () => {
    const device = pointer('CCCC0000-0000-4000-8000-000000000001', `<code code="C0102" codeSystem="${EMDN}" displayName="CATHÉTERS VEINEUX CENTRAUX"/>`)
    const found = made(section({ code: '29554-3', entries: [procedure(related(device, 'REFR'))] }))
    expect(found.one('Procedure').usedCode).toMatchObject([{ coding: [{ code: 'C0102' }] }])
  })
})

it('that a sample was received is no act of care: it is when the Specimen came', () => {
  const received = act(['E3.107'], '<code code="SPRECEIVE" codeSystem="1.3.5.1.4.1.19376.1.5.3.2"/>', '<effectiveTime value="202101040752+0100"/>')
  const sample = `<procedure classCode="PROC" moodCode="EVN">${template('E3.77')}<code code="9050" codeSystem="1.2.250.1.213.2.7"/>${related(received, 'COMP')}</procedure>`
  const chapter = act(['E3.21'], `<code code="18725-2" codeSystem="${LOINC}"/>`, related(sample, 'COMP'))
  const found = made(section({ code: '18725-2', entries: [chapter] }))
  expect(found.all('Procedure')).toEqual([])
  expect(found.one('Specimen').receivedTime).toBe('2021-01-04T07:52:00+01:00')
})

it('an act of no known template inside another statement is not mapped, as an insurance in its coverage', () => {
  const insurance = act(['E3.94'], `<code code="GEN-105" codeSystem="1.2.250.1.213.1.1.4.322" displayName="Protection universelle maladie"/>`)
  const found = made(section({ code: '48768-6', entries: [act(['E3.61'], `<code code="48768-6" codeSystem="${LOINC}"/>`, related(insurance, 'COMP'), 'DEF')] }))
  expect([found.all('Procedure'), found.outcomes]).toEqual([[], ['unmapped', 'unmapped']])
})

it('an act of no known template in an entry is one that was done', () => {
  const transport = act(['9.9'], `<code code="ORG-153" codeSystem="1.2.250.1.213.1.1.4.322"/>`)
  expect(made(section({ code: '11459-5', entries: [transport] })).one('Procedure').status).toBe('completed')
})

it('people who are known by their names alone are all told, each once', () => {
  const performer = (ins: string, family: string) =>
    `<performer typeCode="PRF"><assignedEntity><id root="1.2.250.1.213.1.4.10" extension="${ins}"/><assignedPerson><name><family>${family}</family></name></assignedPerson></assignedEntity></performer>`
  const people = performer('177017500100173', 'AUTRE') + performer('277017500100149', 'TIERS') + performer('177017500100173', 'AUTRE')
  const measured = observation({ code: `<code code="95290-3" codeSystem="${LOINC}"/>`, value, inner: people })
  const { performer: told } = made(section({ code: '70938-6', entries: [measured] })).one('Observation')
  expect(told?.map(({ display }) => display)).toEqual(['AUTRE', 'TIERS'])
})

it('who is known by his name alone is told in acts, treatments and meetings too', () => {
  const other = `<performer typeCode="PRF"><assignedEntity><id root="1.2.250.1.213.1.4.10" extension="177017500100173"/><assignedPerson><name><family>AUTRE</family></name></assignedPerson></assignedEntity></performer>`
  const meeting = `<encounter classCode="ENC" moodCode="EVN">${template('E3.58')}<code code="AMB" codeSystem="2.16.840.1.113883.5.4"/>${other}</encounter>`
  const found = made(section({ code: '47519-4', entries: [procedure(other), procedure(other).replace('"EVN"', '"INT"'), meeting] }))
  expect(found.one('Procedure').performer).toEqual([{ actor: { display: 'AUTRE' } }])
  expect(found.one('ServiceRequest').performer).toEqual([{ display: 'AUTRE' }])
  expect(found.all('Encounter').flatMap(one => one.participant ?? [])).toContainEqual({ individual: { display: 'AUTRE' } })
})

it('a filler whose words are a pointer that leads nowhere is no act; one that leads somewhere says what is there', () => {
  const filler = `<procedure classCode="PROC" moodCode="EVN">${template('E3.62')}<code nullFlavor="NA"/><text>#xxx</text><statusCode code="cancelled"/></procedure>`
  const found = made(section({ code: '30954-2', text: '<content ID="bmr">Recherche de BMR</content>', entries: [filler, filler.replace('#xxx', '#bmr')] }))
  expect([found.one('Procedure').code?.text, found.outcomes]).toEqual(['Recherche de BMR', ['filler', 'mapped']])
})
