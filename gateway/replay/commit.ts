/*
  The commit of one message of a replay, at its turn in the lane of its person: made again, and written only if it is what was shown.
  Run again at any line it changes nothing: what is written already is no difference any more.
    other result of the mappers => replay.mapping_changed      other version that would still change => replay.changed      both leave the store alone
*/
import { HubError, toHubError } from '../../profiles/errors.ts'
import { writeTransaction } from '../flows/bundle.ts'
import type { Tx } from '../ledger/db.ts'
import { advanceLane, type LaneClaim } from '../ledger/lanes.ts'
import { endItem, type QueuedItem, readQueued } from '../ledger/replay-items.ts'
import { undone } from '../ledger/undone.ts'
import type { Stored } from '../store/store.ts'
import { type Change, compareWithStore } from './compare.ts'
import { remake, type Remade, type ReplayParts } from './remake.ts'

/** Runs the head of an inbound lane that is no message. Throws: store.unavailable, hub.busy and others that are no fault of it; hub.defect where it is nothing. */
export async function executeReplay(parts: ReplayParts, claim: LaneClaim): Promise<void> {
  const item = await readQueued(parts.db, claim.entryId)
  if (item === undefined) throw new HubError('hub.defect', { path: 'message.format' })
  // Stopped meanwhile: it stays as it was shown.
  if (item.replayState !== 'committing') return end(parts, claim, tx => endItem(tx, item.id, { state: 'shown' }))
  try {
    await commit(parts, claim, item)
  } catch (error) {
    const fault = toHubError(error)
    if (fault.dependency !== undefined || fault.code === 'ledger.lease_lost') throw fault
    // Whatever becomes of it, its lane is that of live messages: it never parks it.
    await end(parts, claim, tx =>
      endItem(tx, item.id, { state: 'refused', code: fault.code, path: fault.path, since: fault instanceof Changed ? fault.resources : [] }),
    )
  }
}

class Changed extends HubError {
  readonly resources: readonly string[]
  constructor(resources: readonly string[]) {
    super('replay.changed')
    this.resources = resources
  }
}

async function commit(parts: ReplayParts, claim: LaneClaim, item: QueuedItem): Promise<void> {
  parts.breakers.of('hapi').requireUp()
  const made = await remake(parts, item.messageId, work => undone(parts.db, work))
  if (!made.digest.equals(item.digest)) throw new HubError('replay.mapping_changed')
  const changes = await compareWithStore(parts, made)
  const since = changes.filter(one => isToWrite(one) && item.seen[one.resource] !== one.version)
  if (since.length > 0) throw new Changed(since.map(({ resource }) => resource))
  await made.reserve()
  const stored = await write(parts, made, changes)
  await end(parts, claim, async tx => {
    await made.settle(tx, stored)
    await endItem(tx, item.id, { state: 'committed' })
  })
}

const isToWrite = ({ outcome }: Change): boolean => outcome === 'created' || outcome === 'changed'

const CROSSED: ReadonlySet<string> = new Set(['store.conflict', 'store.version_conflict'])

/** Only what changes, each on the version that was seen. Out: everything it consists of, with the versions of now. */
async function write({ store, breakers }: ReplayParts, { message: { traceparent } }: Remade, changes: readonly Change[]): Promise<Stored[]> {
  const hapi = breakers.of('hapi')
  const entries = changes.flatMap(({ entry, version, ...one }) =>
    entry === undefined || !isToWrite({ ...one, version }) ? [] : [version === null ? entry : { ...entry, ifMatch: version }],
  )
  try {
    for (const { binary, ...one } of changes) if (binary !== undefined && isToWrite(one)) await hapi.run(() => store.putBinary(binary, { traceparent }))
    const written = entries.length === 0 ? [] : (await hapi.run(() => store.transaction(writeTransaction(entries), { traceparent }))).entries
    const byName = new Map(written.map(one => [`${one.type}/${one.id}`, one]))
    return changes.flatMap(({ resource, entry, version }) =>
      entry === undefined ? [] : [byName.get(resource) ?? { type: entry.type, id: entry.id, versionId: version ?? '1', status: 200 }],
    )
  } catch (error) {
    const fault = toHubError(error)
    // Somebody wrote between the look and the write: looked at again.
    throw CROSSED.has(fault.code) ? new HubError('hub.busy', { dependency: 'document', cause: fault }) : fault
  }
}

const end = ({ db }: ReplayParts, claim: LaneClaim, work: (tx: Tx) => Promise<void>): Promise<void> =>
  db.tx(async tx => {
    await work(tx)
    await advanceLane(tx, claim)
  })
