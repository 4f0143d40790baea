/*
  Organizers: a group of observations is an Observation whose members they are.
    organizer => id* code? statusCode effectiveTime? { component => statement }
*/
import type { CodeableConcept, Observation, Reference } from 'fhir/r4.js'
import { list } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import { FILLER, type Made, NOTHING, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { type Category, categoryOf, observationStatus, performersOf, sectionCategory } from './observation.ts'
import { focusOf } from './values/other-person.ts'
import { specimenOf } from './specimen.ts'
import { fr, pcc } from './frame/templates.ts'
import { effectiveOf } from './values/times.ts'
import { conceptOf, requiredConcept } from './values/values.ts'

export interface Grouping {
  category: Category | undefined
  /** Members that the rule has made itself. */
  members?: Reference[]
  /** Of a group that says none. */
  code?: CodeableConcept | undefined
}

/** A group of nothing says nothing; one of acts, treatments and the like is nothing itself. */
export function mapGroup(statement: CdaElement, at: StatementScene, { category, code, members = [] }: Grouping): Made {
  const hasMember = [...members, ...membersOf(statement, at)]
  const notes = notesOf(statement, at)
  const isOfOthers = at.nested(statement).some(({ statement: { local } }) => local !== 'observation' && local !== 'organizer')
  if (hasMember.length === 0 && notes.note === undefined) return isOfOthers ? NOTHING : FILLER
  const { reference: specimen, specimens } = specimenOf(statement, at)
  const group: Observation & { id: string } = {
    ...at.base('Observation', statement),
    ...identifiersOf(statement),
    status: observationStatus(statement),
    ...categoryOf(category),
    code: conceptOf(statement.child('code'), at) ?? code ?? sectionConcept(at),
    subject: at.patient,
    ...focusOf(statement, at),
    encounter: at.encounter,
    ...at.part('effective', () => effectiveOf(statement, at)),
    ...list('performer', performersOf(statement, at)),
    ...specimen,
    ...list('hasMember', hasMember),
    ...notes,
  }
  return { resources: [group, ...specimens] }
}

/** What the observations and groups in a statement become. */
export function membersOf(statement: CdaElement, at: StatementScene): Reference[] {
  return at.nested(statement).flatMap(({ statement: nested }) => {
    if (nested.local !== 'observation' && nested.local !== 'organizer') return []
    const [main] = at.map(nested).resources
    return main?.resourceType === 'Observation' ? [{ reference: `Observation/${main.id}` }] : []
  })
}

/** A group without a code is about what its section is about. */
export function sectionConcept(at: StatementScene): CodeableConcept {
  const { element } = at.section
  return requiredConcept(element.child('code'), at, element.child('title')?.line())
}

const group = (name: string, templates: string[], category?: Category): StatementRule => ({
  name,
  version: 1,
  templates,
  kinds: ['organizer'],
  about: 'anybody',
  map: (statement, at) => mapGroup(statement, at, { category: category ?? sectionCategory(at) }),
})

export const groupRules: StatementRule[] = [
  group('E3.95 evaluation', [fr('95'), pcc('1.12.3.7')], 'survey'),
  group('E3.55 pregnancies', [fr('55'), fr('56'), pcc('4.13.5.1')]),
  group('organizer of no known template', []),
]
