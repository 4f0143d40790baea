/*
  A plan as the person reads it, in plain French text: what for, what, who, when, and when it is looked at again.
    title · number and date · référent · dates · dimensions · objectives · actions · what is taken into account · notes
*/
import type { CarePlan, CarePlanActivity, Reference } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { DIMENSION, GOAL_STATUS, PLAN_STATUS } from '../../profiles/tables/care-plan-words.ts'
import { statusInWords } from '../care-plan-diff/activity-changes.ts'
import { type NameOf, nameIn, type PlanVersion } from '../care-plan-diff/change.ts'
import { goalOf, textOfGoal } from '../care-plan-diff/goal-changes.ts'
import { nameOfActivity } from '../care-plan-diff/match-activities.ts'
import { readSchedule } from '../care-plan-diff/schedule.ts'
import { behind, capitalised, dateInWords, from, listInWords, to } from '../care-plan-diff/words.ts'

export interface Edition {
  version: PlanVersion
  /** `version-plan` */
  number: number
  /** Day of this edition, or its time. */
  date: string
  nameOf: NameOf
}

/** What an edition says, before it is text or paper; a part without content is left out. */
export interface EditionInWords {
  title: string
  /** `Version 3 du 5 juin 2026, plan en cours` */
  standing: string
  facts: [label: string, words: string | undefined][]
  parts: { title: string; items: readonly string[] }[]
}

export function describeEdition({ version, number, date, nameOf }: Edition): EditionInWords {
  const { plan } = version
  const dimensions = (plan.category ?? []).flatMap(({ coding = [] }) => coding.flatMap(({ code }) => DIMENSION[code ?? ''] ?? []))
  const parts = [
    { title: 'Objectifs', items: (plan.goal ?? []).map(goal => objective(version, goal)) },
    { title: 'Actions', items: (plan.activity ?? []).map(activity => action(activity, nameOf)) },
    { title: 'Pris en compte', items: named(plan.addresses, nameOf) },
    { title: 'Éléments d’appui', items: named(plan.supportingInfo, nameOf) },
    { title: 'Notes', items: (plan.note ?? []).map(({ text }) => text) },
  ]
  return {
    title: plan.title ?? 'Plan personnalisé de coordination en santé',
    standing: `Version ${number} ${from(dateInWords(date))}, plan ${PLAN_STATUS[plan.status] ?? ''}`,
    facts: [
      ['Référent', plan.author === undefined ? undefined : nameIn(nameOf, plan.author)],
      ['Période', period(plan)],
      ['Prochaine réévaluation', reassessment(plan)],
      ['Dimensions', dimensions.length === 0 ? undefined : listInWords(dimensions)],
    ],
    parts: parts.filter(({ items }) => items.length > 0),
  }
}

/** Lines end with LF. */
export function renderCarePlan(edition: Edition): string {
  const { title, standing, facts, parts } = describeEdition(edition)
  const said = facts.flatMap(([label, words]) => (words === undefined ? [] : [`${label} : ${words}`]))
  const listed = parts.flatMap(part => ['', part.title, ...part.items.map(item => `- ${item}`)])
  return `${[title, standing, '', ...said, ...listed].join('\n')}\n`
}

const named = (references: readonly Reference[] = [], nameOf: NameOf): string[] => references.map(one => capitalised(nameIn(nameOf, one)))

function period({ period: { start, end } = {} }: CarePlan): string | undefined {
  if (start === undefined) return undefined
  const begins = from(dateInWords(start))
  return end === undefined ? `à partir ${begins}` : `${begins} ${to(dateInWords(end))}`
}

function reassessment({ extension }: CarePlan): string | undefined {
  const date = extension?.find(one => one.url === EXTENSION.nextReassessment)?.valueDate
  return date === undefined ? undefined : dateInWords(date)
}

function objective(version: PlanVersion, reference: Reference): string {
  const goal = goalOf(version, reference)
  const due = goal?.target?.find(target => target.dueDate !== undefined)?.dueDate
  const facts = [GOAL_STATUS[goal?.lifecycleStatus ?? ''], due === undefined ? undefined : `échéance : ${dateInWords(due)}`].filter(fact => fact !== undefined)
  return `${textOfGoal(version, reference)}${behind(facts.join(', '))}`
}

/** `Visite à domicile : le lundi, assurée par Claire Exemple (programmée)`, `À NE PAS FAIRE : Mobilisation du bras (en cours)` */
function action(activity: CarePlanActivity, nameOf: NameOf): string {
  const { detail } = activity
  const named = capitalised(nameOfActivity(activity, nameOf)) || 'Action sans titre'
  const what = detail?.doNotPerform === true ? `À NE PAS FAIRE : ${named}` : named
  if (detail === undefined) return what
  const when = readSchedule(detail)?.words
  const who = detail.performer === undefined ? undefined : `assurée par ${listInWords(detail.performer.map(one => nameIn(nameOf, one)))}`
  const facts = [when, who].filter(fact => fact !== undefined)
  return `${what}${facts.length === 0 ? '' : ` : ${facts.join(', ')}`}${behind(statusInWords(detail))}`
}
