/*
  All rules for statements and sections, family by family: the one list that dispatch reads.
*/
import { adverseEventRules } from './adverse-event.ts'
import { commentRules } from './comments.ts'
import { conditionRules } from './condition.ts'
import type { SectionRule, StatementRule } from './contract.ts'
import { groupRules } from './groups.ts'
import { laboratoryRules } from './laboratory.ts'
import { observationRules } from './observation.ts'
import { reasonRules } from './reason.ts'
import { vitalSignRules } from './vital-signs.ts'

export const STATEMENT_RULES: readonly StatementRule[] = [
  ...vitalSignRules,
  ...laboratoryRules,
  ...observationRules,
  ...groupRules,
  ...conditionRules,
  ...adverseEventRules,
  ...commentRules,
]

export const SECTION_RULES: readonly SectionRule[] = [...reasonRules]
