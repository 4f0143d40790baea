/*
  The rules of profiles/tables/support-rules.ts, objected to a draft: an element of a request has another name on its Task.
*/
import { SUPPORT_RULES, type RuleText, type SupportRule } from '../../profiles/tables/support-rules.ts'
import type { Draft, Objection, Write } from './care-flow.ts'

const ON_TASK: Readonly<Record<string, string>> = { performer: 'owner', supportingInfo: 'input', subject: 'for' }

export const refuse = (write: Write, draft: Draft, rule: SupportRule, element?: string): void => write.refuse(draft, objection(draft, rule, element))

export const warn = (write: Write, draft: Draft, rule: SupportRule): void => write.warn(draft, objection(draft, rule))

export function objection(draft: Draft, rule: SupportRule, element?: string): Objection {
  const { code, text, element: usual }: RuleText = SUPPORT_RULES[rule]
  const named = element ?? usual
  const place = named !== undefined && draft.type === 'Task' ? (ON_TASK[named] ?? named) : named
  return { rule, text, ...(code === undefined ? {} : { code }), ...(place === undefined ? {} : { element: place }) }
}
