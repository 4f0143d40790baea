/*
  Family history (E3.59, E3.51), and problems of a relative (E3.39 with a subject): one FamilyMemberHistory for each person and entry.
    organizer => subject { relatedSubject } component { observation E3.51 value=problem }
*/
import type { CodeableConcept, FamilyMemberHistory, FamilyMemberHistoryCondition } from 'fhir/r4.js'
import { only, stated } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import { FILLER, leave, type Made, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isVoid } from './medicines/treatment-state.ts'
import { isNegated, NEGATION, saysNone } from './values/negation.ts'
import { GENDERS, otherPersonOf } from './values/other-person.ts'
import { fr, pcc } from './frame/templates.ts'
import { dateOf, whenOf } from './values/times.ts'
import { conceptOf, conceptOrWords, requiredConcept } from './values/values.ts'

const GENDER_SYSTEM = 'http://hl7.org/fhir/administrative-gender'

/** Nothing is known of a relative of whom no problem is named. */
function mapHistory(statement: CdaElement, at: StatementScene): Made {
  const inner = statement.local === 'observation' ? [statement] : at.nested(statement).map(one => one.statement)
  const named = inner.filter(({ local }) => local === 'observation')
  const problems = named.filter(one => !isVoid(one))
  const condition = at.part('condition', () => problems.flatMap(problem => problemOf(problem, statement, at)))
  if (condition.length === 0) return problems.length < named.length ? leave(statement, at) : FILLER
  const other = otherPersonOf(statement)
  const gender = GENDERS[other?.child('subject')?.child('administrativeGenderCode')?.attr('code') ?? '']
  const history: FamilyMemberHistory & { id: string } = {
    ...at.base('FamilyMemberHistory', statement),
    ...identifiersOf(statement),
    status: 'completed',
    patient: at.patient,
    relationship: requiredConcept(other?.child('code'), at, undefined),
    ...stated({ bornDate: dateOf(other?.child('subject')?.child('birthTime'), at) }),
    ...stated({ sex: gender === undefined ? undefined : { coding: [{ system: GENDER_SYSTEM, code: gender }] } }),
    condition,
    ...notesOf(statement, at),
  }
  return { resources: [history] }
}

function problemOf(problem: CdaElement, statement: CdaElement, at: StatementScene): FamilyMemberHistoryCondition[] {
  const code = codeOf(problem, at)
  if (problem !== statement) at.take(problem, code === undefined ? 'filler' : undefined)
  if (code === undefined) return []
  const { dateTime, period } = whenOf(problem.child('effectiveTime'), at)
  const onset = dateTime === undefined ? period : { start: dateTime }
  const denial = (isNegated(problem) || isNegated(statement)) && !saysNone(code) ? { modifierExtension: [NEGATION] } : {}
  return [{ ...denial, code, ...only('onsetPeriod', onset), ...notesOf(problem, at) }]
}

/** The problem is the value; where the value is a yes, the code is. */
function codeOf(problem: CdaElement, at: StatementScene): CodeableConcept | undefined {
  const value = problem.child('value')
  if (value?.attr('value') === 'true') return conceptOf(problem.child('code'), at)
  return conceptOrWords(value, at, at.text(value))
}

export const familyHistoryRules: StatementRule[] = [
  { name: 'E3.59 family history', version: 1, templates: [fr('59'), pcc('4.15')], kinds: ['organizer'], about: 'anybody', map: mapHistory },
  { name: 'E3.51 problem of a relative', version: 1, templates: [fr('51'), pcc('4.13.3')], kinds: ['observation'], about: 'anybody', map: mapHistory },
  { name: 'E3.39 concern about a relative', version: 1, templates: [fr('39'), fr('37'), pcc('4.5.2'), pcc('4.5')], about: 'other', map: mapHistory },
]
