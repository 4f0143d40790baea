/*
  A movement of a stay: accepted message → the stay as all its accepted movements make it → resources in HAPI → what is announced of it.
  It can be run again at any line without changing anything; whatever the order of arrival, the last one to run stores the stay whole.
*/
import { HubError } from '../../../profiles/errors.ts'
import { derivedId } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import { CHANNELS } from '../../fanout/channels.ts'
import type { Recorded } from '../../../mappers/hl7v2/adt/timeline.ts'
import { readBody, readMessage, type StoredMessage } from '../../ledger/acceptance/bodies.ts'
import type { Tx } from '../../ledger/db.ts'
import { keepDmpChoice } from '../../ledger/stays/dmp-choices.ts'
import { recordEvent } from '../../ledger/deliveries/events.ts'
import { resolveClaims } from '../../ledger/identity/identity.ts'
import { advanceLane, type LaneClaim, requireHeld } from '../../ledger/lanes/lanes.ts'
import { movementsOf, stayOfMessage } from '../../ledger/stays/movements.ts'
import { findSender } from '../../partners.ts'
import type { HubParts } from '../../parts.ts'
import type { Put } from '../../store/shared.ts'
import { type Stored, versionsOf } from '../../store/store.ts'
import type { MappedMovement } from '../../workers/map-movement.ts'
import { gainIns } from '../actors/gained-ins.ts'
import type { Entry } from '../../store/bundle.ts'
import { meetingOthers } from '../../store/meetings.ts'
import { type Resolved, resolvedOf } from '../identity/identities.ts'
import { withOwnStays } from '../identity/merged-stays.ts'
import { keepMade } from '../keep-made.ts'
import { announceMovement } from './stay-alerts.ts'

const MEETINGS = 5

/**
 * Runs the head of an inbound lane.
 * Throws: store.unavailable (dependency), ledger.*; mapping.impossible, store.refused park the lane.
 */
export async function executeMovement(parts: HubParts, claim: LaneClaim, message: StoredMessage): Promise<void> {
  parts.breakers.of('hapi').requireUp()
  const found = await stayOfMessage(parts.db, claim.entryId)
  if (found === undefined) throw new HubError('hub.defect', { path: 'movement' })
  const written = await writeStay(parts, { ...found, message, sharing: { isAlone: claim.attempts > 0, requireHeld: () => requireHeld(parts.db, claim) } })
  await gainIns(parts, { ...written, cause: message })
  await parts.settlements.tx(written.resolved.patient, async tx => {
    await settleStay(parts, tx, { message, stay: found.stay, ...written })
    await advanceLane(tx, claim)
  })
}

interface Writing {
  message: StoredMessage
  stay: string
  /** Its movements, in the order of their arrival. */
  records: readonly Recorded[]
  sharing?: Pick<Put, 'isAlone' | 'requireHeld'>
}

/** What another lane accepted and stored while this one was writing must not be written over: it is mapped in, and written again. */
async function writeStay(parts: HubParts, writing: Writing): Promise<Omit<StoredStay, 'message' | 'stay'>> {
  const { message, stay } = writing
  let { records } = writing
  for (let round = 1; ; round += 1) {
    const mapped = await mapStay(parts, message, { stay, records })
    const mappedAt = new Date()
    const stored = await storeStay(parts, mapped, writing)
    const now = await movementsOf(parts.db, stay)
    if (now.length === records.length || round === MEETINGS) return { records, mapped, mappedAt, ...stored }
    records = now
  }
}

/** The stay as all its movements make it, told by one of them. */
export async function mapStay(
  { config, db, workers }: Pick<HubParts, 'config' | 'db' | 'workers'>,
  message: StoredMessage,
  { stay, records }: { stay: string; records: readonly Recorded[] },
): Promise<MappedMovement> {
  const sender = findSender(config, message.sender)
  return workers.run('mapMovement', {
    bytes: await readBody(db, message.id),
    messageId: message.id,
    stay,
    records,
    sender: { id: message.sender, ...(sender?.finess === undefined ? {} : { finess: sender.finess }) },
    zbe: sender?.zbe ?? 'strict',
    receivedAt: message.receivedAt,
    environment: config.environment,
  })
}

/** 409 means that another message met the same identities: ask the ledger again who is meant, then send again. */
async function storeStay(
  parts: HubParts,
  mapped: MappedMovement,
  { message, stay, sharing }: Writing,
): Promise<Pick<StoredStay, 'resolved' | 'stored' | 'written'>> {
  return meetingOthers(async () => {
    const resolved = await parts.resolutions.tx('identities', tx => resolveStay(tx, mapped, { message, stay }))
    const written = await withOwnStays(parts, resolved)
    const stored = await parts.breakers.of('hapi').run(() => parts.transactions.put({ entries: written, traceparent: message.traceparent, ...sharing }))
    return { resolved, stored, written }
  })
}

/** In a transaction of its own. */
export async function resolveStay(tx: Tx, mapped: MappedMovement, { message, stay }: { message: StoredMessage; stay: string }): Promise<Resolved> {
  const resolutions = await resolveClaims(tx, mapped.claims, { cause: message.id, document: stay })
  const person = resolutions.find(one => one.candidateId === mapped.patient)?.id ?? ''
  const chosen: Entry[] = []
  const ids = new Map<string, string>()
  for (const { entry, ...choice } of mapped.choices) {
    ids.set(entry.id, derivedId('Consent', `Patient/${person}`, choice.nature))
    if (await keepDmpChoice(tx, { patient: `Patient/${person}`, choice, message })) chosen.push(entry)
  }
  const entries = [...mapped.entries, ...chosen]
  return resolvedOf(resolutions, { patient: mapped.patient, entries, source: `Encounter/${stay}`, ids }, message)
}

/** Stores a stay as its movements make it, whoever has written it since. */
export async function storeStayAgain(parts: HubParts, stay: string): Promise<void> {
  const records = await movementsOf(parts.db, stay)
  const last = records.at(-1)?.messageId
  const message = last === undefined ? undefined : await readMessage(parts.db, last)
  if (message !== undefined) await writeStay(parts, { message, stay, records })
}

export interface StoredStay {
  message: StoredMessage
  stay: string
  /** Its movements as they were mapped, in the order of their arrival. */
  records: readonly Recorded[]
  mapped: MappedMovement
  /** For people who look at the journey; nothing that is stored rests on it. */
  mappedAt: Date
  resolved: Resolved
  stored: Stored[]
  written: readonly Entry[]
}

/** Everything that follows from what is stored, but its lane. */
export async function settleStay({ config, keys }: Pick<HubParts, 'config' | 'keys'>, tx: Tx, outcome: StoredStay): Promise<void> {
  const { message, stay, records, mapped, resolved, stored } = outcome
  const patient = `Patient/${resolved.patient}`
  const resources = versionsOf(stored, 'Encounter')
  const told = { cause: message.id, person: keys.pseudonym(patient), patient, resources, channels: [...CHANNELS], traceparent: message.traceparent }
  const structure = `Organization/${resolved.actual.get(mapped.structure) ?? mapped.structure}`
  if (resolved.isConflict) await recordEvent(tx, { ...told, type: 'identite.conflit', n: 1, changes: ['create'], detail: null, at: message.receivedAt })
  else await announceMovement(tx, { told, stay, structure, records, sentences: mapped.sentences, message, graceSeconds: config.limits.alertGraceSeconds })
  await keepMade(tx, outcome)
}
