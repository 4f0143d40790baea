/*
  A goal of a person: it keeps its person and its identifiers; a plan that refers to it is of the same person (care-plan.ts).
*/
import type { CareFlow } from './care-flow.ts'
import { refuseAnotherIdentity } from './same-person.ts'

export const GOAL: CareFlow = {
  name: 'goal',
  types: ['Goal'],
  async judge(write, draft) {
    refuseAnotherIdentity(write, draft, 'goal')
  },
}
