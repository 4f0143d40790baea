import type { CodeableConcept } from 'fhir/r4.js'
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

describe('a treatment by where it stands', () => {
  const treatment = (code: string, mood: string) =>
    made(
      section({
        code,
        entries: [`<substanceAdministration classCode="SBADM" moodCode="${mood}">${template('E3.42')}${material('')}</substanceAdministration>`],
      }),
    )
  const code = (category: CodeableConcept | undefined) => category?.coding?.[0]?.code

  it.each([
    ['10160-0', 'community'],
    ['42346-7', 'community'],
    ['18610-6', 'inpatient'],
    ['10183-2', 'community'],
  ])('taken, in section %s: %s', (where, category) => {
    expect(code(treatment(where, 'EVN').one('MedicationStatement').category)).toBe(category)
  })

  it.each([
    ['18610-6', 'inpatient', 'order'],
    ['10183-2', 'discharge', 'order'],
    ['10160-0', 'community', 'plan'],
    ['18776-5', undefined, 'plan'],
  ])('asked for, in section %s: %s, %s', (where, category, intent) => {
    const asked = treatment(where, 'INT').one('MedicationRequest')
    expect([code(asked.category?.[0]), asked.intent]).toEqual([category, intent])
  })
})

it('what the patient is to know stands in the dosage, what the pharmacist is to know in a note', () => {
  const instruction = (kind: string, text: string) => related(`<act classCode="ACT" moodCode="INT">${template(kind)}<text>${text}</text></act>`)
  const asked = entry(instruction('E3.33', 'à jeun') + instruction('E3.34', 'en pilulier')).one('MedicationRequest')
  expect([asked.dosageInstruction, asked.note]).toEqual([[{ patientInstruction: 'à jeun' }], [{ text: 'en pilulier' }]])
})
