/*
  A Subscription as its client wrote it: what it asks for, where it is told, and what is wrong with it, everything together.
*/
import type { Extension, Subscription } from 'fhir/r4.js'
import { readHeader } from '../../../connectors/subscription/wire.ts'
import type { Issue, IssueCode } from '../../../profiles/issues.ts'
import { SUBSCRIPTION_RULES } from '../../../profiles/tables/subscription-rules.ts'
import { SUBSCRIPTION_EXTENSION } from '../../../profiles/tables/subscription-topics.ts'
import { type Interest, readInterest } from './criteria.ts'

export type Content = 'id-only' | 'full-resource'

export interface AskedSubscription {
  interest: Interest
  /** What the client wrote, for its notifications: the topic, or the criterion. */
  criteria: string
  endpoint: string
  headers: string[]
  content: Content
  heartbeatSeconds?: number
  endsAt?: Date
  /** The client wants it to rest. */
  isOff: boolean
}

const LONGEST_HEARTBEAT = 86_400

/** In: a resource of sound form. */
export function readAsked(resource: Subscription, { baseUrl, now }: { baseUrl: string; now: Date }): { asked: AskedSubscription; issues: Issue[] } {
  const { criteria, channel, end, status } = resource
  const { interest, issues } = readInterest({ criteria, filters: filtersOf(resource), baseUrl })
  const { content, heartbeat } = optionsOf(resource, issues)
  const headers = channel.header ?? []
  const refuse = (condition: boolean, [element, code, rule]: Fault): void => {
    if (condition) issues.push(issueAt(`Subscription.${element}`, code, rule))
  }
  refuse(!['requested', 'active', 'off'].includes(status), ['status', 'value', 'subscription.status'])
  refuse(channel.type !== 'rest-hook', ['channel.type', 'not-supported', 'subscription.channel'])
  refuse(channel.endpoint === undefined, ['channel.endpoint', 'required', 'subscription.endpoint'])
  refuse(channel.payload !== undefined && !JSON_PAYLOAD.test(channel.payload), ['channel.payload', 'not-supported', 'subscription.payload'])
  for (const [index, line] of headers.entries()) refuse(readHeader(line) === undefined, [`channel.header[${index}]`, 'value', 'subscription.header'])
  refuse(end !== undefined && Date.parse(end) <= now.getTime(), ['end', 'value', 'subscription.end'])
  refuse(resource.modifierExtension !== undefined, ['modifierExtension', 'not-supported', 'extension.modifier'])
  return {
    asked: {
      interest,
      criteria,
      endpoint: channel.endpoint ?? '',
      headers,
      content,
      isOff: status === 'off',
      ...(heartbeat === undefined || heartbeat === 0 ? {} : { heartbeatSeconds: heartbeat }),
      ...(end === undefined ? {} : { endsAt: new Date(end) }),
    },
    issues,
  }
}

const JSON_PAYLOAD = /^application\/(fhir\+)?json(;.*)?$/i

type Fault = [element: string, code: IssueCode, rule: keyof typeof SUBSCRIPTION_RULES]

/** Where the backport puts them, and at the resource itself, where they would otherwise go unread. */
function filtersOf(resource: Subscription): { text: string; place: string }[] {
  const at = (list: readonly Extension[] | undefined, place: string): { text: string; place: string }[] =>
    (list ?? []).flatMap(({ url, valueString }, index) =>
      url === SUBSCRIPTION_EXTENSION.filter ? [{ text: valueString ?? '', place: `${place}.extension[${index}]` }] : [],
    )
  return [...at(resource._criteria?.extension, 'Subscription.criteria'), ...at(resource.extension, 'Subscription')]
}

function optionsOf({ channel }: Subscription, issues: Issue[]): { content: Content; heartbeat: number | undefined } {
  const extensions = [...(channel._payload?.extension ?? []), ...(channel.extension ?? [])]
  const content = extensions.find(({ url }) => url === SUBSCRIPTION_EXTENSION.content)?.valueCode ?? 'id-only'
  const heartbeat = extensions.find(({ url }) => url === SUBSCRIPTION_EXTENSION.heartbeat)?.valueUnsignedInt
  if (content !== 'id-only' && content !== 'full-resource') issues.push(issueAt('Subscription.channel.payload', 'value', 'subscription.content'))
  if (heartbeat !== undefined && heartbeat > LONGEST_HEARTBEAT) issues.push(issueAt('Subscription.channel', 'value', 'subscription.heartbeat'))
  return { content: content === 'full-resource' ? content : 'id-only', heartbeat }
}

function issueAt(expression: string, code: IssueCode, rule: keyof typeof SUBSCRIPTION_RULES): Issue {
  return { severity: 'error', code, rule, expression, text: SUBSCRIPTION_RULES[rule] }
}
