/*
  Problems: a concern (E3.39) holds the problem (E3.37) that is one Condition; a problem may also stand alone.
    act concern[statusCode] => entryRelationship SUBJ { observation problem[value] => effectiveTime; status E3.30, severity E3.29, certainty E3.171, comment E3.32 }
*/
import type { CodeableConcept, Condition } from 'fhir/r4.js'
import { list, listOf, only, stated } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import { clinicalStatus, type Course, courseCode, ENDED, isPast, MISTAKEN, verificationStatus } from './condition-status.ts'
import { FILLER, type Made, NOTHING, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { saysNone } from './values/negation.ts'
import { saidIn } from './frame/nested.ts'
import { recorderOf } from './values/people.ts'
import { fr, hasTemplate, isMeantAs, pcc } from './frame/templates.ts'
import { whenOf } from './values/times.ts'
import { conceptOf, conceptOrWords } from './values/values.ts'

const CATEGORY_SYSTEM = 'http://terminology.hl7.org/CodeSystem/condition-category'
const ROLE_SYSTEM = 'http://terminology.hl7.org/CodeSystem/diagnosis-role'
const PROBLEM = [fr('37'), pcc('4.5')]
const SEVERITY = [fr('29'), pcc('4.1')]
const STAGES = ['1.3.6.1.4.1.19376.1.7.3.1.4.14.2']
const DISCHARGE = '11535-2'
const REASON = '42349-1'

/** Of what the patient has not. */
const DENIED = new Set(['refuted', MISTAKEN])

/** Sections whose problems are what the stay was about, and those that list problems. */
const CATEGORY_OF_SECTION: Readonly<Record<string, string>> = {
  [DISCHARGE]: 'encounter-diagnosis',
  '11450-4': 'problem-list-item',
  '11348-0': 'problem-list-item',
}

/** The problems of a concern; one whose concern is closed is over. */
function mapConcern(statement: CdaElement, at: StatementScene): Made {
  const problems = at.nested(statement).filter(({ statement: nested }) => isMeantAs(nested, PROBLEM))
  const made = problems.map(({ statement: problem }) => {
    at.take(problem)
    return mapProblem(problem, at, statement)
  })
  const resources = made.flatMap(one => one.resources)
  if (resources.length === 0) return problems.length > 0 ? FILLER : NOTHING
  return { resources, stay: { ...merged(made) } }
}

function merged(made: readonly Made[]): NonNullable<Made['stay']> {
  const references = made.flatMap(one => one.stay?.reasonReference ?? [])
  const diagnosis = made.flatMap(one => one.stay?.diagnosis ?? [])
  return { ...list('reasonReference', references), ...list('diagnosis', diagnosis) }
}

function mapProblem(statement: CdaElement, at: StatementScene, concern?: CdaElement): Made {
  const value = statement.child('value')
  const code = at.part('code', () => conceptOf(value, at) ?? conceptOrWords(undefined, at, at.text(value) ?? at.text(statement)))
  if (code === undefined) return FILLER
  const isNone = saysNone(code)
  const { onset, abatement, course } = courseOf(statement, { concern, isNone }, at)
  const verification = at.part('verificationStatus', () => verificationStatus(statement, { at, concern, isNone }))
  const isFalse = DENIED.has(verification?.coding?.[0]?.code ?? '')
  const clinical = isFalse ? undefined : at.part('clinicalStatus', () => clinicalStatus(course, at))
  const severity = saidIn(statement, SEVERITY, { at, read: part => conceptOf(part.child('value'), at) })
  const condition: Condition & { id: string } = {
    ...at.base('Condition', statement),
    ...identifiersOf(concern, statement),
    ...stated({ clinicalStatus: clinical, verificationStatus: verification }),
    ...list('category', categoriesOf(statement, at, isFalse)),
    ...only('severity', severity),
    code,
    ...listOf('bodySite', statement.all('targetSiteCode'), site => conceptOf(site, at)),
    subject: at.patient,
    encounter: at.encounter,
    ...onset,
    ...(clinical === undefined ? {} : abatement),
    ...only('recorder', recorderOf(statement, at)),
    ...list('stage', stagesOf(statement, at)),
    ...list('note', [...(notesOf(statement, at).note ?? []), ...(concern === undefined ? [] : (notesOf(concern, at).note ?? []))]),
  }
  return { resources: [condition], ...stayOf(condition, at) }
}

/** Onset and end are those of the problem; an end says nothing against a status that the document writes itself. */
function courseOf(statement: CdaElement, told: Pick<Course, 'concern' | 'isNone'>, at: StatementScene): { onset: object; abatement: object; course: Course } {
  const { dateTime, period } = at.part('onset', () => whenOf(statement.child('effectiveTime'), at))
  const start = dateTime ?? period?.start
  const end = period?.end
  const course: Course = { statement, ...told, hasEnded: isPast(end, at) }
  const isOver = ENDED.has(courseCode(course, at) ?? '')
  if (end !== undefined && !isOver) at.find('condition.end-of-active', statement.child('effectiveTime')?.path ?? statement.path)
  return { onset: only('onsetDateTime', start), abatement: end !== undefined && isOver ? { abatementDateTime: end } : {}, course }
}

function categoriesOf(statement: CdaElement, at: StatementScene, isFalse: boolean): CodeableConcept[] {
  const bySection = CATEGORY_OF_SECTION[at.section.code ?? '']
  const said = conceptOf(statement.child('code'), at)
  const standard = bySection === undefined || isFalse ? [] : [{ coding: [{ system: CATEGORY_SYSTEM, code: bySection }] }]
  return [...standard, ...(said === undefined ? [] : [said])]
}

/** What is said of the stage: a word for it and the Observation that it rests on. */
function stagesOf(statement: CdaElement, at: StatementScene): NonNullable<Condition['stage']> {
  return at.nested(statement).flatMap(({ statement: nested }) => {
    if (!hasTemplate(nested, STAGES)) return []
    const [assessment] = at.map(nested).resources
    const summary = conceptOf(nested.child('value'), at)
    const reference = assessment === undefined ? [] : [{ reference: `${assessment.resourceType}/${assessment.id}` }]
    return summary === undefined && reference.length === 0 ? [] : [{ ...only('summary', summary), ...list('assessment', reference) }]
  })
}

function stayOf({ id, verificationStatus: verification }: Condition & { id: string }, at: StatementScene): Pick<Made, 'stay'> {
  if (DENIED.has(verification?.coding?.[0]?.code ?? '')) return {}
  const reference = { reference: `Condition/${id}` }
  if (at.section.code === DISCHARGE) return { stay: { diagnosis: [{ condition: reference, use: { coding: [{ system: ROLE_SYSTEM, code: 'DD' }] } }] } }
  return at.section.code === REASON ? { stay: { reasonReference: [reference] } } : {}
}

export const conditionRules: StatementRule[] = [
  { name: 'E3.39 concern', version: 1, templates: [fr('39'), pcc('4.5.2'), pcc('4.5.1')], kinds: ['act'], map: mapConcern },
  { name: 'E3.37 problem', version: 1, templates: PROBLEM, kinds: ['observation'], moods: ['EVN', ''], map: (statement, at) => mapProblem(statement, at) },
]
