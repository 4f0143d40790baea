/*
  Which partner a delivery leaves to, and whether that partner is held: then it waits in its lane, in order, and is not attempted.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { HubConfig } from '../../config.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import { placeOfPartner } from '../../ledger/lanes/partner-pauses.ts'
import { MAIL_OPERATOR } from '../../partners.ts'
import { followerOf } from '../partner-topics.ts'

type Leaving = Pick<Delivery, 'channel' | 'recipient'>

/** Every mailbox is behind the one operator. */
export function partnerTaking(config: HubConfig, { channel, recipient }: Leaving): string {
  if (channel === 'mssante') return MAIL_OPERATOR
  if (channel === 'platform') return config.connectors.platform.partner
  if (channel !== 'subscription') return recipient
  return followerOf(config, { recipient })?.id ?? config.clients.find(({ name }) => name === recipient)?.clientId ?? recipient
}

/** In: the partners that are held. Throws: partner.paused; an attempt that is being made ends as it ends. */
export function requireFlowing(config: HubConfig, delivery: Delivery, held: readonly string[]): void {
  const partner = partnerTaking(config, delivery)
  if (held.includes(partner)) throw new HubError('partner.paused', { path: placeOfPartner(partner) })
}
