/*
  The mail of a member of the circle: the document at `complet`, a notice of it below; the level may have fallen since the plan.
*/
import type { HubParts } from '../parts.ts'
import type { StoredEvent } from '../ledger/events.ts'
import { depositOf } from './deposit.ts'
import type { Route } from './route.ts'
import { mailRoute } from './route-mail.ts'
import { noticeRoute } from './route-notice.ts'

export function memberRoute({ parts, event }: { parts: HubParts; event: StoredEvent }): Route {
  const notice = noticeRoute({ parts, event })
  const deposit = depositOf(event)
  if (deposit === undefined) return notice
  const mail = mailRoute({ parts, event, deposit })
  return { ...notice, send: (delivery, signal) => (isDocument(delivery) ? mail : notice).send(delivery, signal) }
}

/** Whoever is told of a document by a notice has his own reference as the action. */
const isDocument = ({ level, action, member }: { level: string; action: string; member?: string }): boolean => level === 'complet' && action !== member
