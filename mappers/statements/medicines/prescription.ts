/*
  What a prescription says beside the medicine: quantity to dispense (E3.86), substitution (E3.87), instructions to the patient (E3.33) and to the pharmacist (E3.34).
*/
import type { MedicationRequest } from 'fhir/r4.js'
import { only } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { StatementScene } from '../frame/contract.ts'
import { isNegated } from '../values/negation.ts'
import { allSaidIn, saidIn } from '../frame/nested.ts'
import { fr, hasTemplate, pcc } from '../frame/templates.ts'
import { conceptOf, quantityOf } from '../values/values.ts'

const TO_PATIENT = [fr('33'), pcc('4.3')]
const TO_PHARMACIST = [fr('34'), pcc('4.3.1')]
const DISPENSED = [fr('86')]
const SUBSTITUTION = [fr('87')]

export function instructionsOf(statement: CdaElement, at: StatementScene): { forPatient: string | undefined; forPharmacist: string | undefined } {
  const words = (templates: readonly string[]): string | undefined => {
    const told = allSaidIn(statement, templates, { at, read: act => at.text(act) })
    return told.length === 0 ? undefined : told.join('\n')
  }
  return { forPatient: words(TO_PATIENT), forPharmacist: words(TO_PHARMACIST) }
}

export function dispenseOf(statement: CdaElement, at: StatementScene): Pick<MedicationRequest, 'dispenseRequest'> {
  const quantity = saidIn(statement, DISPENSED, { at, read: supply => quantityOf(supply.child('quantity'), at) })
  const repeatNumber = statement.child('repeatNumber')
  const repeats = Number(repeatNumber?.attr('value') ?? repeatNumber?.child('high')?.attr('value') ?? Number.NaN)
  const dispenseRequest = { ...(Number.isInteger(repeats) && repeats >= 0 ? { numberOfRepeatsAllowed: repeats } : {}), ...only('quantity', quantity) }
  return Object.keys(dispenseRequest).length === 0 ? {} : { dispenseRequest }
}

/** Denied, it is not allowed. It stands in the prescription or in what is to be dispensed. */
export function substitutionOf(statement: CdaElement, at: StatementScene): Pick<MedicationRequest, 'substitution'> {
  const supplies = at.nested(statement).flatMap(({ statement: nested }) => (hasTemplate(nested, DISPENSED) ? [nested] : []))
  const inside = [statement, ...supplies].flatMap(one => at.nested(one))
  const act = inside.find(({ statement: nested }) => hasTemplate(nested, SUBSTITUTION))?.statement
  const allowed = conceptOf(act?.child('code'), at)
  if (act !== undefined) at.take(act, allowed === undefined ? 'filler' : undefined)
  if (act === undefined || allowed === undefined) return {}
  return { substitution: isNegated(act) ? { allowedBoolean: false } : { allowedCodeableConcept: allowed } }
}
