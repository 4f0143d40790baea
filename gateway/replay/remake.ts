/*
  A stored message made again by today's mappers, up to the point where it would be written. Nothing is decided here about what is stored.
    a document           as its flow makes it, standing among its versions as it stands now
    a movement           the last one of its stay: it tells the stay whole
    anything else        is a decision of its moment (a change of identity, a report) and is not made again
*/
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Finding } from '../../mappers/mapper.ts'
import { HubError } from '../../profiles/errors.ts'
import { entriesOf, mapStoredDocument, settleDocument } from '../flows/document.ts'
import type { Entry } from '../flows/bundle.ts'
import { type Resolved, resolveIdentities } from '../flows/identities.ts'
import { keepStay, mapStay, resolveStay } from '../flows/stay.ts'
import { hasBody, readMessage, type StoredMessage } from '../ledger/bodies.ts'
import type { Tx } from '../ledger/db.ts'
import { movementsOf, stayOfMessage } from '../ledger/movements.ts'
import type { HubParts } from '../parts.ts'
import type { Stored } from '../store/store.ts'
import type { LargeBinary } from '../workers/serialised.ts'

export type ReplayParts = Pick<HubParts, 'config' | 'db' | 'store' | 'workers' | 'breakers' | 'keys' | 'metrics' | 'log' | 'connectors'>

export interface Remade {
  message: StoredMessage
  mapper: { name: string; version: number }
  findings: Finding[]
  entries: Entry[]
  binaries: LargeBinary[]
  /** Of all that was made, whatever ids new identities were given. */
  digest: Buffer
  /** Takes the new identities for good. Throws: hub.busy (dependency document) where somebody else took them meanwhile. */
  reserve(): Promise<void>
  /** What follows once it is stored, but the lane. */
  settle(tx: Tx, stored: Stored[]): Promise<void>
}

/** Runs in a transaction: of a dry run one that leaves nothing behind. */
export type Within = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** Throws: replay.not_stored, replay.not_mapped, replay.overtaken, replay.body_gone; what mapping throws. */
export async function remake(parts: ReplayParts, messageId: string, within: Within): Promise<Remade> {
  const message = await readMessage(parts.db, messageId)
  if (message?.storedAt === undefined) throw new HubError('replay.not_stored')
  if (!(await hasBody(parts.db, message.id))) throw new HubError('replay.body_gone')
  switch (message.format) {
    case 'hl7v2':
      return remakeDocument(parts, message, within)
    case 'hl7v2-movement':
      return remakeStay(parts, message, within)
    default:
      throw new HubError('replay.not_mapped')
  }
}

async function remakeDocument(parts: ReplayParts, message: StoredMessage, within: Within): Promise<Remade> {
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
    reserve: () => reserve(resolved, () => parts.db.tx(tx => resolveIdentities(tx, mapped, message))),
    settle: (tx, stored) => settleDocument(tx, { ...made, resolved, stored }, parts.keys),
  }
}

async function remakeStay(parts: ReplayParts, message: StoredMessage, within: Within): Promise<Remade> {
  const stay = await stayOfMessage(parts.db, message.id)
  if (stay === undefined) throw new HubError('replay.not_mapped')
  const records = await movementsOf(parts.db, stay)
  if (records.at(-1)?.messageId !== message.id) throw new HubError('replay.overtaken')
  const mapped = await mapStay(parts, message, { stay, records })
  const mappedAt = new Date()
  const resolved = await within(tx => resolveStay(tx, mapped, { message, stay }))
  return {
    message,
    mapper: mapped.mapper,
    findings: mapped.findings,
    entries: resolved.entries,
    binaries: [],
    digest: digestOf(resolved, resolved.entries, []),
    reserve: () => reserve(resolved, () => parts.db.tx(tx => resolveStay(tx, mapped, { message, stay }))),
    // What a movement announces is decided once, when it comes.
    settle: (tx, stored) => keepStay(tx, { message, stay, mapped, mappedAt, resolved, stored }),
  }
}

async function reserve(seen: Resolved, resolve: () => Promise<Resolved>): Promise<void> {
  if (!isDeepStrictEqual((await resolve()).created, seen.created)) throw new HubError('hub.busy', { path: 'identity', dependency: 'document' })
}

function digestOf({ created }: Resolved, entries: readonly Entry[], binaries: readonly LargeBinary[]): Buffer {
  const hash = createHash('sha256')
  const names = created.map(({ id }, n) => [id, `new identity ${n}`] as const)
  for (const { type, json } of entries) {
    const text = Buffer.from(json).toString('utf8')
    hash.update(`${type}\n${names.reduce((now, [id, name]) => now.replaceAll(id, name), text)}\n`)
  }
  for (const { id, contentType, bytes } of binaries) hash.update(`${id}\n${contentType}\n`).update(bytes)
  return hash.digest()
}
