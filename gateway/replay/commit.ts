/*
  The commit of one message of a replay, at its turn in the lane of its person: made again, and written only if it is what was shown. What had parked its lane is stored by it for the first time.
  Run again at any line it changes nothing: what is written already is no difference any more.
    other result of the mappers => replay.mapping_changed      other version that would still change => replay.changed      both leave the store alone
*/
import { HubError, toHubError } from '../../profiles/errors.ts'
import { writeTransaction } from '../store/bundle.ts'
import { advanceLane, type LaneClaim } from '../ledger/lanes/lanes.ts'
import { endItem, type QueuedItem, readQueued } from '../ledger/replays/replay-items.ts'
import { advancePast, parkAgain } from '../ledger/replays/replay-parked.ts'
import { undone } from '../ledger/undone.ts'
import { MET } from '../store/meetings.ts'
import type { Stored } from '../store/store.ts'
import type { HubParts } from '../parts.ts'
import { type Change, compareWithStore, writtenIn } from './compare.ts'
import { remake, type Remade } from './remake.ts'

/** Runs the head of an inbound lane that is no message. Throws: store.unavailable, hub.busy and others that are no fault of it; hub.defect where it is nothing; ledger.lease_lost once the lane is parked again. */
export async function executeReplay(parts: HubParts, claim: LaneClaim): Promise<void> {
  const item = await readQueued(parts.db, claim.entryId)
  if (item === undefined) throw new HubError('hub.defect', { path: 'message.format' })
  // Stopped meanwhile: it stays as it was shown.
  if (item.replayState !== 'committing') return leave(parts, claim, { item, ending: { state: 'shown' } })
  try {
    await commit(parts, claim, item)
  } catch (error) {
    const fault = toHubError(error)
    if (fault.dependency !== undefined || fault.code === 'ledger.lease_lost') throw fault
    const { code, path } = fault
    await leave(parts, claim, { item, ending: { state: 'refused', code, path, since: fault instanceof Changed ? fault.resources : [] } })
  }
}

interface Left {
  item: QueuedItem
  ending: Parameters<typeof endItem>[2]
}

/** Nothing was written. A lane of live messages goes on, whatever became of the replay; one that its own message had parked is parked again. */
async function leave({ db }: HubParts, claim: LaneClaim, { item: { id, messageId, parkedFor }, ending }: Left): Promise<void> {
  await db.tx(async tx => {
    await endItem(tx, id, ending)
    if (parkedFor === null) await advanceLane(tx, claim)
    else await parkAgain(tx, claim, { messageId, code: ending.code ?? parkedFor, path: ending.path })
  })
  if (parkedFor !== null) throw new HubError('ledger.lease_lost')
}

class Changed extends HubError {
  readonly resources: readonly string[]
  constructor(resources: readonly string[]) {
    super('replay.changed')
    this.resources = resources
  }
}

async function commit(parts: HubParts, claim: LaneClaim, item: QueuedItem): Promise<void> {
  parts.breakers.of('hapi').requireUp()
  const made = await remake(parts, { messageId: item.messageId, parkedFor: item.parkedFor ?? undefined }, work => undone(parts.db, work))
  if (!made.digest.equals(item.digest)) throw new HubError('replay.mapping_changed')
  const [changes = []] = await compareWithStore(parts, [made])
  // A new identity is given an id at each look: what was not there and still is not, has not changed.
  const since = changes.filter(one => isToWrite(one) && (item.seen[one.resource] ?? null) !== one.version)
  if (since.length > 0) throw new Changed(since.map(({ resource }) => resource))
  await made.reserve()
  const stored = await write(parts, made, changes)
  if (made.parkedFor !== undefined) await made.gain()
  await parts.db.tx(async tx => {
    await made.settle(tx, { stored, written: writtenIn(changes) })
    await endItem(tx, item.id, { state: 'committed' })
    await (made.parkedFor === undefined ? advanceLane(tx, claim) : advancePast(tx, claim, item.messageId))
  })
}

const isToWrite = ({ outcome }: Change): boolean => outcome === 'created' || outcome === 'changed'

/** Only what changes, each on the version that was seen. Out: everything it consists of, with the versions of now. */
async function write({ store, breakers }: HubParts, { message: { traceparent } }: Remade, changes: readonly Change[]): Promise<Stored[]> {
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
    throw MET.includes(fault.code) ? new HubError('hub.busy', { dependency: 'document', cause: fault }) : fault
  }
}
