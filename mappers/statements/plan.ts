/*
  The plan of a document (18776-5): one CarePlan for each such section that holds something to do, with its goals, its activities and the circle the header names.
*/
import type { CarePlan, CarePlanActivity, Reference } from 'fhir/r4.js'
import { list, only, stated } from '../cda/datatypes.ts'
import { toDateTime } from '../cda/timestamps.ts'
import { type MadeResource, type MadeStatement, NOTHING, referencesTo, type Section, type SectionRule, type StatementScene } from './frame/contract.ts'
import { isProvider } from './values/people.ts'
import { frSection } from './frame/templates.ts'
import { sectionConcept } from './groups.ts'

const PLAN = '18776-5'
const ACTIVITIES = new Set(['ServiceRequest', 'MedicationRequest', 'Appointment', 'DeviceRequest'])
const DONE = new Set(['Procedure', 'MedicationStatement'])

/** The plan a statement belongs to: that of its own section. */
export function planOf(at: StatementScene): Reference | undefined {
  return at.section.code === PLAN ? { reference: `CarePlan/${at.id('CarePlan', at.section.element)}` } : undefined
}

function mapPlan(section: Section, made: readonly MadeStatement[], at: StatementScene): ReturnType<SectionRule['map']> {
  const resources = made.flatMap(one => one.resources.slice(0, 1))
  if (resources.length === 0) return NOTHING
  const author = at.authors.find(isProvider)
  const created = toDateTime(at.header.effectiveTime)
  const goals = referencesTo(resources, type => type === 'Goal')
  const beside = referencesTo(resources, type => !ACTIVITIES.has(type) && !DONE.has(type) && type !== 'Goal')
  const plan: CarePlan & { id: string } = {
    ...at.base('CarePlan', section.element),
    status: 'active',
    intent: 'plan',
    category: [sectionConcept(at)],
    ...only('title', section.element.child('title')?.line()),
    subject: at.patient,
    encounter: at.encounter,
    ...stated({ created, author }),
    ...list('careTeam', at.careTeam === undefined ? [] : [at.careTeam]),
    ...list('supportingInfo', beside),
    ...list('goal', goals),
    ...list('activity', activitiesOf(resources)),
  }
  return { resources: [plan] }
}

/** What is asked for is an activity, what was done its outcome; the rest (observations, vaccinations due) is told beside them. */
function activitiesOf(resources: readonly MadeResource[]): CarePlanActivity[] {
  return [
    ...referencesTo(resources, type => ACTIVITIES.has(type)).map(reference => ({ reference })),
    ...referencesTo(resources, type => DONE.has(type)).map(reference => ({ outcomeReference: [reference] })),
  ]
}

export const planRules: SectionRule[] = [{ name: 'T2.158 plan', version: 1, templates: [frSection('158')], codes: [PLAN], map: mapPlan }]
