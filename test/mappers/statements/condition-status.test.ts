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

  it('a status of no table is said by a finding', () => {
    expect(said(aspect('E3.30', '1')).findings).toContain('statement.status-unknown')
  })
})
