/*
  What a client may subscribe to: the topics of hub-cs-evenement with their filters, and the plain criteria of four types. Source: fhir-fr.md 5.1, 5.3; Subscriptions R5 backport 1.1.
    path => member ("." member)*      evaluated on the resource as the subscriber's level shows it
*/
import { HUB } from '../canonicals.ts'
import type { EventCode } from '../events/event-types.ts'

export const TOPIC = `${HUB}SubscriptionTopic/`

export const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/'

const backport = (name: string): string => `${BACKPORT}StructureDefinition/${name}`

export const SUBSCRIPTION_EXTENSION = {
  filter: backport('backport-filter-criteria'),
  content: backport('backport-payload-content'),
  heartbeat: backport('backport-heartbeat-period'),
} as const

export const SUBSCRIPTION_PROFILE = {
  subscription: backport('backport-subscription'),
  notification: backport('backport-subscription-notification-r4'),
  status: backport('backport-subscription-status-r4'),
} as const

/** How a value of a condition is compared with what stands at its path. */
export type ConditionKind = 'token' | 'reference' | 'territory'

export interface ConditionRow {
  kind: ConditionKind
  paths: readonly string[]
}

const token = (...paths: string[]): ConditionRow => ({ kind: 'token', paths })
const reference = (...paths: string[]): ConditionRow => ({ kind: 'reference', paths })

/** Types that a plain R4 criterion may name, with the parameters it may use. */
export const CRITERIA = {
  Task: {
    _id: token('id'),
    identifier: token('identifier'),
    status: token('status'),
    'business-status': token('businessStatus'),
    code: token('code'),
    intent: token('intent'),
    priority: token('priority'),
    owner: reference('owner'),
    requester: reference('requester'),
    focus: reference('focus'),
    'based-on': reference('basedOn'),
    patient: reference('for'),
    subject: reference('for'),
    territoire: { kind: 'territory', paths: [] },
  },
  CarePlan: {
    _id: token('id'),
    identifier: token('identifier'),
    status: token('status'),
    category: token('category'),
    intent: token('intent'),
    author: reference('author'),
    'care-team': reference('careTeam'),
    patient: reference('subject'),
    subject: reference('subject'),
  },
  Encounter: {
    _id: token('id'),
    identifier: token('identifier'),
    status: token('status'),
    class: token('class'),
    type: token('type'),
    'service-provider': reference('serviceProvider'),
    participant: reference('participant.individual'),
    patient: reference('subject'),
    subject: reference('subject'),
  },
  Communication: {
    _id: token('id'),
    identifier: token('identifier'),
    status: token('status'),
    category: token('category'),
    sender: reference('sender'),
    recipient: reference('recipient'),
    'based-on': reference('basedOn'),
    'part-of': reference('partOf'),
    patient: reference('subject'),
    subject: reference('subject'),
  },
} as const satisfies Record<string, Record<string, ConditionRow>>

export type CriteriaType = keyof typeof CRITERIA

/** The filters of a topic: whose event it is, where, and who answers for what it is about. */
export const FILTERS: Record<'patient' | 'territoire' | 'owner', ConditionRow> = {
  patient: reference('subject', 'for', 'patient'),
  territoire: { kind: 'territory', paths: [] },
  owner: reference('owner', 'author', 'managingOrganization', 'serviceProvider', 'custodian', 'organization'),
}

/** "Your accesses changed", never the content: nothing is named beside the person. */
export const UNNAMED_TOPICS: readonly EventCode[] = ['consent.modifie', 'identite.conflit']

/** The most parameters of a plain criterion. */
export const MOST_PARAMETERS = 5
