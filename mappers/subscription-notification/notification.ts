/*
  A notification: a Bundle of type history whose first entry says how the subscription stands, and whose second one is what happened, as far as it is told.
    handshake, heartbeat => the first entry alone      id-only => the second without its resource      full-resource => with it, as text of the store or of a projection
  Spec: Subscriptions R5 backport 1.1.0, backport-subscription-notification-r4.
*/
import { SUBSCRIPTION_PROFILE } from '../../profiles/tables/subscription-topics.ts'
import { statusOf, type SubscriptionState } from './status.ts'

export interface NotificationFrame {
  /** UUID of the notification: the same on every attempt. */
  id: string
  /** When it is made; of an event when it happened, so that the bytes are the same on every attempt. */
  at: Date
  baseUrl: string
  state: SubscriptionState
  focus?: NotifiedFocus
}

export interface NotifiedFocus {
  /** Its first version. */
  isNew: boolean
  /** JSON text; absent for id-only. */
  text?: string
}

/** Out: JSON text, so that what the store holds is passed on byte for byte. */
export function writeNotification({ id, at, baseUrl, state, focus }: NotificationFrame): string {
  const status = entry({
    fullUrl: `urn:uuid:${id}`,
    resource: JSON.stringify(statusOf(state)),
    request: { method: 'GET', url: `${state.subscription}/$status` },
    status: '200',
  })
  const about = state.event?.focus
  const told = about === undefined ? [] : [focusEntry(`${baseUrl}/${about}`, about, focus ?? { isNew: false })]
  const head = { resourceType: 'Bundle', id, meta: { profile: [SUBSCRIPTION_PROFILE.notification] }, type: 'history', timestamp: at.toISOString() }
  return `${JSON.stringify(head).slice(0, -1)},"entry":[${[status, ...told].join(',')}]}`
}

function focusEntry(fullUrl: string, reference: string, { isNew, text }: NotifiedFocus): string {
  const [type = ''] = reference.split('/')
  return entry({
    fullUrl,
    ...(text === undefined ? {} : { resource: text }),
    request: isNew ? { method: 'POST', url: type } : { method: 'PUT', url: reference },
    status: isNew ? '201' : '200',
  })
}

interface EntryParts {
  fullUrl: string
  resource?: string
  request: { method: string; url: string }
  status: string
}

function entry({ fullUrl, resource, request, status }: EntryParts): string {
  const parts = [`"fullUrl":${JSON.stringify(fullUrl)}`, ...(resource === undefined ? [] : [`"resource":${resource}`])]
  return `{${parts.join(',')},"request":${JSON.stringify(request)},"response":${JSON.stringify({ status })}}`
}
