/*
  Decides what one recipient may receive: pure and total, the first row of the table that fits.
*/
import { DECISIONS, type DecisionRule, type Facts, type Level, type LevelFact, type RightsFacts } from '../../../profiles/tables/decisions.ts'

export interface Decision {
  level: Level
  rule: DecisionRule
  /** The facts the row looked at, kept beside the decision: why, without asking again. */
  basis: Record<string, unknown>
}

/**
 * Decides what one recipient may receive.
 * In:     the facts of this moment; never a decision taken before.
 * Out:    the level, its rule, and the facts of that rule.
 */
export function decide(facts: Facts): Decision {
  const known: Record<string, unknown> = { ...facts }
  for (const row of ROWS) {
    if (row.when.every(([name, allowed]) => allowed.includes(known[name]))) {
      return { level: levelOf(row.level, known), rule: row.rule, basis: Object.fromEntries(row.when.map(([name]) => [name, known[name]])) }
    }
  }
  return { level: 'aucun', rule: 'recipient.unknown', basis: {} }
}

/** The conditions of each row as pairs, made once. */
const ROWS = DECISIONS.map(({ rule, level, when }) => ({
  rule,
  level: level as Level | LevelFact,
  when: Object.entries(when as Record<string, readonly unknown[]>),
}))

const levelOf = (level: Level | LevelFact, known: Record<string, unknown>): Level =>
  level.endsWith('Level') ? (known[level] as RightsFacts[LevelFact]) : (level as Level)
