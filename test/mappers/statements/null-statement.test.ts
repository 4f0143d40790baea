import type { AllergyIntolerance, Condition } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { CIM10, made, observation, related, SNOMED, section, template } from '../../support/statements.ts'

const PROBLEM = `<code code="282291009" codeSystem="${SNOMED}"/>`
const AGENT = `<participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT"><code code="60234100" codeSystem="1.2.250.1.213.2.3.1" displayName="PARACETAMOL"/></playingEntity></participantRole></participant>`
const concern = (kind: string, inner: string): string =>
  `<act classCode="ACT" moodCode="EVN">${template(kind)}<code nullFlavor="NA"/><statusCode code="active"/>${related(inner)}</act>`
const problem = (attributes: string): string =>
  concern('E3.39', observation({ template: 'E3.37', code: PROBLEM, attributes, value: `<value xsi:type="CD" code="N10" codeSystem="${CIM10}"/>` }))
const allergy = (attributes: string): string =>
  concern('E3.40', observation({ template: 'E3.41', code: `<code code="416098002" codeSystem="${SNOMED}"/>`, attributes, inner: AGENT }))

describe('a statement that is null itself (nullFlavor) and yet names something', () => {
  it('is no established fact: a problem and an allergy are unconfirmed, and a finding says where', () => {
    const said = made([
      section({ code: '11450-4', entries: [problem('nullFlavor="UNK"')] }),
      section({ code: '48765-2', entries: [allergy('nullFlavor="NI"')] }),
    ])
    const statusOf = (one: Condition | AllergyIntolerance) => one.verificationStatus?.coding?.[0]?.code
    expect([statusOf(said.one('Condition')), statusOf(said.one('AllergyIntolerance'))]).toEqual(['unconfirmed', 'unconfirmed'])
    expect(said.findings.filter(code => code.startsWith('statement.null'))).toHaveLength(2)
  })

  it('is refuted where it is negated too, and a plain one gets neither status nor finding', () => {
    const denied = made(section({ code: '48765-2', entries: [allergy('nullFlavor="NI" negationInd="true"')] }))
    expect(denied.one('AllergyIntolerance').verificationStatus?.coding?.[0]?.code).toBe('refuted')
    const plain = made(section({ code: '11450-4', entries: [problem('')] }))
    expect(plain.one('Condition').verificationStatus).toBeUndefined()
    expect(plain.findings.filter(code => code.startsWith('statement.null'))).toEqual([])
  })

  it('of an observation the value is kept, its state is unknown as that of an act, and a finding says it', () => {
    const said = made(section({ code: '42545-4', entries: [observation({ attributes: 'nullFlavor="UNK"', value: '<value xsi:type="INT" value="4"/>' })] }))
    expect(said.one('Observation')).toMatchObject({ valueInteger: 4, status: 'unknown' })
    expect(said.findings.some(code => code.startsWith('statement.null'))).toBe(true)
    const act = `<procedure classCode="PROC" moodCode="EVN" nullFlavor="UNK">${template('E3.62')}<code code="1" codeSystem="${SNOMED}"/><statusCode code="completed"/></procedure>`
    expect(made(section({ code: '47519-4', entries: [act] })).one('Procedure').status).toBe('unknown')
  })
})
