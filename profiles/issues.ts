/*
  One finding about a resource, as FHIR says it: how bad, what kind, which rule, where; in plain English and French; never a value.
*/

/** Codes of http://hl7.org/fhir/issue-type that the hub answers with. */
export type IssueCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'code-invalid'
  | 'invariant'
  | 'business-rule'
  | 'not-found'
  | 'forbidden'
  | 'duplicate'
  | 'conflict'
  | 'multiple-matches'
  | 'not-supported'
  | 'too-costly'
  | 'informational'

export interface Issue {
  severity: 'error' | 'warning' | 'information'
  code: IssueCode
  /** Id of the rule: of an invariant (`hub-cp-1`), of a check of ours (`ins.key`, `task.move`), of a kind of fault (`element.unknown`). */
  rule: string
  /** FHIRPath of the element: `CarePlan.activity[0].detail`; within a transaction `Bundle.entry[2].resource.activity[0].detail`. */
  expression?: string
  text: { en: string; fr: string }
  /** What to do, for software: names of parameters, never a value. */
  hint?: string
}

export const isError = (issue: Issue): boolean => issue.severity === 'error'
