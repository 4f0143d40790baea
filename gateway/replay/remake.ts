/*
  A message made again by today's mappers, up to the point where it would be written. Nothing is decided here about what is stored.
    a document           as its flow makes it, standing among its versions as it stands now
    a movement           the last one of its stay: it tells the stay whole
    what parks a lane    made as for the first time, so all that follows of it follows; of a stay whatever came later is told with it
    anything else        a change of identity and a report are of their moment: why they are not made again is said
*/
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Finding } from '../../mappers/mapper.ts'
import { HubError } from '../../profiles/errors.ts'
import { gainIns } from '../flows/actors/gained-ins.ts'
import { entriesOf, mapStoredDocument, settleDocument } from '../flows/documents/document.ts'
import type { Entry } from '../store/bundle.ts'
import { type Resolved, resolveIdentities } from '../flows/identity/identities.ts'
import { keepMade } from '../flows/keep-made.ts'
import { mapStay, resolveStay, settleStay, type StoredStay } from '../flows/stays/stay.ts'
import { hasBody, readMessage, type StoredMessage } from '../ledger/acceptance/bodies.ts'
import type { Tx } from '../ledger/db.ts'
import { stayOfMessage } from '../ledger/stays/movements.ts'
import { standingOf } from '../ledger/replays/replay-parked.ts'
import type { HubParts } from '../parts.ts'
import type { Stored } from '../store/store.ts'
import type { BinaryPut } from '../store/store.ts'

export interface Remade {
  message: StoredMessage
  mapper: { name: string; version: number }
  findings: Finding[]
  entries: Entry[]
  binaries: BinaryPut[]
  /** Of all that was made, whatever ids new identities were given. */
  digest: Buffer
  /** Of a message that is not stored: the code its lane is parked with. */
  parkedFor?: string | undefined
  /** Takes the new identities for good. Throws: hub.busy (dependency document) where somebody else took them meanwhile. */
  reserve(): Promise<void>
  /** What a first storing brings to people who are known already. */
  gain(): Promise<void>
  /** What follows once it is stored, but the lane. */
  settle(tx: Tx, outcome: Outcome): Promise<void>
}

/** Everything it consists of, with the versions of now, and of that what nobody else wrote. */
export interface Outcome {
  stored: Stored[]
  written: Entry[]
}

/** Runs in a transaction: of a dry run one that leaves nothing behind. */
export type Within = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** Why a message that is not stored is not replayed either. */
const NOT_STORED = { refused: 'replay.refused_message', 'set-aside': 'replay.set_aside', waiting: 'replay.not_stored' } as const

/** In: `parkedFor` where it is known to be its turn in the lane that it parks. Throws: replay.* for what is not made again; what mapping throws. */
export async function remake(parts: HubParts, asked: { messageId: string; parkedFor?: string | undefined }, within: Within): Promise<Remade> {
  const message = await readMessage(parts.db, asked.messageId)
  if (message === undefined) throw new HubError('replay.body_gone')
  if (message.format === 'mail') throw new HubError('replay.report')
  if (message.format === 'hl7v2-identity') throw new HubError('replay.identity_change')
  const parkedFor = asked.parkedFor ?? (await parkedWith(parts.db, message.id))
  if (!(await hasBody(parts.db, message.id))) throw new HubError('replay.body_gone')
  if (message.format === 'hl7v2') return remakeDocument(parts, { message, parkedFor }, within)
  if (message.format === 'hl7v2-movement') return remakeStay(parts, { message, parkedFor }, within)
  throw new HubError('replay.not_mapped')
}

/** Out: undefined for a message that is stored. */
async function parkedWith(tx: Tx, messageId: string): Promise<string | undefined> {
  const standing = (await standingOf(tx, messageId)) ?? { state: 'waiting' }
  if (standing.state === 'stored') return undefined
  if (standing.state === 'parked') return standing.code
  throw new HubError(NOT_STORED[standing.state])
}

interface Asked {
  message: StoredMessage
  parkedFor: string | undefined
}

async function remakeDocument(parts: HubParts, { message, parkedFor }: Asked, within: Within): Promise<Remade> {
  const made = await mapStoredDocument(parts, message)
  const { mapped } = made
  const resolved = await within(tx => resolveIdentities(tx, mapped, message))
  const entries = await entriesOf(parts, made, resolved)
  return {
    message,
    mapper: mapped.mapper,
    findings: mapped.findings,
    entries,
    binaries: mapped.binaries,
    digest: digestOf(resolved, entries, mapped.binaries),
    parkedFor,
    reserve: () => reserve(resolved, () => parts.db.tx(tx => resolveIdentities(tx, mapped, message))),
    gain: () => gainIns(parts, { resolved, mapped, cause: message }),
    settle: (tx, outcome) => settleDocument(tx, { ...made, resolved, ...outcome }, parts.keys),
  }
}

async function remakeStay(parts: HubParts, { message, parkedFor }: Asked, within: Within): Promise<Remade> {
  const found = await stayOfMessage(parts.db, message.id)
  if (found === undefined) throw new HubError('replay.not_mapped')
  const { stay, records } = found
  if (parkedFor === undefined && records.at(-1)?.messageId !== message.id) throw new HubError('replay.overtaken')
  const mapped = await mapStay(parts, message, { stay, records })
  const mappedAt = new Date()
  const resolved = await within(tx => resolveStay(tx, mapped, { message, stay }))
  // What a movement announces is decided once, when it is stored first.
  const settle = parkedFor === undefined ? keepMade : (tx: Tx, outcome: StoredStay): Promise<void> => settleStay(parts, tx, outcome)
  return {
    message,
    mapper: mapped.mapper,
    findings: mapped.findings,
    entries: resolved.entries,
    binaries: [],
    digest: digestOf(resolved, resolved.entries, []),
    parkedFor,
    reserve: () => reserve(resolved, () => parts.db.tx(tx => resolveStay(tx, mapped, { message, stay }))),
    gain: () => gainIns(parts, { resolved, mapped, cause: message }),
    settle: (tx, outcome) => settle(tx, { message, stay, records, mapped, mappedAt, resolved, ...outcome }),
  }
}

/** Where nobody is new there is nothing to take. */
async function reserve(seen: Resolved, resolve: () => Promise<Resolved>): Promise<void> {
  if (seen.created.length === 0) return
  if (!isDeepStrictEqual((await resolve()).created, seen.created)) throw new HubError('hub.busy', { path: 'identity', dependency: 'document' })
}

function digestOf({ created }: Resolved, entries: readonly Entry[], binaries: readonly BinaryPut[]): Buffer {
  const hash = createHash('sha256')
  const names = created.map(({ id }, n) => [id, `new identity ${n}`] as const)
  for (const { type, json } of entries) {
    const text = Buffer.from(json).toString('utf8')
    hash.update(`${type}\n${names.reduce((now, [id, name]) => now.replaceAll(id, name), text)}\n`)
  }
  for (const { id, contentType, bytes } of binaries) hash.update(`${id}\n${contentType}\n`).update(bytes)
  return hash.digest()
}
