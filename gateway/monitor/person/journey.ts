/*
  One line in time over everything that was told of a person: each with its kind and how its delivery stands.
    kind     => stay alert document plan circle request message consent identity waiting
    delivery => delivered partly under-way undelivered nobody (nobody was to get it) held (it waits in a lane)
*/
import type { DeliveryStatus } from '../../ledger/status.ts'
import type { PersonEvent, PersonMovement, WaitingMessage } from '../../ledger/flows/person-journey.ts'

export type ItemKind = 'stay' | 'alert' | 'document' | 'plan' | 'circle' | 'request' | 'message' | 'consent' | 'identity' | 'waiting'
export type Delivery = 'delivered' | 'partly' | 'under-way' | 'undelivered' | 'nobody' | 'held'

export interface JourneyItem {
  id: string
  at: string
  kind: ItemKind
  /** Code of the event, or the trigger of the movement. */
  type: string
  changes: string[]
  /** What it is about: `Type/<id>`. */
  about: string | null
  documentType: string | null
  flow: { id: string; controlId: string; sender: string; status: string } | null
  delivery: Delivery
  counts: Partial<Record<DeliveryStatus, number>>
}

/** What the store alone knows. */
export interface SentMessage {
  /** `Communication/<id>` */
  reference: string
  at: string
  status: string
  category: string
}

const KINDS: readonly [string, ItemKind][] = [
  ['encounter.mut', 'stay'],
  ['encounter.', 'alert'],
  ['document.', 'document'],
  ['pps.', 'plan'],
  ['cercle.', 'circle'],
  ['appui.', 'request'],
  ['snp.', 'request'],
  ['consent.', 'consent'],
]

export interface Known {
  events: readonly PersonEvent[]
  movements: readonly PersonMovement[]
  waiting: readonly WaitingMessage[]
  messages: readonly SentMessage[]
}

/** Oldest first. */
export function journeyOf({ events, movements, waiting, messages }: Known): JourneyItem[] {
  const announced = new Set(events.flatMap(({ flow, type }) => (flow === null || !type.startsWith('encounter.') ? [] : [flow.id])))
  const items = [
    ...events.map(ofEvent),
    ...movements.filter(({ id }) => !announced.has(id)).map(ofMovement),
    ...waiting.map(ofWaiting),
    ...messages.map(ofMessage),
  ]
  return items.sort((one, other) => one.at.localeCompare(other.at) || one.id.localeCompare(other.id))
}

function ofEvent({ id, type, changes, resources, at, flow, deliveries }: PersonEvent): JourneyItem {
  const kind = KINDS.find(([start]) => type.startsWith(start))?.[1] ?? 'identity'
  const { documentType = null, ...named } = flow ?? {}
  return {
    id,
    at: at.toISOString(),
    kind,
    type,
    changes,
    about: resources[0]?.split('/_history/')[0] ?? null,
    documentType,
    flow: flow === null ? null : { id: flow.id, controlId: flow.controlId, sender: flow.sender, status: flow.status, ...named },
    delivery: deliveryOf(deliveries),
    counts: deliveries,
  }
}

const ofMovement = ({ id, trigger, kind, stay, startsAt, controlId, sender, status }: PersonMovement): JourneyItem => ({
  id,
  at: startsAt.toISOString(),
  kind: 'stay',
  type: trigger,
  changes: [kind],
  about: stay,
  documentType: null,
  flow: { id, controlId, sender, status },
  delivery: 'nobody',
  counts: {},
})

const ofWaiting = ({ id, controlId, sender, status, code, receivedAt }: WaitingMessage): JourneyItem => ({
  id,
  at: receivedAt.toISOString(),
  kind: 'waiting',
  type: code ?? status,
  changes: [],
  about: null,
  documentType: null,
  flow: { id, controlId, sender, status },
  delivery: 'held',
  counts: {},
})

const ofMessage = ({ reference, at, status, category }: SentMessage): JourneyItem => ({
  id: reference,
  at,
  kind: 'message',
  type: category,
  changes: [status],
  about: reference,
  documentType: null,
  flow: null,
  delivery: status === 'completed' ? 'delivered' : status === 'not-done' || status === 'stopped' ? 'undelivered' : 'under-way',
  counts: {},
})

const OPEN: readonly DeliveryStatus[] = ['planned', 'sending', 'sent']
const HELD: readonly DeliveryStatus[] = ['waiting', 'parked']
const LOST: readonly DeliveryStatus[] = ['failed', 'unconfirmed']

export function deliveryOf(counts: Partial<Record<DeliveryStatus, number>>): Delivery {
  const sum = (statuses: readonly DeliveryStatus[]): number => statuses.reduce((all, status) => all + (counts[status] ?? 0), 0)
  const [delivered, open, held, lost] = [counts.delivered ?? 0, sum(OPEN), sum(HELD), sum(LOST)]
  if (held > 0) return 'held'
  if (lost > 0) return delivered > 0 ? 'partly' : 'undelivered'
  if (open > 0) return 'under-way'
  return delivered > 0 ? 'delivered' : 'nobody'
}
