import { expect, it } from 'vitest'
import type { Db } from '../../../gateway/ledger/db.ts'
import { addIncident } from '../../../gateway/ledger/watch/incidents.ts'
import { recordRepair } from '../../../gateway/ledger/watch/repairs.ts'
import { findLanes, readLane } from '../../../gateway/ledger/lanes/lane-list.ts'
import { createReplay } from '../../../gateway/ledger/replays/replays.ts'
import { liveFlows } from '../../../gateway/monitor/live.ts'
import { holdLane } from '../../../gateway/ledger/deliveries/deliveries-asked.ts'
import { needsHuman } from '../../../gateway/monitor/attention.ts'
import { message, useLedger } from '../ledger/support.ts'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'

const { db } = await useLedger()
const nameOf = (subject: string): string => (subject === 'ch-1' ? 'CH de Nancy' : subject)

it('a partner is called by his name', async () => {
  await db.tx(tx =>
    addIncident(tx, { kind: 'partner.down', subject: 'ch-1', code: '', territory: null, count: 1, since: new Date(), state: 'open', openedAt: new Date() }),
  )
  expect(await needsHuman(db, { territory: undefined, now: new Date(), nameOf })).toContainEqual(
    expect.objectContaining({ kind: 'partner.down', subject: 'ch-1', name: 'CH de Nancy' }),
  )
})

it('what needs a human is that of the territory alone: parked lanes by their reason', async () => {
  for (const territory of ['54395', '54395', '35238']) {
    const laneKey = `${territory} ${Math.random()}`
    await createAcceptor(db).accept(message({ territory, laneKey }))
    await db.query("update lane set state = 'parked', code = 'mapping.impossible' where key = $1", [laneKey])
  }
  const parked = async (territory: string | undefined) =>
    (await needsHuman(db, { territory, now: new Date(), nameOf })).filter(({ kind }) => kind === 'lane.parked').map(({ code, count }) => [code, count])
  expect(await parked(undefined)).toEqual([['mapping.impossible', 3]])
  expect(await parked('54395')).toEqual([['mapping.impossible', 2]])
  expect(await parked('35238')).toEqual([['mapping.impossible', 1]])
})

it('as many are said to be parked as the list of lanes shows: also one with a replay at its head, and an empty one that is held', async () => {
  const laneKey = `replayed ${Math.random()}`
  const { id } = await createAcceptor(db).accept(message({ territory: '54395', laneKey }))
  await db.query("update lane set state = 'parked', code = 'replay.failed' where key = $1", [laneKey])
  const replay = await db.tx(tx => createReplay(tx, { filter: {}, territory: '54395', who: 'anne', reason: 'r', messageIds: [id] }))
  await db.query('insert into lane_entry (lane_key, position, entry_id) select $1, 0, id from replay_item where replay_id = $2', [laneKey, replay])
  await db.query(
    "insert into lane (key, kind, last_position, state, due_at, code) values ('held', 'delivery', 0, 'parked', clock_timestamp(), 'lane.held')",
    [],
  )
  for (const territory of [undefined, '54395', '35238']) {
    const { items } = await findLanes(db, { state: 'parked', kind: undefined, after: undefined, limit: 500, territory })
    const told = (await needsHuman(db, { territory, now: new Date(), nameOf })).filter(({ kind }) => kind === 'lane.parked')
    expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(items.length)
    expect(told.find(({ code }) => code === 'lane.held')?.text?.fr).toBe(
      territory === undefined ? 'Un exploitant retient cette file : son contenu attend la reprise.' : undefined,
    )
    expect(told.some(({ code }) => code === 'replay.failed')).toBe(territory !== '35238')
  }
})

it('a lane that is held while nothing is in it says whom it is for, to his territory', async () => {
  const held = (recipient: string, territory: string) =>
    db.tx(async tx => {
      expect(await holdLane(tx, 'none yet', 'lane.held')).toBe(true)
      const viewer = { name: 'anne', role: 'operator' }
      await recordRepair(tx, { viewer, action: 'lanes.park', object: 'none yet', reason: 'r', outcome: 'done', territory, detail: { recipient } })
    })
  await held('other@test.mssante.fr', '35238')
  await held('dr@test.mssante.fr', '54395')
  expect(await readLane(db, 'none yet', '54395')).toMatchObject({ code: 'lane.held', depth: 0, recipient: 'dr@test.mssante.fr', territory: '54395' })
  expect(await readLane(db, 'none yet', '35238')).toBeUndefined()
})

it('what streams says at once that the ledger is away, and goes on when it is back', async () => {
  let isAway = false
  const query: Db['query'] = (...asked) => (isAway ? Promise.reject(new Error('away')) : db.query(...asked))
  const told: Record<string, unknown>[] = []
  const live = liveFlows({ db: { ...db, query }, readiness: async () => ({ isReady: true, parts: {} }), nameOf })
  const end = live.follow(undefined, json => void told.push(JSON.parse(json)))
  await expect.poll(() => told.length, { timeout: 10_000 }).toBe(1)
  isAway = true
  await expect.poll(() => told.at(-1), { timeout: 10_000 }).toEqual({ at: expect.any(String), isAway: true })
  isAway = false
  await expect.poll(() => told.at(-1), { timeout: 10_000 }).toMatchObject({ minutes: [{}, {}, {}] })
  end()
})
