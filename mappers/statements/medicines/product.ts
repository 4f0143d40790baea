/*
  The product of a treatment (E3.43): its codes with their translations and class as one concept; a Medication of its own where it says form, ingredients or lot.
    manufacturedProduct => manufacturedMaterial { code name? lotNumberText? formCode? ingredient* asSpecializedKind* } manufacturerOrganization?
*/
import type { CodeableConcept, Medication, MedicationIngredient, Reference } from 'fhir/r4.js'
import { list, only, stated } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { StatementScene } from '../frame/contract.ts'
import { dateOf } from '../values/times.ts'
import { conceptOf, ratioOf } from '../values/values.ts'

export interface Product {
  /** What is said as `medication[x]`. */
  medication: { medicationCodeableConcept: CodeableConcept } | { medicationReference: Reference }
  concept: CodeableConcept
  /** Brought along. */
  resources: (Medication & { id: string })[]
  lot: string | undefined
  manufacturer: string | undefined
  expires: string | undefined
}

/** Undefined for a product of which nothing is said. */
export function productOf(statement: CdaElement, at: StatementScene): Product | undefined {
  const product = statement.at('consumable', 'manufacturedProduct') ?? statement.at('product', 'manufacturedProduct')
  const material = product?.child('manufacturedMaterial') ?? product?.child('manufacturedLabeledDrug')
  const concept = material === undefined ? undefined : nameOf(material, at)
  if (product === undefined || material === undefined || concept === undefined) return undefined
  const form = conceptOf(any(material, 'formCode')[0], at)
  const ingredient = any(material, 'ingredient').flatMap(one => ingredientOf(one, at))
  const lot = any(material, 'lotNumberText')[0]?.line()
  const expires = dateOf(any(material, 'expirationTime')[0], at)
  const manufacturer = product.at('manufacturerOrganization', 'name')?.line()
  const rest = { concept, lot, manufacturer, expires }
  const batch = { ...only('lotNumber', lot), ...only('expirationDate', expires) }
  const isPlain = form === undefined && ingredient.length === 0 && manufacturer === undefined && Object.keys(batch).length === 0
  if (isPlain) return { ...rest, medication: { medicationCodeableConcept: concept }, resources: [] }
  const medication: Medication & { id: string } = {
    ...at.base('Medication', product),
    code: concept,
    ...stated({ manufacturer: manufacturer === undefined ? undefined : { display: manufacturer }, form }),
    ...list('ingredient', ingredient),
    ...(Object.keys(batch).length === 0 ? {} : { batch }),
  }
  return {
    ...rest,
    medication: { medicationReference: { reference: `Medication/${medication.id}`, ...only('display', concept.text) } },
    resources: [medication],
  }
}

/** One that is named, and by another code or name than that of the statement around it. */
export function isOfOtherProduct(step: CdaElement, whole: CdaElement, at: StatementScene): boolean {
  const [own, other] = [productOf(step, at)?.concept, productOf(whole, at)?.concept]
  if (own === undefined) return false
  const isShared = own.coding?.some(one => other?.coding?.some(({ system, code }) => system === one.system && code === one.code) === true)
  return !(isShared ?? own.text?.toLowerCase() === other?.text?.toLowerCase())
}

function nameOf(material: CdaElement, at: StatementScene): CodeableConcept | undefined {
  const said = conceptOf(material.child('code'), at)
  const name = any(material, 'name')[0]?.line()
  const classes = any(material, 'asSpecializedKind').flatMap(kind =>
    any(kind, 'generalizedMedicineClass').flatMap(one => conceptOf(any(one, 'code')[0], at)?.coding ?? []),
  )
  const coding = [...(said?.coding ?? []), ...classes]
  const text = said?.text ?? name
  return coding.length === 0 && text === undefined ? undefined : { ...list('coding', coding), ...only('text', text) }
}

function ingredientOf(element: CdaElement, at: StatementScene): MedicationIngredient[] {
  const inner = any(element, 'ingredient')[0]
  const code = inner === undefined ? undefined : any(inner, 'code')[0]
  const name = inner === undefined ? undefined : any(inner, 'name')[0]?.line()
  const concept = conceptOf(code, at) ?? (name === undefined ? undefined : { text: name })
  const strength = ratioOf(any(element, 'quantity')[0], at)
  return concept === undefined
    ? []
    : [{ itemCodeableConcept: { ...concept, ...(concept.text === undefined ? only('text', name) : {}) }, ...only('strength', strength) }]
}

/** Pharmacy has a namespace of its own. */
function any(element: CdaElement, local: string): CdaElement[] {
  return element.elements().filter(child => child.local === local)
}
