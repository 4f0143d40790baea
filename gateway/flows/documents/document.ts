/*
  The deposit of a document, its replacement, its deletion: accepted message → resources in HAPI → event. It can be run again at any line without changing anything.
    create   a current card      replace  the same, and the predecessor is superseded      delete  everything it owns is entered-in-error; older versions stay superseded
    come after what replaces it: stored superseded, told to nobody
*/
import { CHANNELS } from '../../fanout/channels.ts'
import type { Deposit } from '../../fanout/deposit.ts'
import { readBody, type StoredMessage } from '../../ledger/acceptance/bodies.ts'
import { readStandings, settleStandings, type Standing } from '../../ledger/documents/document-standing.ts'
import type { Tx } from '../../ledger/db.ts'
import { recordEvent } from '../../ledger/deliveries/events.ts'
import { advanceLane, type LaneClaim, requireHeld } from '../../ledger/lanes/lanes.ts'
import { ownDocuments } from '../../ledger/documents/own-documents.ts'
import type { HubParts } from '../../parts.ts'
import { meetingOthers } from '../../store/meetings.ts'
import type { Put } from '../../store/shared.ts'
import { type Stored, versionsOf } from '../../store/store.ts'
import type { MappedDocument } from '../../workers/map-document.ts'
import { gainIns } from '../actors/gained-ins.ts'
import type { Entry } from '../../store/bundle.ts'
import { changedCards, withOwnCards } from './document-cards.ts'
import { type Resolved, resolveIdentities } from '../identity/identities.ts'
import { keepMade } from '../keep-made.ts'
import { tellOfLatest } from './late-version.ts'
import { withOwnStays } from '../identity/merged-stays.ts'
import { restoreMovedStays, withoutMovedStays } from '../stays/moved-stays.ts'
import { releaseHeld } from './release-held.ts'

/**
 * Runs the head of an inbound lane.
 * Throws: store.unavailable (dependency), ledger.*, hub.busy (dependency document: another lane moved a version); mapping.impossible, store.refused park the lane.
 */
export async function executeDocument(parts: HubParts, claim: LaneClaim, message: StoredMessage): Promise<void> {
  parts.breakers.of('hapi').requireUp()
  const made = await mapStoredDocument(parts, message)
  const outcome = await storeDocument(parts, made, { isAlone: claim.attempts > 0, requireHeld: () => requireHeld(parts.db, claim) })
  await gainIns(parts, { resolved: outcome.resolved, mapped: made.mapped, cause: message })
  await parts.settlements.tx('documents', async tx => {
    await settleDocument(tx, { ...made, ...outcome }, parts.keys)
    await advanceLane(tx, claim)
  })
}

/** What the mappers make of an accepted message at this moment. */
export interface MadeDocument {
  message: StoredMessage
  standings: Standing[]
  /** Those that the hub wrote itself. */
  own: ReadonlySet<string>
  mapped: MappedDocument
  /** For people who look at the journey; nothing that is stored rests on it. */
  mappedAt: Date
}

export async function mapStoredDocument({ config, db, workers }: Pick<HubParts, 'config' | 'db' | 'workers'>, message: StoredMessage): Promise<MadeDocument> {
  const bytes = await readBody(db, message.id)
  const standings = await readStandings(db, message.id)
  const mapped = await workers.run('mapDocument', {
    bytes,
    receivedAt: standings[0]?.receivedAt ?? message.receivedAt,
    standings: Object.fromEntries(standings.map(one => [one.documentId, one])),
    environment: config.environment,
    maxDocumentBytes: config.limits.maxDocumentBytes,
  })
  const mappedAt = new Date()
  const documents = standings.map(one => one.documentId)
  return { message, standings, own: await ownDocuments(db, documents), mapped, mappedAt }
}

/** 409 means that another message met the same identities: ask the ledger again who is meant, then send again. */
async function storeDocument(
  parts: HubParts,
  made: MadeDocument,
  sharing: Pick<Put, 'isAlone' | 'requireHeld'>,
): Promise<Pick<StoredDocument, 'resolved' | 'stored' | 'written'>> {
  const { resolutions, store, transactions, breakers } = parts
  const { message, mapped } = made
  const hapi = breakers.of('hapi')
  for (const binary of mapped.binaries) await hapi.run(() => store.putBinary(binary, { traceparent: message.traceparent }))
  return meetingOthers(async () => {
    const resolved = await resolutions.tx('identities', tx => resolveIdentities(tx, mapped, message))
    const written = await entriesOf(parts, made, resolved)
    const stored = await hapi.run(() => transactions.put({ entries: written, traceparent: message.traceparent, ...sharing }))
    await restoreMovedStays(parts, written)
    return { resolved, stored, written }
  })
}

/** Everything to be written for it: its own resources, and the cards of the versions beside it. */
export async function entriesOf(parts: Pick<HubParts, 'db' | 'store' | 'breakers'>, { standings, own }: MadeDocument, resolved: Resolved): Promise<Entry[]> {
  const written = await withOwnCards(parts, await withoutMovedStays(parts, await withOwnStays(parts, resolved)), { own, standings })
  return [...written, ...(await changedCards(parts, standings))]
}

export interface StoredDocument extends MadeDocument {
  resolved: Resolved
  stored: Stored[]
  written: readonly Entry[]
}

/** Everything that follows from what is stored, but its lane. */
export async function settleDocument(tx: Tx, outcome: StoredDocument, keys: HubParts['keys']): Promise<void> {
  const { message, standings, resolved } = outcome
  await settleStandings(tx, message.id, standings)
  await announce(tx, outcome, keys)
  await keepMade(tx, outcome)
  if (isUpgraded(resolved)) await releaseHeld(tx, keys, { patients: [`Patient/${resolved.patient}`], at: message.receivedAt })
}

/** The message brought what makes a known identity sure. */
const isUpgraded = ({ created, patient }: Resolved): boolean => created.some(({ id, revision }) => id === patient && revision > 1)

async function announce(tx: Tx, outcome: StoredDocument, keys: HubParts['keys']): Promise<void> {
  const { message, standings, resolved, stored } = outcome
  const patient = `Patient/${resolved.patient}`
  const known = { cause: message.id, person: keys.pseudonym(patient), patient, traceparent: message.traceparent, at: message.receivedAt }
  const [main] = standings
  if (!isTold(outcome)) return main === undefined ? undefined : tellOfLatest(tx, main, known)
  const detail = detailOf(outcome)
  const type = resolved.isConflict ? 'identite.conflit' : 'document.depose'
  await recordEvent(tx, { ...known, type, n: 1, resources: versionsOf(stored), changes: [detail.change ?? 'create'], detail, channels: [...CHANNELS] })
}

/** A conflict of identity is told whatever becomes of the document. */
const isTold = ({ standings, resolved }: StoredDocument): boolean => standings.length === 0 || resolved.isConflict || standings.some(one => one.isTold)

/** What the fan-out is told, with the ids that the ledger gave. */
function detailOf({ message, standings, own, mapped: { deposit }, resolved }: StoredDocument): Deposit {
  const [type, candidate = ''] = deposit.custodian?.split('/') ?? []
  return {
    ...deposit,
    change: standings[0]?.change ?? 'create',
    messageId: message.id,
    sender: message.sender,
    ...(own.has(deposit.documentId) ? { isOwn: true as const } : {}),
    ...(type === undefined ? {} : { custodian: `${type}/${resolved.actual.get(candidate) ?? candidate}` }),
    facts: { ...deposit.facts, ...(resolved.isConflict ? { identity: 'conflit' } : {}) },
  }
}
