/*
  An event of the ledger as a CloudEvent (1.0, structured JSON): identifiers and references only, no clinical content, no traits.
    key = pseudonym of the person; headers content-type, traceparent
*/
import { HubError } from '../../profiles/errors.ts'
import { EVENT_SOURCE, eventType, isEventCode } from '../../profiles/events/event-types.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'
import { type BusMessage, EVENTS_TOPIC } from './bus.ts'

/** What is told of an event of the ledger; its detail for people stays there. */
export type HubEvent = Pick<StoredEvent, 'id' | 'type' | 'person' | 'patient' | 'sequence' | 'cause' | 'resources' | 'changes' | 'traceparent' | 'at'>

export interface CloudEvent {
  specversion: '1.0'
  id: string
  source: string
  type: string
  subject: string
  time: string
  datacontenttype: 'application/json'
  sequence: number
  data: { resources: string[]; cause: string; changes: string[] }
}

export function toCloudEvent(event: HubEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: event.id,
    source: EVENT_SOURCE,
    type: eventType(event.type),
    subject: event.patient,
    time: event.at.toISOString(),
    datacontenttype: 'application/json',
    sequence: event.sequence,
    data: { resources: event.resources, cause: event.cause, changes: event.changes },
  }
}

/** The record of an event; a partner's topic carries the same. */
export function toBusMessage(event: HubEvent, topic: string = EVENTS_TOPIC): BusMessage {
  return {
    topic,
    key: event.person,
    value: JSON.stringify(toCloudEvent(event)),
    headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8', traceparent: event.traceparent },
  }
}

/**
 * Reads a record of hub.events.
 * Throws: fhir.request with the attribute that is not as announced; such a record can never be taken.
 */
export function readCloudEvent(value: Uint8Array): CloudEvent {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(value).toString('utf8'))
  } catch (cause) {
    throw new HubError('fhir.request', { path: 'event', cause })
  }
  const event = requireShape(json)
  const code = /^fr\.e-parcours\.(.+)\.v1$/.exec(event.type)?.[1]
  if (event.specversion !== '1.0') throw new HubError('fhir.request', { path: 'event.specversion' })
  if (code === undefined || !isEventCode(code)) throw new HubError('fhir.request', { path: 'event.type' })
  return event
}

function requireShape(json: unknown): CloudEvent {
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
  const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText)
  const require = (holds: boolean, path: string): void => {
    if (!holds) throw new HubError('fhir.request', { path })
  }
  require(typeof json === 'object' && json !== null, 'event')
  const event = json as CloudEvent
  for (const name of ['id', 'source', 'type', 'subject', 'time'] as const) require(isText(event[name]), `event.${name}`)
  require(Number.isSafeInteger(event.sequence) && event.sequence > 0, 'event.sequence')
  require(typeof event.data === 'object' && event.data !== null, 'event.data')
  require(isText(event.data.cause) && isTexts(event.data.resources) && isTexts(event.data.changes), 'event.data')
  return event
}
