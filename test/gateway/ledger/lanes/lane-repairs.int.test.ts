import { beforeEach, describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import type { Db } from '../../../../gateway/ledger/db.ts'
import { readFlow } from '../../../../gateway/ledger/flows/flows.ts'
import { findLanes, type LaneItem, readLane } from '../../../../gateway/ledger/lanes/lane-list.ts'
import { findSetAside, lastActOn, type LaneOrder, repairLane, takeUp } from '../../../../gateway/ledger/lanes/lane-repairs.ts'
import { advanceLane, claimLanes, parkLane, postponeLane } from '../../../../gateway/ledger/lanes/lanes.ts'
import { HubError } from '../../../../profiles/errors.ts'
import { message, only, useLedger } from '../support.ts'

// What an operator does to a lane that stands still; the runner is played by hand, so that every state is the one meant.

const { db } = await useLedger()

const claiming = { kind: 'inbound', holder: 'one', leaseMs: 20_000, limit: 10 } as const
const nobodyElse = async (): Promise<void> => undefined

let key = ''
let ids: string[] = []
/** A lane of three whose head is poison. */
beforeEach(async () => {
  await db.query('truncate lane, lane_entry, set_aside')
  key = `lane ${crypto.randomUUID()}`
  const acceptor = createAcceptor(db)
  ids = []
  for (let n = 0; n < 3; n += 1) ids.push((await acceptor.accept(message({ laneKey: key, sender: 'CH-1', territory: '54395' }))).id)
  await db.tx(async tx => parkLane(tx, only(await claimLanes(tx as Db, claiming)), { code: 'store.refused', path: 'Patient.name' }))
})

const act = (order: Partial<LaneOrder> & Pick<LaneOrder, 'act'>): Promise<LaneItem> =>
  repairLane(db, { key, who: 'anne', reason: 'corrigé', ...order }, nobodyElse)
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof HubError ? error.code : String(error)),
  )
const lane = async (): Promise<LaneItem> => {
  const found = await readLane(db, key)
  if (found === undefined) throw new Error('no lane')
  return found
}
const order = async (): Promise<string[]> => {
  const run: string[] = []
  for (;;) {
    const [claim] = await claimLanes(db, claiming)
    if (claim === undefined) return run
    run.push(claim.entryId)
    for (let next = await db.tx(tx => advanceLane(tx, claim)); next !== undefined; ) {
      run.push(next)
      const going = { ...claim, entryId: next }
      next = await db.tx(tx => advanceLane(tx, going))
    }
  }
}

describe('a lane that stands still', () => {
  it('is shown with its reason, its sender, and how many wait behind; to nobody of another territory', async () => {
    const { items } = await findLanes(db, { state: 'parked', kind: undefined, after: undefined, limit: 500, territory: '54395' })
    expect(items.find(one => one.key === key)).toMatchObject({
      state: 'parked',
      code: 'store.refused',
      path: 'Patient.name',
      depth: 3,
      waiting: 2,
      entryId: ids[0],
      partner: 'CH-1',
    })
    const elsewhere = await findLanes(db, { state: 'parked', kind: undefined, after: undefined, limit: 500, territory: '35238' })
    expect(elsewhere.items.map(one => one.key)).not.toContain(key)
    expect(await refusal(act({ act: 'resume', territory: '35238' }))).toBe('fhir.path_unknown')
  })

  it('resumed, everything runs in its order', async () => {
    await act({ act: 'resume' })
    expect(await order()).toEqual(ids)
  })

  it('retried, its attempts count on: what fails again parks again', async () => {
    await db.query('update lane set attempts = 11 where key = $1', [key])
    await act({ act: 'retry' })
    const claim = only(await claimLanes(db, claiming))
    expect(claim).toMatchObject({ entryId: ids[0], attempts: 11 })
    await db.tx(tx => parkLane(tx, claim, { code: 'store.refused' }))
  })

  it('a back-off ends at once when it is retried', async () => {
    await act({ act: 'resume' })
    const claim = only(await claimLanes(db, claiming))
    await db.tx(tx => postponeLane(tx, claim, { delayMs: 300_000, reason: 'store.unavailable', countAttempt: false }))
    expect(await claimLanes(db, claiming)).toEqual([])
    expect(await refusal(act({ act: 'resume' }))).toBe('lane.moved')
    await act({ act: 'retry', version: (await lane()).version })
    expect(await order()).toEqual(ids)
  })

  it('relieved of its head the rest goes on; the message stays parked, says why, and is taken up at the front again', async () => {
    await act({ act: 'set-aside', reason: 'à revoir avec le CH' })
    const acceptor = createAcceptor(db)
    expect(await order()).toEqual(ids.slice(1))
    expect((await readFlow(db, ids[0] ?? ''))?.status).toBe('parked')
    expect((await readFlow(db, ids[0] ?? ''))?.steps.find(({ step }) => step === 'stored')).toMatchObject({
      outcome: 'set-aside',
      code: 'store.refused at Patient.name',
    })
    const aside = (await findSetAside(db, { limit: 500 })).find(({ laneKey }) => laneKey === key)
    expect(aside).toMatchObject({ id: ids[0], reason: 'à revoir avec le CH', by: 'anne', code: 'store.refused' })

    const later = (await acceptor.accept(message({ laneKey: key, territory: '54395' }))).id
    await takeUp(db, { id: ids[0] ?? '', who: 'anne', reason: 'corrigé' }, nobodyElse)
    expect(await refusal(takeUp(db, { id: ids[0] ?? '', who: 'luc', reason: 'corrigé' }, nobodyElse))).toBe('lane.moved')
    expect(await order()).toEqual([ids[0], later])
    expect((await readFlow(db, ids[0] ?? ''))?.status).toBe('complete')
    expect((await findSetAside(db, { limit: 500 })).map(({ laneKey }) => laneKey)).not.toContain(key)
  })

  it('of two operators at once one acts; the other is told that the lane has moved, and who moved it', async () => {
    const { version } = await lane()
    const both = await Promise.all([
      refusal(act({ act: 'resume', version, who: 'anne' })),
      refusal(act({ act: 'set-aside', version, who: 'luc', reason: 'à revoir' })),
    ])
    expect(both.sort()).toEqual(['done', 'lane.moved'])
    expect(['anne', 'luc']).toContain((await lastActOn(db, key))?.who)
  })

  it('parked again meanwhile it is another state: what was seen before is refused', async () => {
    const { version } = await lane()
    await act({ act: 'resume' })
    await db.tx(async tx => parkLane(tx, only(await claimLanes(tx as Db, claiming)), { code: 'mapping.impossible' }))
    expect(await refusal(act({ act: 'set-aside', version }))).toBe('lane.moved')
    expect(await refusal(act({ act: 'set-aside', version: (await lane()).version }))).toBe('done')
  })

  it('while an attempt is being made nobody takes its head away', async () => {
    await act({ act: 'resume' })
    const claim = only(await claimLanes(db, claiming))
    await db.query("update lane set code = 'store.unavailable' where key = $1", [key])
    expect(await refusal(act({ act: 'set-aside' }))).toBe('lane.busy')
    await db.tx(tx => advanceLane(tx, claim))
  })
})
