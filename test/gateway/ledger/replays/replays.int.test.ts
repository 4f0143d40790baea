import { beforeEach, describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import type { Db } from '../../../../gateway/ledger/db.ts'
import { lastActOn } from '../../../../gateway/ledger/lanes/lane-repairs.ts'
import { claimLanes, type LaneClaim, parkLane, resumeLane } from '../../../../gateway/ledger/lanes/lanes.ts'
import { closeCommitted, endItem, feedLanes, findItems, readQueued, saveShown } from '../../../../gateway/ledger/replays/replay-items.ts'
import { advancePast, parkAgain, standingOf } from '../../../../gateway/ledger/replays/replay-parked.ts'
import {
  beginCommit,
  closeComputed,
  createReplay,
  isReplaying,
  pendingItems,
  readReplay,
  type ReplayState,
  stopReplay,
} from '../../../../gateway/ledger/replays/replays.ts'
import { undone } from '../../../../gateway/ledger/undone.ts'
import { HubError } from '../../../../profiles/errors.ts'
import { count, message, one, only, useLedger } from '../support.ts'

const { db } = await useLedger()

const order = { who: 'anne', reason: 'essai' }
const shown = { mapper: { name: 'm', version: 1 }, digest: Buffer.from('d'), seen: { 'Basic/1': '1' }, unchanged: 0, notified: 0, created: 0, shown: {} }
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof HubError ? error.code : String(error)),
  )

let ids: string[] = []
let replay = ''
/** Twelve messages of as many persons, all of them shown with a change; their own turns in their lanes are over. */
beforeEach(async () => {
  await db.query('truncate lane, lane_entry, replay cascade')
  const acceptor = createAcceptor(db)
  ids = []
  for (let n = 0; n < 12; n += 1) ids.push((await acceptor.accept(message({ laneKey: `lane ${n}` }))).id)
  await db.query("delete from lane_entry; update lane set state = 'idle'; update message set stored_at = clock_timestamp()")
  replay = await db.tx(tx => createReplay(tx, { filter: {}, territory: '54395', ...order, messageIds: ids }))
})

async function allShown(): Promise<void> {
  for (const { id } of await pendingItems(db, 100)) await saveShown(db, id, { ...shown, changed: 1 })
  await closeComputed(db)
}

const state = async (): Promise<ReplayState | undefined> => (await readReplay(db, replay))?.state

describe('a replay in the ledger', () => {
  it('is shown once every message was looked at, in their order; to nobody of another territory', async () => {
    expect((await pendingItems(db, 100)).map(({ messageId }) => messageId)).toEqual(ids)
    await closeComputed(db)
    expect(await state()).toBe('computing')
    await allShown()
    expect(await state()).toBe('shown')
    expect(await readReplay(db, replay, '35238')).toBeUndefined()
  })

  it('goes on while it is computed or committed: else nothing more is asked', async () => {
    const running: boolean[] = []
    for (const step of [async () => {}, allShown, () => beginCommit(db, { id: replay, ...order }), () => stopReplay(db, { id: replay, ...order })]) {
      await step()
      running.push(await isReplaying(db))
    }
    expect(running).toEqual([true, false, true, false])
  })

  it('is committed by one: the second is told that it has moved', async () => {
    expect(await codeOf(beginCommit(db, { id: replay, ...order }))).toBe('replay.moved')
    await allShown()
    expect(await codeOf(beginCommit(db, { id: replay, ...order }))).toBe('done')
    expect(await codeOf(beginCommit(db, { id: replay, ...order }))).toBe('replay.moved')
  })

  it('gives eight at a time to the lanes of their persons, behind what stands there; one whose lane is parked is refused', async () => {
    const live = (await createAcceptor(db).accept(message({ laneKey: 'lane 0' }))).id
    await createAcceptor(db).accept(message({ laneKey: 'lane 1' }))
    const poison = (await claimLanes(db, { kind: 'inbound', holder: 'one', leaseMs: 20_000, limit: 10 })).find(({ key }) => key === 'lane 1')
    await db.tx(tx => parkLane(tx, only(poison === undefined ? [] : [poison]), { code: 'store.refused' }))
    await allShown()
    await beginCommit(db, { id: replay, ...order })
    await feedLanes(db)
    const items = await findItems(db, { replay, limit: 100 })
    expect(items.map(one => one.state)).toEqual(['queued', 'refused', ...Array(6).fill('queued'), ...Array(4).fill('shown')])
    expect(items[1]?.code).toBe('replay.lane_parked')
    const first = await one<{ entries: string[] }>(db, "select array_agg(entry_id order by position) as entries from lane_entry where lane_key = 'lane 0'")
    expect(first.entries).toEqual([live, items[0]?.id])
    for (const { id } of items) await endItem(db, id, { state: 'committed' })
    await closeCommitted(db)
    expect(await state()).toBe('committed')
  })

  it('stopped it gives nothing more to lanes, and may be taken up again', async () => {
    await allShown()
    await beginCommit(db, { id: replay, ...order })
    await stopReplay(db, { id: replay, ...order })
    expect(await feedLanes(db)).toBe(0)
    expect(await codeOf(stopReplay(db, { id: replay, ...order }))).toBe('replay.moved')
    await beginCommit(db, { id: replay, ...order })
    expect(await feedLanes(db)).toBe(8)
  })
})

describe('a message that parked its lane', () => {
  let poison = ''
  let behind = ''
  let item = ''
  /** It and one behind it, shown in a replay of its own that is being committed; stored ones of other persons come after it. */
  beforeEach(async () => {
    const acceptor = createAcceptor(db)
    poison = (await acceptor.accept(message({ laneKey: 'poison' }))).id
    behind = (await acceptor.accept(message({ laneKey: 'poison' }))).id
    const [claim] = await claimLanes(db, { kind: 'inbound', holder: 'one', leaseMs: 20_000, limit: 10 })
    await db.tx(tx => parkLane(tx, only(claim === undefined ? [] : [claim]), { code: 'mapping.impossible' }))
    replay = await db.tx(tx => createReplay(tx, { filter: {}, territory: undefined, ...order, messageIds: [...ids, behind, poison] }))
    for (const { id, messageId } of await pendingItems(db, 100)) {
      if (messageId === behind) await endItem(db, id, { state: 'skipped', code: 'replay.not_stored' })
      else await saveShown(db, id, { ...shown, changed: 1, ...(messageId === poison ? { parkedFor: 'mapping.impossible' } : {}) })
      if (messageId === poison) item = id
    }
    await closeComputed(db)
    await beginCommit(db, { id: replay, ...order })
  })

  const lane = (): Promise<{ state: string; code: string | null; entries: string[] }> =>
    one(db, "select state, code, (select array_agg(entry_id order by position) from lane_entry where lane_key = key) as entries from lane where key = 'poison'")
  const claimed = async (): Promise<LaneClaim> =>
    only((await claimLanes(db, { kind: 'inbound', holder: 'one', leaseMs: 20_000, limit: 10 })).filter(({ key }) => key === 'poison'))
  const standing = async (): Promise<string | undefined> => (await standingOf(db, poison))?.state

  it('goes first: the replay stands before it in its lane, and who commits is who resumed it', async () => {
    expect([await standing(), (await standingOf(db, behind))?.state, (await standingOf(db, ids[0] ?? ''))?.state]).toEqual(['parked', 'waiting', 'stored'])
    expect(await feedLanes(db)).toBe(8)
    expect(await lane()).toEqual({ state: 'ready', code: null, entries: [item, poison, behind] })
    expect(await lastActOn(db, 'poison')).toMatchObject({ who: 'anne', act: 'resume', reason: 'essai' })
    expect(await readQueued(db, item)).toMatchObject({ messageId: poison, parkedFor: 'mapping.impossible' })
  })

  it('stored by the replay it is gone from its lane with it, and what waited behind is the head', async () => {
    await feedLanes(db)
    const claim = await claimed()
    await db.tx(tx => advancePast(tx, claim, poison))
    expect(await lane()).toMatchObject({ state: 'ready', entries: [behind] })
    expect([await standing(), (await readQueued(db, item))?.parkedFor]).toEqual(['stored', null])
  })

  it('not as it was shown, it holds its lane again and says why', async () => {
    await feedLanes(db)
    const claim = await claimed()
    await db.tx(tx => parkAgain(tx, claim, { messageId: poison, code: 'replay.changed' }))
    expect(await lane()).toEqual({ state: 'parked', code: 'replay.changed', entries: [poison, behind] })
    expect(await standing()).toBe('parked')
  })

  it('resumed by somebody else meanwhile, it is left to its lane', async () => {
    await resumeLane(db, 'poison')
    await feedLanes(db)
    expect((await findItems(db, { replay, id: item, limit: 1 }))[0]).toMatchObject({ state: 'refused', code: 'lane.moved' })
    expect((await lane()).entries).toEqual([poison, behind])
  })
})

describe('a transaction that is undone', () => {
  it('gives what it found and leaves nothing behind; what it throws is thrown', async () => {
    const before = await count(db, 'replay')
    const seen = await undone(db, async tx => {
      await createReplay(tx, { filter: {}, territory: undefined, ...order, messageIds: [] })
      return count(tx as Db, 'replay')
    })
    expect(seen).toBe(before + 1)
    expect(await count(db, 'replay')).toBe(before)
    expect(await codeOf(undone(db, () => Promise.reject(new HubError('store.refused'))))).toBe('store.refused')
  })
})
