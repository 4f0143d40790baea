/*
  A goal of a person: it keeps its person and its identifiers; what it says, the active plans that rest on it say too (care-plan.ts).
*/
import type { CareFlow } from '../care-flow.ts'
import { publishGoal } from './care-plan.ts'
import { refuseAnotherIdentity } from '../same-person.ts'

export const GOAL: CareFlow = {
  name: 'goal',
  types: ['Goal'],
  async judge(write, draft) {
    refuseAnotherIdentity(write, draft, 'goal')
    if (draft.before !== undefined) await publishGoal(write, draft)
  },
}
