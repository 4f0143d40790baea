/*
  Partners that follow by Kafka: each has its own topic, `hub.partner.<id>`, on which it finds the events that its structure may know of, decided like any other delivery.
  What travels is references and kinds of change; below `complet` only what the event is about, of a consent or an identity nothing but the person.
*/
import { SYSTEM } from '../../profiles/canonicals.ts'
import { isEventCode } from '../../profiles/events/event-types.ts'
import { UNNAMED_TOPICS } from '../../profiles/tables/subscription-topics.ts'
import type { HubConfig, Partner } from '../config.ts'
import type { Keys } from '../keys.ts'
import type { Tx } from '../ledger/db.ts'
import type { Delivery, PlannedRecipient, SendDecision } from '../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'
import { findIdentified } from '../ledger/identity/identity-rows.ts'
import { subscriberRights } from './subscribers/subscriber-rights.ts'
import { addressed } from './planned.ts'

type Following = Partner & { topic: string; finess: string }

export const followingPartners = ({ partners }: Pick<HubConfig, 'partners'>): Following[] =>
  partners.filter((partner): partner is Following => partner.topic !== undefined && partner.finess !== undefined)

/** A partner that is nothing to the person has no row: it asked for nobody in particular. */
export async function plannedFollowers({ config, keys }: { config: HubConfig; keys: Keys }, tx: Tx, event: StoredEvent): Promise<PlannedRecipient[]> {
  const planned: PlannedRecipient[] = []
  for (const { finess, topic } of followingPartners(config)) {
    const decision = await decisionOf(tx, { finess, event })
    if (decision.rule === 'circle.not-member') continue
    const { id: what, type: action, person } = event
    planned.push({ ...decision, ...addressed(keys, { channel: 'subscription', person, recipient: topic, what, action }) })
  }
  return planned
}

/** Undefined for a delivery that goes to no topic. */
export function followerOf(config: HubConfig, { recipient }: Pick<Delivery, 'recipient'>): Following | undefined {
  return followingPartners(config).find(({ topic }) => topic === recipient)
}

export async function decisionOf(tx: Tx, { finess, event, isLast = false }: { finess: string; event: StoredEvent; isLast?: boolean }): Promise<SendDecision> {
  const id = await findIdentified(tx, 'Organization', [{ system: SYSTEM.finess, value: finess }])
  if (id === undefined) return { level: 'aucun', rule: 'circle.not-member', basis: {} }
  return (await subscriberRights(tx, { to: `Organization/${id}`, event, focus: namedBy(event)[0], isLast })).decision
}

/** On the topic of any partner, the regional platform among them: which kind of consent was recorded, and what changed in a plan that is not shown, stays here. */
export function toldOnTopic(event: StoredEvent, { level }: Pick<Delivery, 'level'>): StoredEvent {
  const named = namedBy(event)
  return level === 'complet' && named.length > 0 ? { ...event, resources: named } : { ...event, resources: named.slice(0, 1), changes: [] }
}

/** "Your accesses changed", never by what; a consent that was written with something else has its readers, whatever their level. */
const namedBy = ({ type, resources }: StoredEvent): string[] =>
  isEventCode(type) && UNNAMED_TOPICS.includes(type) ? [] : resources.filter(one => !one.startsWith('Consent/'))
