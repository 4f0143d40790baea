/*
  All rules for statements and sections, family by family: the one list that dispatch reads.
*/
import type { SectionRule, StatementRule } from './contract.ts'

export const STATEMENT_RULES: readonly StatementRule[] = []

export const SECTION_RULES: readonly SectionRule[] = []
