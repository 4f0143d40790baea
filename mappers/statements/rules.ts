/*
  All rules for statements and sections, family by family: the one list that dispatch reads.
*/
import { adverseEventRules } from './adverse-event.ts'
import { allergyRules } from './allergy.ts'
import { attachmentRules } from './attachment.ts'
import { commentRules } from './comments.ts'
import { conditionRules } from './condition.ts'
import type { SectionRule, StatementRule } from './frame/contract.ts'
import { deviceRules } from './device.ts'
import { directiveRules } from './directive.ts'
import { encounterRules } from './encounter.ts'
import { familyHistoryRules } from './family-history.ts'
import { groupRules } from './groups.ts'
import { imagingRules } from './imaging.ts'
import { immunizationRules } from './immunization.ts'
import { laboratoryRules } from './laboratory.ts'
import { medicationRules } from './medicines/medication.ts'
import { observationRules } from './observation.ts'
import { planRules } from './plan.ts'
import { preferredHospitalRules } from './preferred-hospital.ts'
import { procedureRules } from './procedure.ts'
import { reasonRules } from './reason.ts'
import { internalReferenceRules } from './reasons.ts'
import { demandRules, requestRules } from './request.ts'
import { vitalSignRules } from './vital-signs.ts'

export const STATEMENT_RULES: readonly StatementRule[] = [
  ...vitalSignRules,
  ...laboratoryRules,
  ...familyHistoryRules,
  ...attachmentRules,
  ...directiveRules,
  ...preferredHospitalRules,
  ...immunizationRules,
  ...deviceRules,
  ...requestRules,
  ...medicationRules,
  ...allergyRules,
  ...imagingRules,
  ...procedureRules,
  ...encounterRules,
  ...observationRules,
  ...groupRules,
  ...conditionRules,
  ...adverseEventRules,
  ...commentRules,
  ...internalReferenceRules,
]

export const SECTION_RULES: readonly SectionRule[] = [...reasonRules, ...planRules, ...demandRules]
