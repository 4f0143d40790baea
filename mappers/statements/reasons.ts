/*
  Acts E3.36 point to another statement of the document: to a problem, why something is done, by reference where it is found there, else by the code the act repeats;
  to anything else, what an observation rests on or an act uses. They are no acts themselves.
*/
import type { CodeableConcept, Reference } from 'fhir/r4.js'
import { list } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { type Made, NOTHING, type StatementRule, type StatementScene } from './frame/contract.ts'
import { isNegated } from './values/negation.ts'
import { DICOM_OBJECT, fr, hasTemplate, pcc } from './frame/templates.ts'
import { conceptOf } from './values/values.ts'

const INTERNAL_REFERENCE = [fr('36'), pcc('4.4.1')]
const EMDN = '1.2.250.1.213.2.68'
/** What may be a reason by reference. */
const REASONS = /^(?:Condition|Observation)\//
/** What an observation may rest on. */
const GROUNDS = /^(?:Observation|ImagingStudy)\//

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
  return at.nested(statement).flatMap(({ statement: nested, typeCode }) => (typeCode === 'RSON' && pointsTo(nested) ? [nested] : []))
}

/** The observations it points to, and the studies whose images it shows. */
export const pointedTo = (statement: CdaElement, at: StatementScene): Reference[] =>
  readPointers(statement, at, act => [at.referenceTo(act)].find(found => GROUNDS.test(found?.reference ?? '')))

/** The devices it points to, by the codes of their list. */
export const devicesPointedTo = (statement: CdaElement, at: StatementScene): CodeableConcept[] =>
  readPointers(statement, at, act => (act.child('code')?.attr('codeSystem') === EMDN ? conceptOf(act.child('code'), at) : undefined))

/** Acts that are read as nothing are left to their rule. */
function readPointers<T>(statement: CdaElement, at: StatementScene, read: (act: CdaElement) => T | undefined): T[] {
  return at.nested(statement).flatMap(({ statement: act }) => {
    const found = pointsTo(act) ? read(act) : undefined
    if (found === undefined) return []
    at.take(act)
    return [found]
  })
}

export const isInternalReference = (statement: CdaElement): boolean => statement.local === 'act' && hasTemplate(statement, INTERNAL_REFERENCE)

/** One that is denied leads nowhere. */
const pointsTo = (act: CdaElement): boolean => (isInternalReference(act) || hasTemplate(act, DICOM_OBJECT)) && !isNegated(act)

/** One that nobody asked for. */
function mapPointer(act: CdaElement, at: StatementScene): Made {
  if (isNegated(act) || at.referenceTo(act) === undefined) at.find('statement.part-unread', act.path)
  return { ...NOTHING, ignored: 'said-elsewhere' }
}

export const internalReferenceRules: StatementRule[] = [
  { name: 'E3.36 internal reference', version: 1, templates: INTERNAL_REFERENCE, kinds: ['act'], about: 'anybody', map: mapPointer },
]
