import { describe, expect, it } from 'vitest'
import { made, related, section, template } from '../../../support/statements.ts'

const material = (inner: string, organization = ''): string =>
  `<consumable><manufacturedProduct><manufacturedMaterial><code code="60234100" codeSystem="1.2.250.1.213.2.3.1" displayName="X"/>${inner}</manufacturedMaterial>${organization}</manufacturedProduct></consumable>`
const entry = (inner: string, { mood = 'INT', kind = 'E3.83', attributes = '', what = material('') } = {}) =>
  made(
    section({
      code: '57828-6',
      entries: [
        `<substanceAdministration classCode="SBADM" moodCode="${mood}" ${attributes}>${template(kind)}<statusCode code="completed"/>${inner}${what}</substanceAdministration>`,
      ],
    }),
  )
const substitution = (code: string, attributes = ''): string =>
  related(`<act classCode="ACT" moodCode="DEF" ${attributes}>${template('E3.87')}<code code="${code}" codeSystem="2.16.840.1.113883.5.1070"/></act>`, 'COMP')

describe('what a prescription says beside the medicine', () => {
  it('a substitution that is denied is not allowed', () => {
    expect(entry(substitution('G')).one('MedicationRequest').substitution).toMatchObject({ allowedCodeableConcept: { coding: [{ code: 'G' }] } })
    expect(entry(substitution('G', 'negationInd="true"')).one('MedicationRequest').substitution).toEqual({ allowedBoolean: false })
  })

  it('a substitution told of what is to be dispensed is one of the prescription', () => {
    const supply = (inner: string) => related(`<supply classCode="SPLY" moodCode="RQO">${template('E3.86')}<quantity value="2"/>${inner}</supply>`, 'COMP')
    const found = entry(supply(substitution('N')))
    expect(found.one('MedicationRequest')).toMatchObject({
      substitution: { allowedCodeableConcept: { coding: [{ code: 'N' }] } },
      dispenseRequest: { quantity: { value: 2 } },
    })
    expect(found.findings).not.toContain('statement.unmapped')
  })

  it('what is denied of it is not told', () => {
    const instruction = `<act classCode="ACT" moodCode="INT" negationInd="true">${template('E3.33')}<text>à jeun</text></act>`
    const found = entry(related(instruction))
    expect([found.one('MedicationRequest').dosageInstruction, found.outcomes.includes('unmapped'), found.findings.includes('statement.unmapped')]).toEqual([
      undefined,
      true,
      true,
    ])
  })

  it('renewals at most so many are so many', () => {
    const repeats = (inner: string) => entry(inner).one('MedicationRequest').dispenseRequest?.numberOfRepeatsAllowed
    expect(repeats('<repeatNumber value="2"/>')).toBe(2)
    expect(repeats('<repeatNumber><low value="0"/><high value="3"/></repeatNumber>')).toBe(3)
  })
})

describe('a prescription is told as firmly as it is meant', () => {
  it.each([
    ['PRP', 'proposal'],
    ['RQO', 'order'],
    ['INT', 'order'],
  ])('%s is a %s', (mood, intent) => {
    expect(entry('', { mood, kind: 'E3.42' }).one('MedicationRequest').intent).toBe(intent)
  })
})

describe('the product of a treatment', () => {
  it('is a Medication of its own where it says lot, end of use or maker', () => {
    const batch = '<lotNumberText>L1</lotNumberText><expirationTime value="20270101"/>'
    const found = entry('', { mood: 'EVN', kind: 'E3.42', what: material(batch, '<manufacturerOrganization><name>Labo</name></manufacturerOrganization>') })
    expect(found.one('Medication')).toMatchObject({ manufacturer: { display: 'Labo' }, batch: { lotNumber: 'L1', expirationDate: '2027-01-01' } })
    expect(found.one('MedicationStatement').medicationReference?.reference).toBe(`Medication/${found.one('Medication').id}`)
  })

  it('of a treatment entered in error is no denial', () => {
    const wrong = '<statusCode code="nullified"/>'
    const found = made(
      section({
        code: '10160-0',
        entries: [
          `<substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="true">${template('E3.42')}${wrong}${material('')}</substanceAdministration>`,
        ],
      }),
    )
    expect(found.one('MedicationStatement').status).toBe('entered-in-error')
  })

  it('of a treatment that is null is not known to be taken', () => {
    const found = entry('', { mood: 'EVN', kind: 'E3.42', attributes: 'nullFlavor="UNK"' })
    expect([found.one('MedicationStatement').status, found.findings.includes('statement.null')]).toEqual(['unknown', true])
    expect(entry('', { attributes: 'nullFlavor="UNK"' }).one('MedicationRequest').status).toBe('unknown')
  })
})
