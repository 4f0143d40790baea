/*
  How one delivery leaves: which connector, what is sent, what is written in the store before and after.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import type { HubParts } from '../../parts.ts'
import { isDaily } from '../members/daily.ts'
import { depositOf } from '../deposit.ts'
import { hospitalDocumentRoute, hospitalOf } from '../hospital-documents.ts'
import { isForMember } from '../members/members.ts'
import { followerOf, toldOnTopic } from '../partner-topics.ts'
import { publishRoute } from './publish.ts'
import { ackRoute } from './route-ack.ts'
import { dailyRoute } from './route-daily.ts'
import { mailRoute } from './route-mail.ts'
import { memberRoute } from './route-member.ts'
import { declarationRoute, stayDeclarationRoute } from './route-platform.ts'
import { subscriptionRoute } from './route-subscription.ts'
import { stayNewsOf } from '../stay-news.ts'
import { writtenOf } from '../written.ts'
import type { Route } from './sending.ts'

/** Throws: hub.defect for a delivery that no channel knows. */
export function routeOf(parts: HubParts, delivery: Delivery, event: StoredEvent): Route {
  const isOfPlatform = delivery.channel === 'platform' && delivery.recipient === parts.config.connectors.platform.topic
  if (isOfPlatform || (delivery.channel === 'subscription' && followerOf(parts.config, delivery) !== undefined))
    return publishRoute(parts, event, one => toldOnTopic(event, one))
  if (delivery.channel === 'subscription') return subscriptionRoute({ parts, event })
  if (isDaily(parts.keys, delivery)) return dailyRoute({ parts, event })
  if (isForMember(delivery)) return memberRoute({ parts, event })
  const hospital = hospitalOf(parts.config, delivery)
  if (hospital !== undefined) return hospitalDocumentRoute({ parts, event }, hospital)
  const news = stayNewsOf(event)
  if (delivery.channel === 'platform' && news?.alert !== undefined) return stayDeclarationRoute({ parts, event, news: { ...news, alert: news.alert } })
  const written = writtenOf(event)
  if (delivery.channel === 'platform' && written !== undefined) return declarationRoute({ parts, event }, written)
  const deposit = depositOf(event)
  if (deposit === undefined) throw new HubError('hub.defect', { path: 'event.detail' })
  const sending = { parts, event, deposit }
  switch (delivery.channel) {
    case 'mssante':
      return mailRoute(sending)
    case 'platform':
      return declarationRoute(sending, deposit)
    case 'hospital':
      return ackRoute(sending, delivery.recipient)
    default:
      throw new HubError('hub.defect', { path: 'delivery.channel' })
  }
}
