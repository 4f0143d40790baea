import type { FhirResource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { mapDocument } from '../../../../gateway/workers/map-document.ts'
import { type MadeResource, madeOf } from '../../../../gateway/monitor/flow/made.ts'
import { letterOf } from '../../../support/letters.ts'

const letter = letterOf({ controlId: 'MADE-1', person: 41 })
const mapped = mapDocument({ bytes: letter.bytes, receivedAt: new Date('2026-06-02T12:30:00Z'), environment: 'test', maxDocumentBytes: 25_000_000 })
const stored = [...mapped.entries.map(({ json }) => Buffer.from(json).toString()), ...mapped.claims.map(({ creation }) => String(creation))]
  .map(text => JSON.parse(text) as FhirResource)
  .filter(({ resourceType }) => resourceType !== 'Binary')
  .map(resource => ({ reference: `${resource.resourceType}/${resource.id}`, version: '1', resource }))

const ofType = (made: { resources: MadeResource[] }, type: string): MadeResource => {
  const found = made.resources.find(({ reference }) => reference.startsWith(`${type}/`))
  if (found === undefined) throw new Error(`no ${type}`)
  return found
}

describe('the FHIR made from a letter, with its sources', () => {
  const made = madeOf(stored, mapped.lineage, true)

  it('loses no row of the lineage: each stands at an element, at a resource, or among what has no place', () => {
    const placed = new Set(made.resources.flatMap(({ path, elements }) => [path, ...elements.map(one => one.path)]))
    const lost = mapped.lineage.filter(({ element }) => !placed.has(element) && !made.unplaced.some(one => one.element === element))
    expect(lost).toEqual([])
  })

  it('an element is named as the lineage names it, a value without its type', () => {
    const birth = ofType(made, 'Patient').elements.find(({ name }) => name === 'birthDate')
    expect(birth).toMatchObject({ path: 'Patient.birthDate', sources: ['ClinicalDocument/recordTarget/patientRole/patient/birthTime/@value'] })
    const medication = ofType(made, 'MedicationStatement')
    const product = medication.elements.find(({ name }) => name === 'medicationCodeableConcept')
    expect(product?.path).toBe(`${medication.reference}.medication`)
    expect(product?.rule).toMatch(/treatment/)
  })

  it('what only the whole is known of is of the whole; what the hub writes of itself has no source', () => {
    const allergy = ofType(made, 'AllergyIntolerance')
    expect(allergy.sources.length).toBeGreaterThan(0)
    expect(allergy.elements.find(({ name }) => name === 'clinicalStatus')).toMatchObject({ isOfWhole: true, sources: [] })
    expect(allergy.elements.find(({ name }) => name === 'id')).toMatchObject({ isOfWhole: false, sources: [] })
  })

  it('hidden, it names the person nowhere and tells nothing of him; the structure is the same', () => {
    const hidden = madeOf(stored, mapped.lineage, false)
    const text = JSON.stringify(hidden)
    for (const secret of [letter.ins, letter.ipp, 'EXEMPLE', '1951']) expect(text).not.toContain(secret)
    expect(ofType(hidden, 'Patient').elements.filter(({ name }) => name === 'name')).toEqual([expect.objectContaining({ isHidden: true, value: null })])
    const structure = (all: MadeResource[]): string[] => all.flatMap(({ elements }) => elements.map(({ path }) => path))
    expect(structure(hidden.resources)).toEqual(structure(made.resources))
  })
})
