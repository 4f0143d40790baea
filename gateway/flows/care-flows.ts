/*
  The flows of care, in the order in which they judge.
*/
import { PERSON } from './actors/person.ts'
import { PROFESSIONAL, PROFESSIONAL_ROLE } from './actors/professional.ts'
import { RELATIVE } from './actors/relative.ts'
import { STRUCTURE } from './actors/structure.ts'
import { CARE_CIRCLE } from './circle/care-circle.ts'
import type { CareFlow } from './care-flow.ts'
import { CARE_PLAN } from './plan/care-plan.ts'
import { CARE_REQUEST } from './requests/care-request.ts'
import { CARE_TASK } from './requests/care-task.ts'
import { CONSENT } from './consent/consent.ts'
import { DEPOSITED_DOCUMENT } from './documents/deposited-document.ts'
import { EVALUATION } from './plan/evaluation.ts'
import { GENERAL_PRACTITIONER } from './circle/general-practitioner.ts'
import { GOAL } from './plan/goal.ts'
import { MESSAGE } from './circle/message.ts'
import { ONE_PERSON } from './one-person.ts'
import { VISIT } from './stays/visit.ts'

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
