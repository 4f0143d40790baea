/*
  What changed between two versions of a plan, with the goals and the names that its sentences need looked up.
*/
import type { CarePlan, Goal } from 'fhir/r4.js'
import { type Change, keyOf, type PlanVersion } from '../../../mappers/care-plan-diff/change.ts'
import { diffCarePlans } from '../../../mappers/care-plan-diff/diff.ts'
import { type Read, withNames } from '../names.ts'

export interface EditionOfPlan {
  plan: CarePlan
  /** The goal as it stood with this version. In: `Goal/<id>` */
  goal(reference: string): Promise<Goal | undefined>
}

export async function describeChanges(read: Read, before: EditionOfPlan, after: EditionOfPlan): Promise<Change[]> {
  const [old, young] = await Promise.all([withGoals(before), withGoals(after)])
  return withNames(read, nameOf => diffCarePlans(old, young, nameOf))
}

export async function withGoals({ plan, goal }: EditionOfPlan): Promise<PlanVersion> {
  const references = [...(plan.goal ?? []), ...(plan.activity ?? []).flatMap(({ detail }) => detail?.goal ?? [])]
  const keys = [...new Set(references.map(keyOf))].filter(key => key.startsWith('Goal/'))
  const goals = await Promise.all(keys.map(async key => [key, await goal(key)] as const))
  return { plan, goals: new Map(goals.flatMap(([key, found]) => (found === undefined ? [] : [[key, found] as const]))) }
}
