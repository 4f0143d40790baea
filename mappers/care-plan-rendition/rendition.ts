/*
  A plan as the person reads it, in plain French text: what for, what, who, when, and when it is looked at again.
    title · number and date · référent · dates · dimensions · objectives · actions · what is taken into account · notes
*/
import type { CarePlan, CarePlanActivity, Reference } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { ACTIVITY_STATUS, DIMENSION, GOAL_STATUS, PLAN_STATUS } from '../../profiles/tables/care-plan-words.ts'
import { type NameOf, nameIn, type PlanVersion } from '../care-plan-diff/change.ts'
import { goalOf, textOfGoal } from '../care-plan-diff/goal-changes.ts'
import { textOf } from '../care-plan-diff/match-activities.ts'
import { readSchedule } from '../care-plan-diff/schedule.ts'
import { capitalised, dateInWords, from, listInWords, to } from '../care-plan-diff/words.ts'

export interface Edition {
  version: PlanVersion
  /** `version-plan` */
  number: number
  /** Day of this edition, `2026-06-05`. */
  date: string
  nameOf: NameOf
}

/** Lines end with LF; a part without content is left out. */
export function renderCarePlan({ version, number, date, nameOf }: Edition): string {
  const { plan } = version
  const dimensions = (plan.category ?? []).flatMap(({ coding = [] }) => coding.flatMap(({ code }) => DIMENSION[code ?? ''] ?? []))
  const head = [
    plan.title ?? 'Plan personnalisé de coordination en santé',
    `Version ${number} ${from(dateInWords(date))}, plan ${PLAN_STATUS[plan.status] ?? ''}`,
    '',
    ...line('Référent', plan.author === undefined ? undefined : nameIn(nameOf, plan.author)),
    ...line('Période', period(plan)),
    ...line('Prochaine réévaluation', reassessment(plan)),
    ...line('Dimensions', dimensions.length === 0 ? undefined : listInWords(dimensions)),
  ]
  const parts = [
    part(
      'Objectifs',
      (plan.goal ?? []).map(goal => objective(version, goal)),
    ),
    part(
      'Actions',
      (plan.activity ?? []).map(activity => action(activity, nameOf)),
    ),
    part('Pris en compte', named(plan.addresses, nameOf)),
    part('Éléments d’appui', named(plan.supportingInfo, nameOf)),
    part(
      'Notes',
      (plan.note ?? []).map(({ text }) => text),
    ),
  ]
  return `${[...head, ...parts.flat()].join('\n')}\n`
}

const line = (label: string, words: string | undefined): string[] => (words === undefined ? [] : [`${label} : ${words}`])

const part = (title: string, items: readonly string[]): string[] => (items.length === 0 ? [] : ['', title, ...items.map(item => `- ${item}`)])

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
  return `${textOfGoal(version, reference)}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
}

/** `Visite à domicile : le lundi, assurée par Claire Exemple (programmée)` */
function action(activity: CarePlanActivity, nameOf: NameOf): string {
  const { detail, reference } = activity
  const what = textOf(activity) || (reference === undefined ? 'Action sans titre' : capitalised(nameIn(nameOf, reference)))
  if (detail === undefined) return what
  const when = readSchedule(detail)?.words
  const who = detail.performer === undefined ? undefined : `assurée par ${listInWords(detail.performer.map(one => nameIn(nameOf, one)))}`
  const facts = [when, who].filter(fact => fact !== undefined)
  const reason = detail.statusReason?.text ?? detail.statusReason?.coding?.[0]?.display
  const status = [ACTIVITY_STATUS[detail.status], reason].filter(fact => fact !== undefined).join(' : ')
  return `${what}${facts.length === 0 ? '' : ` : ${facts.join(', ')}`}${status === '' ? '' : ` (${status})`}`
}
