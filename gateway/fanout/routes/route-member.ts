/*
  The mail of a member of the circle: the document at `complet`, a notice of it below; the level may have fallen since the plan.
*/
import type { HubParts } from '../../parts.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import { depositOf } from '../deposit.ts'
import { sendEdition } from './route-edition.ts'
import { mailRoute } from './route-mail.ts'
import { noticeRoute } from './route-notice.ts'
import { mailedOf } from '../written.ts'
import type { Route } from './sending.ts'

export function memberRoute({ parts, event }: { parts: HubParts; event: StoredEvent }): Route {
  const notice = noticeRoute({ parts, event })
  const send = documentSending({ parts, event })
  if (send === undefined) return notice
  return { ...notice, send: (delivery, signal) => (isDocument(delivery) ? send : notice.send)(delivery, signal) }
}

/** A document that a message brought or a client deposited, or an edition of a plan that we signed. */
function documentSending({ parts, event }: { parts: HubParts; event: StoredEvent }): Route['send'] | undefined {
  const deposit = depositOf(event)
  if (deposit !== undefined) return mailRoute({ parts, event, deposit }).send
  const mailed = mailedOf(event)
  return mailed === undefined ? undefined : sendEdition({ parts, event, mailed })
}

/** Whoever is told of a document by a notice has his own reference as the action. */
const isDocument = ({ level, action, member }: { level: string; action: string; member?: string }): boolean => level === 'complet' && action !== member
