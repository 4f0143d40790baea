/*
  A statement that says what is not (negationInd): the flag goes along, since to drop it turns the fact around.
    a statement that is null (nullFlavor of its own) is not known to hold: what it names is unconfirmed, and a finding says so
    none known (codes of absent-unknown) says so itself: there the flag means the same again, not the contrary
*/
import type { CodeableConcept, Extension } from 'fhir/r4.js'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import type { CdaElement } from '../../cda/xml/element.ts'

const ABSENT_OR_UNKNOWN = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'
export const ABSENT_OR_UNKNOWN_OID = '2.16.840.1.113883.5.1150.1'

export const isTrue = (element: CdaElement, name: string): boolean => /^(?:true|1)$/i.test(element.attr(name) ?? '')

/** Itself, or the relation in which it stands. */
export const isNegated = (statement: CdaElement): boolean =>
  ['negationInd', 'sdtc:valueNegationInd'].some(name => isTrue(statement, name)) ||
  (statement.parent?.local === 'entryRelationship' && isTrue(statement.parent, 'negationInd'))

export const isNull = (statement: CdaElement): boolean => statement.attr('nullFlavor') !== undefined

/** SNOMED CT: no known allergy, to drugs, to food, of the environment; no current problem. */
const NONE_KNOWN = new Set(['716186003', '160244002', '409137002', '429625007', '428607008', '160245001'])

/** `no-known-allergies`, `no-problem-info` … */
export const saysNone = (concept: CodeableConcept | undefined): boolean =>
  concept?.coding?.some(({ system, code = '' }) => system === ABSENT_OR_UNKNOWN || NONE_KNOWN.has(code)) === true

export const NEGATION: Extension = { url: EXTENSION.negation, valueBoolean: true }
