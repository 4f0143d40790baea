/*
  The flows of care, in the order in which they judge.
*/
import type { CareFlow } from './care-flow.ts'

export const CARE_FLOWS: readonly CareFlow[] = []
