/*
  What a prescription says beside the medicine: quantity to dispense (E3.86), substitution (E3.87), instructions to the patient (E3.33) and to the pharmacist (E3.34).
*/
import type { MedicationRequest } from 'fhir/r4.js'
import { only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/element.ts'
import type { StatementScene } from './contract.ts'
import { isNegated } from './negation.ts'
import { fr, hasTemplate, pcc } from './templates.ts'
import { conceptOf, quantityOf } from './values.ts'

const TO_PATIENT = [fr('33'), pcc('4.3')]
const TO_PHARMACIST = [fr('34'), pcc('4.3.1')]
const DISPENSED = [fr('86')]
const SUBSTITUTION = [fr('87')]

export function instructionsOf(statement: CdaElement, at: StatementScene): { forPatient: string | undefined; forPharmacist: string | undefined } {
  const words = (templates: readonly string[]): string | undefined => {
    const act = foundIn(statement, templates, at)
    const text = at.text(act)
    if (act !== undefined) at.take(act, text === undefined ? 'filler' : undefined)
    return text
  }
  return { forPatient: words(TO_PATIENT), forPharmacist: words(TO_PHARMACIST) }
}

export function dispenseOf(statement: CdaElement, at: StatementScene): Pick<MedicationRequest, 'dispenseRequest'> {
  const supply = foundIn(statement, DISPENSED, at)
  const quantity = quantityOf(supply?.child('quantity'), at)
  if (supply !== undefined) at.take(supply, quantity === undefined ? 'filler' : undefined)
  const repeatNumber = statement.child('repeatNumber')
  const repeats = Number(repeatNumber?.attr('value') ?? repeatNumber?.child('high')?.attr('value') ?? Number.NaN)
  const dispenseRequest = { ...(Number.isInteger(repeats) && repeats >= 0 ? { numberOfRepeatsAllowed: repeats } : {}), ...only('quantity', quantity) }
  return Object.keys(dispenseRequest).length === 0 ? {} : { dispenseRequest }
}

export function substitutionOf(statement: CdaElement, at: StatementScene): Pick<MedicationRequest, 'substitution'> {
  const act = foundIn(statement, SUBSTITUTION, at)
  const allowed = conceptOf(act?.child('code'), at)
  if (act !== undefined) at.take(act, allowed === undefined ? 'filler' : undefined)
  if (act !== undefined && allowed !== undefined && isNegated(act)) return { substitution: { allowedBoolean: false } }
  return allowed === undefined ? {} : { substitution: { allowedCodeableConcept: allowed } }
}

function foundIn(statement: CdaElement, templates: readonly string[], at: StatementScene): CdaElement | undefined {
  return at.nested(statement).find(({ statement: nested }) => hasTemplate(nested, templates))?.statement
}
