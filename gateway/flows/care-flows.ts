/*
  The flows of care, in the order in which they judge.
*/
import { PERSON } from './actors/person.ts'
import { PROFESSIONAL, PROFESSIONAL_ROLE } from './actors/professional.ts'
import { RELATIVE } from './actors/relative.ts'
import { STRUCTURE } from './actors/structure.ts'
import { CARE_CIRCLE } from './care-circle.ts'
import type { CareFlow } from './care-flow.ts'
import { CARE_PLAN } from './care-plan.ts'
import { CARE_REQUEST } from './care-request.ts'
import { CARE_TASK } from './care-task.ts'
import { CONSENT } from './consent.ts'
import { DEPOSITED_DOCUMENT } from './deposited-document.ts'
import { EVALUATION } from './evaluation.ts'
import { GENERAL_PRACTITIONER } from './general-practitioner.ts'
import { GOAL } from './goal.ts'
import { MESSAGE } from './message.ts'
import { ONE_PERSON } from './one-person.ts'
import { VISIT } from './visit.ts'

export const CARE_FLOWS: readonly CareFlow[] = [
  PERSON,
  PROFESSIONAL,
  PROFESSIONAL_ROLE,
  STRUCTURE,
  RELATIVE,
  ONE_PERSON,
  GENERAL_PRACTITIONER,
  CARE_CIRCLE,
  CONSENT,
  EVALUATION,
  GOAL,
  CARE_PLAN,
  DEPOSITED_DOCUMENT,
  CARE_REQUEST,
  CARE_TASK,
  MESSAGE,
  VISIT,
]
