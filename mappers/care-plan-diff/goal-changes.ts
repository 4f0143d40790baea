/*
  What became of the goals of a plan: added, removed, or reading otherwise than they did.
*/
import type { Goal, Reference } from 'fhir/r4.js'
import { ACHIEVEMENT, ELEMENT, GOAL_STATUS } from '../../profiles/tables/care-plan-words.ts'
import { type Change, change, keyOf, listChanges, type PlanVersion } from './change.ts'
import { changedElements } from './same.ts'
import { behind, dateInWords, dateMoved, quoted } from './words.ts'

export function goalChanges(before: PlanVersion, after: PlanVersion): Change[] {
  const [old, young] = [before.plan.goal ?? [], after.plan.goal ?? []]
  const { added, removed } = listChanges(old, young, keyOf)
  const kept = young.flatMap((item, index) => (old.some(one => keyOf(one) === keyOf(item)) ? [{ item, index }] : []))
  return [
    ...added.map(({ item, index }) => {
      const [text, but] = [textOfGoal(after, item), unexpected(goalOf(after, item))]
      return change({ kind: 'goal.added', path: `CarePlan.goal[${index}]`, to: text, sentence: `L’objectif ${quoted(text)} est ajouté au plan${but}.` })
    }),
    ...removed.map(({ item, index }) => {
      const text = textOfGoal(before, item)
      return change({ kind: 'goal.removed', path: `CarePlan.goal[${index}]`, from: text, sentence: `L’objectif ${quoted(text)} est retiré du plan.` })
    }),
    ...kept.flatMap(({ item, index }) => rewritten(goalOf(before, item), goalOf(after, item), `CarePlan.goal[${index}].resolve()`)),
  ]
}

/** A goal of a plan is meant to be reached: where it is not, that is said. */
const unexpected = ({ lifecycleStatus = 'active' }: Partial<Goal> = {}): string =>
  /^(?:proposed|planned|accepted|active)$/.test(lifecycleStatus) ? '' : behind(GOAL_STATUS[lifecycleStatus])

/** The text of a goal that an action or the plan refers to. */
export function textOfGoal(version: PlanVersion, reference: Reference): string {
  return goalOf(version, reference)?.description.text ?? reference.display ?? 'sans texte'
}

export function goalOf({ plan, goals }: PlanVersion, reference: Reference): Goal | undefined {
  const key = keyOf(reference)
  const contained = key.startsWith('#') ? plan.contained?.find(one => one.id === key.slice(1)) : undefined
  return contained?.resourceType === 'Goal' ? (contained as Goal) : goals.get(key)
}

const NO_CONTENT = new Set(['id', 'meta', 'text'])

function rewritten(before: Goal | undefined, after: Goal | undefined, path: string): Change[] {
  if (before === undefined || after === undefined) return []
  return changedElements(before, after, NO_CONTENT).map(element =>
    change({ kind: 'goal.changed', path: `${path}.${element}`, ...said(before, after, element) }),
  )
}

interface Said {
  from?: string | undefined
  to?: string | undefined
  sentence: string
}

function said(before: Goal, after: Goal, element: string): Said {
  const name = quoted(after.description.text ?? '')
  switch (element) {
    case 'description': {
      const [from, to] = [before, after].map(({ description }) => description.text)
      return passes(from, to, `L’objectif ${quoted(from ?? '')} devient ${quoted(to ?? '')}.`) ?? otherwise(name, element)
    }
    case 'lifecycleStatus': {
      const [from, to] = [before, after].map(({ lifecycleStatus }) => GOAL_STATUS[lifecycleStatus])
      return passes(from, to, `L’objectif ${name}, jusqu’ici ${from}, est maintenant ${to}.`) ?? otherwise(name, element)
    }
    case 'achievementStatus': {
      const [from, to] = [achievement(before), achievement(after)]
      return to === undefined || from === to ? otherwise(name, element) : { from, to, sentence: `L’objectif ${name} est maintenant ${to}.` }
    }
    case 'target': {
      const [from, to] = [before.target?.[0]?.dueDate, after.target?.[0]?.dueDate]
      if (from === to) return otherwise(name, element)
      const [was, is] = [from, to].map(date => (date === undefined ? undefined : dateInWords(date)))
      return { from: was, to: is, sentence: dateMoved(`L’échéance de l’objectif ${name}`, from, to) }
    }
    default:
      return otherwise(name, element)
  }
}

const passes = (from: string | undefined, to: string | undefined, sentence: string): Said | undefined =>
  from === undefined || to === undefined || from === to ? undefined : { from, to, sentence }

const otherwise = (name: string, element: string): Said => ({ sentence: `L’objectif ${name} est modifié (${ELEMENT[element] ?? element}).` })

function achievement({ achievementStatus }: Goal): string | undefined {
  const coding = achievementStatus?.coding?.[0]
  return achievementStatus?.text ?? ACHIEVEMENT[coding?.code ?? ''] ?? coding?.display
}
