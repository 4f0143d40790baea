/*
  One subscription as planning and sending see it: what it asks for, and how the event it may be told of looks to it.
*/
import type { FhirResource, Patient, Subscription } from 'fhir/r4.js'
import { project, type View } from '../../../mappers/projection/projection.ts'
import { isEventCode } from '../../../profiles/events/event-types.ts'
import type { Level } from '../../../profiles/tables/decisions.ts'
import { UNNAMED_TOPICS } from '../../../profiles/tables/subscription-topics.ts'
import { HubError } from '../../../profiles/errors.ts'
import { fhirBase } from '../../base-url.ts'
import { softwareOf } from '../../access/callers/actor.ts'
import { allows } from '../../access/callers/scopes.ts'
import type { ClientConfig, HubConfig } from '../../config.ts'
import { type AskedSubscription, readAsked } from '../../fhir/subscription/channel.ts'
import { matches } from '../../fhir/subscription/matches.ts'
import { askText } from '../../fhir/write/current.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import type { StoredSubscription } from '../../ledger/deliveries/subscriptions.ts'
import type { Store } from '../../store/store.ts'

/** What the client asked for, read again from its own words. */
export function askedOf(config: HubConfig, { resource }: Pick<StoredSubscription, 'resource'>): AskedSubscription {
  return readAsked(JSON.parse(resource) as Subscription, { baseUrl: fhirBase(config), now: new Date() }).asked
}

/** The client as it is registered at this moment: undefined for one that left, or is out for its certificate. */
export const clientBehind = ({ clients }: HubConfig, { client }: Pick<StoredSubscription, 'client'>): ClientConfig | undefined =>
  clients.find(one => one.clientId === client && one.certificate !== 'expired')

/** `CarePlan/<id>/_history/<n>`: what the event is about, or the first of the type asked for; nothing of topics that name nothing. */
export function focusOf({ interest }: Pick<AskedSubscription, 'interest'>, { type, resources }: Pick<StoredEvent, 'type' | 'resources'>): string | undefined {
  if (interest.type !== undefined) return resources.find(one => one.startsWith(`${interest.type}/`))
  return isEventCode(type) && UNNAMED_TOPICS.includes(type) ? undefined : resources[0]
}

/** A plain criterion wants a resource of its type; a topic any event of its own. */
export const isAsked = (asked: AskedSubscription, event: StoredEvent): boolean => asked.interest.type === undefined || focusOf(asked, event) !== undefined

/** JSON text of a version, as the store holds it. Throws: store.not_found, store.unavailable. */
export async function readVersion(store: Store, reference: string, traceparent: string): Promise<string> {
  return askText(store, { method: 'GET', path: reference, headers: { accept: 'application/fhir+json' } }, { traceparent })
}

export interface Picture {
  /** JSON text of what the event is about. */
  focus: string | undefined
  patient: Patient | undefined
  /** Everybody who is one with the person of the event, as `Patient/<id>`s. */
  persons: readonly string[]
}

/** What the store must be asked for to judge its conditions. */
export function needsPicture({ interest }: AskedSubscription): boolean {
  return interest.conditions.some(({ name }) => name !== 'patient' && name !== 'subject')
}

/** Does the event meet its conditions, as this level shows it? At `aucun` nobody is told, so the whole counts. */
export function isMet(asked: AskedSubscription, event: StoredEvent, { picture, level, view }: { picture: Picture; level: Level; view: View }): boolean {
  return matches(asked.interest.conditions, {
    resource: shownAs(picture.focus === undefined ? undefined : (JSON.parse(picture.focus) as FhirResource), level, view),
    patient: shownAs(picture.patient, level, view),
    persons: picture.persons,
    now: event.at,
  })
}

function shownAs<R extends FhirResource>(resource: R | undefined, level: Level, view: View): R | undefined {
  if (resource === undefined || level === 'complet' || level === 'aucun') return resource
  return project(resource, level, view) as R | undefined
}

/** JSON text as this level shows it; undefined where it shows nothing, or the client has no scope to read it. */
export function tellable(client: ClientConfig, { text, level, view }: { text: string; level: Level; view: View }): string | undefined {
  const resource = JSON.parse(text) as FhirResource
  if (level === 'aucun' || !allows(softwareOf(client), resource.resourceType, 'r')) return undefined
  if (level === 'complet') return text
  const shown = project(resource, level, view)
  return shown === undefined ? undefined : JSON.stringify(shown)
}

/** `Subscription/<id>` */
export const actionOf = (id: string): string => `Subscription/${id}`

export const isToSubscriber = ({ action }: { action: string }): boolean => action.startsWith('Subscription/')

/** Throws: hub.defect. */
export function subscriptionIdOf({ action }: { action: string }): string {
  const id = /^Subscription\/(.+)$/.exec(action)?.[1]
  if (id === undefined) throw new HubError('hub.defect', { path: 'delivery.action' })
  return id
}
