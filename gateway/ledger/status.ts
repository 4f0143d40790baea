/*
  The statuses of messages and deliveries, and which may follow which.

  message:   received → running → complete, with waiting (back-off, dependency away) and parked (someone must act) beside; refused is born final
  delivery:  planned → sending → sent → delivered | failed | unconfirmed, with waiting and parked beside; a report that it arrived stands above any no;
             stopped: a later decision said no (of a quarantine: until it is lifted); none: the first decision said no (a later document of the same id may open it)
*/

const FOLLOWS = {
  message: {
    received: ['running', 'waiting', 'parked', 'complete'],
    running: ['received', 'running', 'waiting', 'parked', 'complete'],
    waiting: ['received', 'running', 'waiting', 'parked', 'complete'],
    parked: ['received', 'running', 'waiting', 'parked', 'complete'],
    complete: ['running', 'waiting', 'parked', 'complete'],
    refused: [],
  },
  delivery: {
    planned: ['sending', 'waiting', 'parked', 'stopped', 'failed'],
    sending: ['sending', 'sent', 'waiting', 'parked', 'delivered', 'failed', 'stopped', 'unconfirmed'],
    waiting: ['sending', 'waiting', 'parked', 'delivered', 'failed', 'stopped'],
    parked: ['waiting', 'sending', 'delivered', 'failed', 'stopped'],
    sent: ['delivered', 'failed', 'unconfirmed'],
    unconfirmed: ['delivered', 'failed'],
    none: ['planned'],
    delivered: [],
    failed: ['delivered'],
    stopped: ['planned'],
  },
} as const

type Table = typeof FOLLOWS
export type MessageStatus = keyof Table['message']
export type DeliveryStatus = keyof Table['delivery']
export type Status = MessageStatus | DeliveryStatus
export type StatusOf<Kind extends keyof Table> = Extract<Status, keyof Table[Kind]>

/** Deliveries that are still to do or to hear of. */
export const OPEN_DELIVERY: readonly DeliveryStatus[] = ['planned', 'sending', 'sent', 'waiting', 'parked']

/** May `to` follow `from`? */
export function mayFollow<Kind extends keyof Table>(kind: Kind, from: StatusOf<Kind>, to: StatusOf<Kind>): boolean {
  const row: Record<string, readonly string[]> = FOLLOWS[kind]
  return row[String(from)]?.includes(String(to)) ?? false
}

/** The statuses that `to` may follow: the guard of every UPDATE of a status. */
export function mayPrecede<Kind extends keyof Table>(kind: Kind, to: StatusOf<Kind>): StatusOf<Kind>[] {
  return statusesOf(kind).filter(from => mayFollow(kind, from, to))
}

export function statusesOf<Kind extends keyof Table>(kind: Kind): StatusOf<Kind>[] {
  return Object.keys(FOLLOWS[kind]) as StatusOf<Kind>[]
}

/** Is this delivery over? */
export function isFinal(status: DeliveryStatus): boolean {
  return !OPEN_DELIVERY.includes(status)
}
