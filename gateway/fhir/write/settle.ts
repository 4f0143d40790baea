/*
  Settles a write that the store holds: its state, its events, its identifiers, its locks, in one transaction of the ledger. Settling twice changes nothing.
*/
import { CHANNELS } from '../../fanout/channels.ts'
import { publicationOf } from '../../fanout/publication.ts'
import { settleActors } from '../../flows/actors/claims.ts'
import { keepDefaultSubscriptions } from '../../flows/circle/default-subscriptions.ts'
import { releaseHeld } from '../../flows/documents/release-held.ts'
import type { FhirResource } from 'fhir/r4.js'
import { toHubError } from '../../../profiles/errors.ts'
import { ROW_TYPES } from '../../access/rights/access-rows.ts'
import { type AuthorRow, authorRowsOf } from '../../access/rights/author-rows.ts'
import { FACT_TYPES } from '../../indicators/care-facts.ts'
import { projectAccess } from '../../ledger/rights/access.ts'
import type { Tx } from '../../ledger/db.ts'
import { recordEvent } from '../../ledger/deliveries/events.ts'
import { INTENT_CHANNEL, settleIntent } from '../../ledger/intents.ts'
import { keepOwnDocument } from '../../ledger/documents/own-documents.ts'
import { referenceOf } from './drafts.ts'
import { instantOf } from './splice.ts'
import type { Plan } from './planned.ts'
import type { SettleParts } from './parts.ts'

export interface SettledIntent {
  id: string
  plan: Plan
  traceparent: string
  storedAt: Date
}

export async function settle(parts: SettleParts, intent: SettledIntent): Promise<void> {
  const { id, plan, storedAt } = intent
  const { identifiers, claimed, events } = plan
  const authors = authorsIn(intent)
  const rights = contentOf(intent, RIGHTS)
  const isFirst =
    events.length === 0 && claimed === undefined && rights.length === 0
      ? await settleIntent(parts.db, id, { storedAt, identifiers, authors })
      : await parts.db.tx(async tx => {
          if (!(await settleIntent(tx, id, { storedAt, identifiers, authors }))) return false
          if (claimed !== undefined) await settleActors(tx, claimed)
          await openRights(tx, rights, storedAt)
          await announce(parts, tx, intent)
          await release(parts, tx, intent)
          return true
        })
  parts.db.notify(INTENT_CHANNEL)
  if (isFirst) for (const event of events) parts.metrics.happened(event.type, event.changes)
}

/**
 * Of a settlement that the ledger refuses as a whole: what it takes of it piece by piece, then the end of the write, so that nobody waits for what is refused for good.
 * Out:    what is missing now. Throws: what the end itself is refused for, and whatever means "later".
 */
export async function settleInPart(parts: SettleParts, intent: SettledIntent): Promise<string[]> {
  const { id, plan, storedAt } = intent
  const missing = ['identifiers']
  const piece = (name: string, work: (tx: Tx) => Promise<void>): Promise<void> =>
    parts.db.tx(work).catch((error: unknown) => {
      if (toHubError(error).kind === 'retry') throw error
      missing.push(name)
    })
  for (const one of contentOf(intent, RIGHTS)) await piece(one.resourceType, tx => openRights(tx, [one], storedAt))
  await piece('events', tx => announce(parts, tx, intent))
  await parts.db.tx(async tx => {
    if ((await settleIntent(tx, id, { storedAt, identifiers: [] })) && plan.claimed !== undefined) await settleActors(tx, plan.claimed)
  })
  parts.db.notify(INTENT_CHANNEL)
  await piece('held', tx => release(parts, tx, intent))
  return missing
}

async function openRights(tx: Tx, rights: FhirResource[], storedAt: Date): Promise<void> {
  await projectAccess(tx, rights)
  for (const one of rights) if (one.resourceType === 'CareTeam') await keepDefaultSubscriptions(tx, one, storedAt)
}

const release = ({ keys }: SettleParts, tx: Tx, intent: SettledIntent): Promise<void> =>
  releaseHeld(tx, keys, { patients: contentOf(intent, ['Patient']).map(({ id }) => `Patient/${id}`), at: intent.storedAt })

/** Whatever a client's Provenance points at: who presents a person that is known, or names another's resource, has written nothing of it. */
function authorsIn(intent: SettledIntent): AuthorRow[] {
  const created = intent.plan.entries.filter(entry => entry.version === 1 && entry.isJoined !== true).map(referenceOf)
  const proven = contentOf(intent, ['Provenance']).flatMap(authorRowsOf)
  return [...proven.filter(({ resource }) => created.includes(resource)), ...contentOf(intent, ['DocumentReference']).flatMap(authorRowsOf)]
}

/** Types by which rights are decided, and what indicators count. */
const RIGHTS = [...new Set([...ROW_TYPES, ...FACT_TYPES, 'Organization', 'PractitionerRole', 'Patient'])]

/** As the store has them, with their time. */
const contentOf = ({ plan, storedAt }: SettledIntent, types: readonly string[]): FhirResource[] =>
  plan.entries
    .filter(({ type }) => types.includes(type))
    .map(({ text }) => JSON.parse(text) as FhirResource)
    .map(resource => ({ ...resource, meta: { ...resource.meta, lastUpdated: instantOf(storedAt) } }))

/** In the order of persons, so that two writes never wait for each other. */
async function announce({ keys }: SettleParts, tx: Tx, { id, plan, traceparent, storedAt }: SettledIntent): Promise<void> {
  const counts = new Map<string, number>()
  const numbered = plan.events.map(event => {
    const n = (counts.get(event.type) ?? 0) + 1
    counts.set(event.type, n)
    return { ...event, n, person: keys.pseudonym(event.patient) }
  })
  for (const event of numbered.sort((left, right) => (left.person < right.person ? -1 : left.person > right.person ? 1 : 0))) {
    const { type, n, person, patient, about, changes, detail } = event
    const resources = resourcesOf(plan, about, patient)
    await recordEvent(tx, { cause: id, type, n, person, patient, resources, changes, detail, channels: [...CHANNELS], traceparent, at: storedAt })
    const publication = publicationOf({ type, detail })
    if (publication !== undefined) await keepOwnDocument(tx, { ...publication, at: storedAt })
  }
}

/** What it is about, then what else was written, but nothing of another person. */
function resourcesOf({ entries, answers }: Plan, about: string, patient: string): string[] {
  const found = answers.flatMap(answer => ('found' in answer ? [{ ...answer.found, persons: [] }] : []))
  const first = [...entries, ...found].filter(one => referenceOf(one) === about)
  const others = entries.filter(one => referenceOf(one) !== about && (one.persons.length === 0 || one.persons.includes(patient)))
  return [...first, ...others].map(one => `${referenceOf(one)}/_history/${one.version}`)
}
