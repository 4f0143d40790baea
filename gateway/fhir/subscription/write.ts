/*
  Creates, replaces and deletes the subscriptions of a client; each client has its own, and knows of no other.
*/
import { randomUUID } from 'node:crypto'
import type { Subscription } from 'fhir/r4.js'
import { checkEndpoint } from '../../../connectors/subscription/guard.ts'
import { stated } from '../../../mappers/cda/datatypes.ts'
import { ERRORS, HubError, textsOf, toHubError } from '../../../profiles/errors.ts'
import type { Issue, IssueCode } from '../../../profiles/issues.ts'
import type { SubscriptionConfig } from '../../../connectors/subscription/config.ts'
import type { Actor } from '../../access/callers/actor.ts'
import type { Db } from '../../ledger/db.ts'
import {
  moveSubscription,
  readSubscription,
  type StoredSubscription,
  subscriptionsOf,
  wakeLanesOf,
  writeSubscription,
} from '../../ledger/deliveries/subscriptions.ts'
import { isSameContent, spliced } from '../write/splice.ts'
import { type AskedSubscription, readAsked } from './channel.ts'

export interface SubscriptionParts {
  db: Db
  endpoints: SubscriptionConfig
  /** How many one client may have. */
  most: number
  baseUrl(): string
  /** `Organization/<id>` the client works for. */
  structureOf(actor: Actor): Promise<string | undefined>
}

export interface Body {
  text: string
  resource: Subscription
}

/** Throws: fhir.invalid with every fault, fhir.business_rule. */
export async function createSubscription(parts: SubscriptionParts, actor: Actor, body: Body): Promise<StoredSubscription> {
  const asked = await requireSound(parts, body)
  const written = await write(parts, actor, { id: randomUUID(), asked, text: body.text, replaced: 0 })
  if (written === undefined) throw new RangeError('a subscription that was not written')
  return written
}

/** Throws: store.not_found, fhir.deleted, store.version_conflict, fhir.invalid, fhir.business_rule. */
export async function replaceSubscription(
  parts: SubscriptionParts,
  actor: Actor,
  { id, ifMatch, ...body }: Body & { id: string; ifMatch: string | undefined },
): Promise<StoredSubscription> {
  const current = await requireOwn(parts, actor, id)
  if (ifMatch !== undefined && ifMatch !== String(current.version))
    throw new HubError('store.version_conflict', { path: 'Subscription', version: String(current.version) })
  const asked = await requireSound(parts, body)
  const rests = current.status === 'error' || (current.status === 'off') !== asked.isOff
  if (!rests && isSameContent(withoutState(current.resource), withoutState(body.text))) return current
  // Somebody else was faster, the hub itself perhaps: judged again on what stands now.
  return (await write(parts, actor, { id, asked, text: body.text, replaced: current.version })) ?? replaceSubscription(parts, actor, { id, ifMatch, ...body })
}

/** What was queued for it is stopped at once. One that is deleted already stays so. Throws: store.not_found. */
export async function deleteSubscription(parts: SubscriptionParts, actor: Actor, id: string): Promise<void> {
  const current = await findOwn(parts, actor, id)
  if (current === undefined) throw new HubError('store.not_found')
  await parts.db.tx(async tx => {
    await moveSubscription(tx, id, { from: ['requested', 'active', 'error', 'off'], to: 'deleted' })
    await wakeLanesOf(tx, id)
  })
}

/** Throws: store.not_found, fhir.deleted. */
export async function requireOwn(parts: SubscriptionParts, actor: Actor, id: string): Promise<StoredSubscription> {
  const found = await findOwn(parts, actor, id)
  if (found === undefined) throw new HubError('store.not_found')
  if (found.status === 'deleted') throw new HubError('fhir.deleted')
  return found
}

/** A subscription belongs to the software that made it; who uses that software has none of his own. */
export async function ownSubscriptions({ db }: SubscriptionParts, { clientId, context = 'system' }: Actor): Promise<StoredSubscription[]> {
  return context === 'system' ? subscriptionsOf(db, clientId) : []
}

async function findOwn({ db }: SubscriptionParts, { clientId, context = 'system' }: Actor, id: string): Promise<StoredSubscription | undefined> {
  if (context !== 'system' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined
  const found = await readSubscription(db, id)
  return found?.client === clientId ? found : undefined
}

async function write(
  parts: SubscriptionParts,
  actor: Actor,
  { id, asked, text, replaced }: { id: string; asked: AskedSubscription; text: string; replaced: number },
): Promise<StoredSubscription | undefined> {
  const holder = await parts.structureOf(actor)
  if (holder === undefined) throw new HubError('fhir.business_rule', { issues: [noStructure()] })
  const { interest, isOff, heartbeatSeconds, endsAt } = asked
  return parts.db.tx(async tx => {
    // One after another: those who ask side by side would all be counted before any is written.
    if (replaced === 0) await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`subscription ${actor.clientId}`])
    if (replaced === 0 && (await subscriptionsOf(tx, actor.clientId)).length >= parts.most) throw new HubError('fhir.business_rule', { issues: [tooMany()] })
    const subscription = {
      id,
      client: actor.clientId,
      holder,
      status: isOff ? ('off' as const) : ('requested' as const),
      events: [...interest.events],
      resource: withoutState(text),
      ...stated({ patient: interest.patient, heartbeatSeconds, endsAt }),
    }
    const written = await writeSubscription(tx, subscription, replaced)
    if (written !== undefined) await wakeLanesOf(tx, id)
    return written
  })
}

/** What the hub says of it, not its client. */
const withoutState = (text: string): string => spliced(text, { id: undefined, meta: undefined, status: '"requested"', error: undefined })

/** Form, criteria and channel, and whither the endpoint leads; a name that leads nowhere yet shows at the handshake. */
async function requireSound({ endpoints, baseUrl }: SubscriptionParts, { resource }: Body): Promise<AskedSubscription> {
  const { asked, issues } = readAsked(resource, { baseUrl: baseUrl(), now: new Date() })
  if (asked.endpoint !== '') issues.push(...(await endpointIssues(asked.endpoint, endpoints)))
  if (issues.length > 0) throw new HubError('fhir.invalid', { issues })
  return asked
}

async function endpointIssues(endpoint: string, endpoints: SubscriptionConfig): Promise<Issue[]> {
  try {
    await checkEndpoint(endpoint, endpoints)
    return []
  } catch (error) {
    const { code, kind } = toHubError(error)
    if (kind === 'retry') return []
    const { en, fr = en } = textsOf(code)
    return [{ severity: 'error', code: ERRORS[code].issue as IssueCode, rule: code, expression: 'Subscription.channel.endpoint', text: { en, fr } }]
  }
}

function tooMany(): Issue {
  const text = { en: 'This client has as many subscriptions as it may have.', fr: 'Ce client a autant d’abonnements qu’il peut en avoir.' }
  return { severity: 'error', code: 'too-costly', rule: 'subscription.too-many', expression: 'Subscription', text }
}

function noStructure(): Issue {
  const text = {
    en: 'The client works for no structure, so nothing may be told to it.',
    fr: 'Le client ne dépend d’aucune structure : rien ne peut lui être notifié.',
  }
  return { severity: 'error', code: 'business-rule', rule: 'subscription.structure', expression: 'Subscription', text }
}
