/*
  What a subscription asks for, read from its criteria.
    criteria => <hub>/SubscriptionTopic/<code of hub-cs-evenement>      with backport-filter-criteria: [<Type>?]name=value("," value)*("&" name=value)*
              | Task | CarePlan | Encounter | Communication, with "?" and one to five parameters of the table
*/
import { EVENT_CODES, type EventCode, isEventCode } from '../../../profiles/events/event-types.ts'
import type { Issue } from '../../../profiles/issues.ts'
import { CRITERIA_FAULTS } from '../../../profiles/tables/subscription-rules.ts'
import {
  type ConditionKind,
  type ConditionRow,
  CRITERIA,
  type CriteriaType,
  FILTERS,
  MOST_PARAMETERS,
  TOPIC,
} from '../../../profiles/tables/subscription-topics.ts'

export interface Condition {
  name: string
  kind: ConditionKind
  paths: readonly string[]
  /** Any of them. */
  values: string[]
}

export interface Interest {
  /** Events that may bring something. */
  events: readonly EventCode[]
  /** Of a plain criterion: the type of what it is about; of a topic it is what the event is about. */
  type?: CriteriaType
  /** The one person asked for, `Patient/<id>`. */
  patient?: string
  /** All of them. */
  conditions: Condition[]
}

export interface Written {
  criteria: string
  filters: readonly { text: string; place: string }[]
  baseUrl: string
}

/** Out: what is asked for, with what is wrong with it. */
export function readInterest({ criteria, filters, baseUrl }: Written): { interest: Interest; issues: Issue[] } {
  const issues: Issue[] = []
  const interest = criteria.startsWith(TOPIC) ? topicOf(criteria, issues) : plainOf(criteria, issues, baseUrl)
  const rows = interest.type === undefined ? FILTERS : CRITERIA[interest.type]
  for (const { text, place } of filters) {
    const query = text.slice(text.indexOf('?') + 1)
    if (query === '') issues.push(issueAt(place, 'value'))
    interest.conditions.push(...conditionsOf(query, { rows, place, baseUrl }, issues))
  }
  const persons = interest.conditions.find(({ name, values }) => (name === 'patient' || name === 'subject') && values.length === 1)
  const [only] = persons?.values ?? []
  return { interest: only === undefined ? interest : { ...interest, patient: only.includes('/') ? only : `Patient/${only}` }, issues }
}

const PLACE = 'Subscription.criteria'

function topicOf(criteria: string, issues: Issue[]): Interest {
  const [code = ''] = criteria.slice(TOPIC.length).split('|')
  if (isEventCode(code)) return { events: [code], conditions: [] }
  issues.push(issueAt(PLACE, 'not-supported'))
  return { events: [], conditions: [] }
}

function plainOf(criteria: string, issues: Issue[], baseUrl: string): Interest {
  const [, named = '', query = ''] = /^([A-Za-z]+)\?(.+)$/s.exec(criteria) ?? []
  const nothing: Interest = { events: [], conditions: [] }
  if (!isCriteriaType(named)) {
    issues.push(issueAt(PLACE, 'not-supported'))
    return nothing
  }
  if ([...new URLSearchParams(query)].length > MOST_PARAMETERS) issues.push(issueAt(PLACE, 'too-costly'))
  // Any event may have stored one of this type beside what it is about.
  return { events: EVENT_CODES, type: named, conditions: conditionsOf(query, { rows: CRITERIA[named], place: PLACE, baseUrl }, issues) }
}

const isCriteriaType = (type: string): type is CriteriaType => Object.hasOwn(CRITERIA, type)

interface Reading {
  rows: Readonly<Record<string, ConditionRow>>
  place: string
  baseUrl: string
}

function conditionsOf(query: string, { rows, place, baseUrl }: Reading, issues: Issue[]): Condition[] {
  return [...new URLSearchParams(query)].flatMap(([name, value]) => {
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined
    const values = value.split(',').map(one => (one.startsWith(`${baseUrl}/`) ? one.slice(baseUrl.length + 1) : one))
    if (row === undefined) issues.push(issueAt(place, 'not-supported'))
    else if (!values.every(one => FORMS[row.kind].test(one))) issues.push(issueAt(place, 'value'))
    else return [{ name, ...row, values }]
    return []
  })
}

/** A reference names its type or leaves it out; a code may name its system. */
const FORMS: Record<ConditionKind, RegExp> = {
  reference: /^([A-Z][A-Za-z]+\/)?[A-Za-z0-9.-]{1,64}$/,
  token: /^([^\s|\\]*\|)?[^\s|\\]{1,200}$/,
  territory: /^([^\s|\\]*\|)?[0-9A-Z]{2,5}$/,
}

function issueAt(expression: string, code: keyof typeof CRITERIA_FAULTS): Issue {
  return { severity: 'error', code, rule: 'subscription.criteria', expression, text: CRITERIA_FAULTS[code] }
}
