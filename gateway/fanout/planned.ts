/*
  Turns candidates into what the ledger plans: the decision, our own unguessable reference, the lane of that recipient and person.
*/
import { type Decision, decide } from '../access/rights/decide.ts'
import type { HubConfig } from '../config.ts'
import type { Keys } from '../keys.ts'
import type { PlannedRecipient } from '../ledger/deliveries/deliveries.ts'
import { findSender } from '../partners.ts'
import type { Candidate, Reach } from './channels.ts'
import type { Deposit } from './deposit.ts'

export function plannedOf(keys: Keys, { channel, person }: { channel: string; person: string }, candidates: readonly Candidate[]): PlannedRecipient[] {
  return candidates.map(({ facts, ...meant }) => ({ ...decide(facts), ...addressed(keys, { channel, person, ...meant }) }))
}

type Meant = Pick<PlannedRecipient, 'recipient' | 'what' | 'action'> & { channel: string; person: string; lane?: string }

export const addressed = (keys: Keys, { channel, person, recipient, what, action, lane = recipient }: Meant): Omit<PlannedRecipient, keyof Decision> => ({
  recipient,
  what,
  action,
  reference: keys.reference([what, action, recipient, channel].join('|')),
  laneKey: `out:${keys.pseudonym([channel, lane, person].join('|'))}`,
})

export function reachOf(config: HubConfig, deposit: Deposit): Reach {
  const { partner, topic } = config.connectors.platform
  return { platform: { partner, topic }, takesAcks: findSender(config, deposit.sender)?.acks !== undefined }
}
