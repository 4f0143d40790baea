/*
  Why something is done: acts E3.36 point to a problem of the document, by reference where it is found there, else by the code the act repeats.
*/
import type { CodeableConcept, Reference } from 'fhir/r4.js'
import { list } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/element.ts'
import type { StatementScene } from './contract.ts'
import { fr, hasTemplate, pcc } from './templates.ts'
import { conceptOf } from './values.ts'

const INTERNAL_REFERENCE = [fr('36'), pcc('4.4.1')]
/** What may be a reason by reference. */
const REASONS = /^(?:Condition|Observation)\//

export interface Reasons {
  reasonReference?: Reference[]
  reasonCode?: CodeableConcept[]
}

/** Those that point to something else than a problem are taken by their code alone. */
export function reasonsOf(statement: CdaElement, at: StatementScene): Reasons {
  const references: Reference[] = []
  const codes: CodeableConcept[] = []
  for (const act of internalReferencesIn(statement, at)) {
    const reference = at.referenceTo(act)
    const code = conceptOf(act.child('code'), at)
    if (reference !== undefined && REASONS.test(reference.reference ?? '')) references.push(reference)
    else if (code !== undefined) codes.push(code)
    at.take(act, reference === undefined && code === undefined ? 'filler' : undefined)
  }
  return { ...list('reasonReference', references), ...list('reasonCode', codes) }
}

export function internalReferencesIn(statement: CdaElement, at: StatementScene): CdaElement[] {
  return at.nested(statement).flatMap(({ statement: nested, typeCode }) => (typeCode === 'RSON' && isInternalReference(nested) ? [nested] : []))
}

export const isInternalReference = (statement: CdaElement): boolean => statement.local === 'act' && hasTemplate(statement, INTERNAL_REFERENCE)
