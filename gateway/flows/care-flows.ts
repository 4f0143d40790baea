/*
  The flows of care, in the order in which they judge.
*/
import { PERSON } from './actors/person.ts'
import { PROFESSIONAL, PROFESSIONAL_ROLE } from './actors/professional.ts'
import { RELATIVE } from './actors/relative.ts'
import { STRUCTURE } from './actors/structure.ts'
import type { CareFlow } from './care-flow.ts'

export const CARE_FLOWS: readonly CareFlow[] = [PERSON, PROFESSIONAL, PROFESSIONAL_ROLE, STRUCTURE, RELATIVE]
