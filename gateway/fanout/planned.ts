/*
  Turns candidates into what the ledger plans: the decision, our own unguessable reference, the lane of that recipient and person.
*/
import { decide } from '../access/rights/decide.ts'
import type { HubConfig } from '../config.ts'
import type { Keys } from '../keys.ts'
import type { PlannedRecipient } from '../ledger/deliveries/deliveries.ts'
import { findSender } from '../partners.ts'
import type { Candidate, Reach } from './channels.ts'
import type { Deposit } from './deposit.ts'

export function plannedOf(keys: Keys, { channel, person }: { channel: string; person: string }, candidates: readonly Candidate[]): PlannedRecipient[] {
  return candidates.map(({ recipient, what, action, facts }) => ({
    ...decide(facts),
    recipient,
    what,
    action,
    reference: keys.reference([what, action, recipient, channel].join('|')),
    laneKey: `out:${keys.pseudonym([channel, recipient, person].join('|'))}`,
  }))
}

export function reachOf(config: HubConfig, deposit: Deposit): Reach {
  const { partner, topic } = config.connectors.platform
  return { platform: { partner, topic }, takesAcks: findSender(config, deposit.sender)?.acks !== undefined }
}
