/*
  Decides what one recipient may receive: pure and total, the first row of the table that fits.
*/
import { DECISIONS, type DecisionRule, type Facts, type Level } from '../../profiles/tables/decisions.ts'

export interface Decision {
  level: Level
  rule: DecisionRule
  /** The facts the row looked at, kept beside the decision: why, without asking again. */
  basis: Partial<Facts>
}

/**
 * Decides what one recipient may receive.
 * In:     the facts of this moment; never a decision taken before.
 * Out:    the level, its rule, and the facts of that rule.
 */
export function decide(facts: Facts): Decision {
  for (const { rule, level, when } of DECISIONS) {
    const names = Object.keys(when) as (keyof Facts)[]
    if (names.every(name => fits(when, name, facts[name]))) return { level, rule, basis: pick(facts, names) }
  }
  return { level: 'aucun', rule: 'recipient.unknown', basis: {} }
}

function fits(when: object, name: keyof Facts, value: unknown): boolean {
  const allowed = (when as Partial<Record<keyof Facts, readonly unknown[]>>)[name]
  return allowed === undefined || allowed.includes(value)
}

function pick(facts: Facts, names: readonly (keyof Facts)[]): Partial<Facts> {
  return Object.fromEntries(names.map(name => [name, facts[name]]))
}
