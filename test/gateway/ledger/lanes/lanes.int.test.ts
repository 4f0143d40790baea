import { randomInt } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { readMessage } from '../../../../gateway/ledger/acceptance/bodies.ts'
import { followClock } from '../../../../gateway/ledger/clock.ts'
import { type Db, openLedger } from '../../../../gateway/ledger/db.ts'
import { advanceLane, claimLanes, type LaneClaim, parkLane, postponeLane, renewLane, resumeLane } from '../../../../gateway/ledger/lanes/lanes.ts'
import { runLanes } from '../../../../gateway/ledger/lanes/runner.ts'
import { HubError } from '../../../../profiles/errors.ts'
import { startPostgres } from '../../../support/postgres.ts'
import { count, freshLedger, message, one, only, quiet, until } from '../support.ts'

const postgres = await startPostgres()
afterAll(() => postgres.stop())

const inbound = { kind: 'inbound', leaseMs: 20_000, limit: 10 } as const

async function laneOf(db: Db, laneKey: string, length: number): Promise<string[]> {
  const acceptor = createAcceptor(db)
  const ids: string[] = []
  for (let n = 0; n < length; n += 1) ids.push((await acceptor.accept(message({ laneKey }))).id)
  return ids
}

async function parked(db: Db): Promise<unknown[]> {
  return (await db.query("select key, code, path from lane where state = 'parked'")).rows
}

describe('lanes', () => {
  it('a claimed lane is nobody else’s; advancing gives the next entry to the same claim, the last one lets go', async () => {
    const { db } = await freshLedger(postgres)
    const ids = await laneOf(db, 'a', 2)
    const claim = only(await claimLanes(db, { ...inbound, holder: 'one' }))
    expect(claim).toMatchObject({ key: 'a', entryId: ids[0], attempts: 0 })
    expect(await claimLanes(db, { ...inbound, holder: 'two' })).toEqual([])
    expect((await readMessage(db, ids[0] ?? ''))?.status).toBe('running')
    expect(await db.tx(tx => advanceLane(tx, claim))).toBe(ids[1])
    expect(await db.tx(tx => advanceLane(tx, { ...claim, entryId: ids[1] ?? '' }))).toBeUndefined()
    expect((await readMessage(db, ids[0] ?? ''))?.status).toBe('complete')
    expect(await claimLanes(db, { ...inbound, holder: 'two' })).toEqual([])
    await laneOf(db, 'a', 1)
    expect(only(await claimLanes(db, { ...inbound, holder: 'two' })).key).toBe('a')
    await db.close()
  })

  it('once the clock is set back no lane waits for the former time, but what was to wait for its hour does', async () => {
    const { db } = await freshLedger(postgres)
    const [former, hour] = [2 * 3600, 6 * 3600]
    await db.query("insert into sighting (name, at) values ('clock', clock_timestamp() + $1::int * interval '1 s')", [former])
    await db.query(
      `insert into lane (key, kind, last_position, state, due_at, holder, code)
       select key, 'delivery', 1, 'ready', clock_timestamp() + wait * interval '1 s', holder, code
       from json_to_recordset($1::json) as l (key text, wait int, holder text, code text)`,
      [
        JSON.stringify([
          { key: 'not begun', wait: former },
          { key: 'waits to be tried again', wait: former + 300, code: 'platform.unreachable' },
          { key: 'of a process that is gone', wait: former + 20, holder: 'gone' },
          { key: 'told at its hour', wait: hour },
        ]),
      ],
    )
    for (let look = 0; look < 2; look += 1) await followClock(db)
    const { rows } = await db.query<{ key: string; wait: number }>(
      'select key, ceil(extract(epoch from due_at - clock_timestamp()) / 60)::int as wait from lane',
    )
    expect(Object.fromEntries(rows.map(row => [row.key, Math.max(0, row.wait)]))).toEqual({
      'not begun': 0,
      'waits to be tried again': 0,
      'of a process that is gone': 1,
      'told at its hour': hour / 60,
    })
    await db.close()
  })

  it('after the lease another takes over, and the first changes nothing any more', async () => {
    const { db } = await freshLedger(postgres)
    const [id] = await laneOf(db, 'a', 1)
    const late = only(await claimLanes(db, { ...inbound, leaseMs: 300, holder: 'late' }))
    await renewLane(db, late)
    await sleep(400)
    const taken = only(await claimLanes(db, { ...inbound, holder: 'other' }))
    expect(taken.entryId).toBe(id)
    for (const act of [
      () => db.tx(tx => advanceLane(tx, late)),
      () => db.tx(tx => parkLane(tx, late, { code: 'hub.defect' })),
      () => postponeLane(db, late, { delayMs: 1, reason: 'hub.busy', countAttempt: true }),
      () => renewLane(db, late),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'ledger.lease_lost' })
    expect(await count(db, 'lane_entry')).toBe(1)
    await db.tx(tx => advanceLane(tx, taken))
    expect(await count(db, 'lane_entry')).toBe(0)
    await db.close()
  })

  it('many runners in two processes: each message once, lanes in order', async () => {
    const { db, url } = await freshLedger(postgres)
    const other = await openLedger({ url, log: quiet })
    await db.query('create table effect (n bigint generated always as identity, lane text, entry uuid unique)')
    const stop = new AbortController()
    const run = (ledger: Db, holder: string) =>
      runLanes({
        db: ledger,
        kind: 'inbound',
        holder,
        concurrency: 5,
        signal: stop.signal,
        log: quiet,
        execute: async claim => {
          await sleep(randomInt(4))
          if (randomInt(15) === 0) throw new HubError('ledger.lease_lost')
          if (randomInt(15) === 0) throw new HubError('store.unavailable', { dependency: 'hapi' })
          await ledger.tx(async tx => {
            await tx.query('insert into effect (lane, entry) values ($1, $2)', [claim.key, claim.entryId])
            await advanceLane(tx, claim)
          })
        },
        leaseMs: 1000,
        pollMs: 100,
      })
    const runs = [run(db, 'one'), run(other, 'two')]
    const acceptors = [createAcceptor(db), createAcceptor(other)]
    await Promise.all(
      Array.from({ length: 400 }, async (_, n) => {
        await sleep(randomInt(300))
        await acceptors[n % 2]?.accept(message({ laneKey: `lane-${n % 40}` }))
      }),
    )
    await until(async () => (await count(db, 'effect')) === 400, 'all messages run')
    stop.abort()
    await Promise.all(runs)
    const crossed = await count(
      db,
      'effect a join effect b on a.lane = b.lane and a.n < b.n join message ma on ma.id = a.entry join message mb on mb.id = b.entry where ma.position > mb.position',
    )
    expect(crossed).toBe(0)
    expect(await count(db, 'lane_entry')).toBe(0)
    await other.close()
    await db.close()
  })

  it('a refusal parks its lane with code and path and nothing else; resumed, it goes on in order', async () => {
    const { db } = await freshLedger(postgres)
    const ids = await laneOf(db, 'bad', 3)
    await laneOf(db, 'good', 2)
    const stop = new AbortController()
    const done: string[] = []
    let isBroken = true
    const lanes = runLanes({
      db,
      kind: 'inbound',
      holder: 'one',
      concurrency: 2,
      signal: stop.signal,
      log: quiet,
      pollMs: 50,
      execute: async claim => {
        if (isBroken && claim.entryId === ids[1]) throw new HubError('mapping.impossible', { path: 'PID-5' })
        await db.tx(tx => advanceLane(tx, claim))
        done.push(claim.entryId)
      },
    })
    await until(async () => done.length === 3 && (await parked(db)).length === 1, 'the bad lane is parked')
    expect(await parked(db)).toEqual([{ key: 'bad', code: 'mapping.impossible', path: 'PID-5' }])
    expect(await one(db, 'select status, code, path from message where id = $1', [ids[1]])).toEqual({
      status: 'parked',
      code: 'mapping.impossible',
      path: 'PID-5',
    })
    const [later] = await laneOf(db, 'bad', 1)
    isBroken = false
    expect(await resumeLane(db, 'bad')).toBe(true)
    expect(await resumeLane(db, 'bad')).toBe(false)
    await until(() => done.length === 6, 'the rest has run')
    expect(done.filter(id => [...ids, later].includes(id))).toEqual([...ids, later])
    stop.abort()
    await lanes
    await db.close()
  })

  it('a dependency that is away is not counted and parks nothing; a temporary failure is counted, then parks', async () => {
    const { db } = await freshLedger(postgres)
    await laneOf(db, 'a', 1)
    const stop = new AbortController()
    const attempts: number[] = []
    const lanes = runLanes({
      db,
      kind: 'inbound',
      holder: 'one',
      concurrency: 1,
      maxAttempts: 2,
      signal: stop.signal,
      log: quiet,
      pollMs: 20,
      execute: async claim => {
        attempts.push(claim.attempts)
        throw attempts.length <= 2 ? new HubError('store.unavailable', { dependency: 'hapi' }) : new HubError('mssante.deferred', { reply: '452' })
      },
    })
    const hurry = setInterval(() => {
      db.query("update lane set due_at = clock_timestamp() where state = 'ready' and holder is null").catch(() => undefined)
    }, 50)
    await until(async () => (await parked(db)).length === 1, 'parked after the second counted attempt')
    clearInterval(hurry)
    stop.abort()
    await lanes
    expect(attempts).toEqual([0, 0, 0, 1])
    await db.close()
  })

  it('an execution that outlasts its lease many times keeps it by renewal', async () => {
    const { db } = await freshLedger(postgres)
    await laneOf(db, 'a', 1)
    const stop = new AbortController()
    let runs = 0
    const run = (holder: string) =>
      runLanes({
        db,
        kind: 'inbound',
        holder,
        concurrency: 1,
        leaseMs: 1200,
        pollMs: 30,
        signal: stop.signal,
        log: quiet,
        execute: async claim => {
          runs += 1
          await sleep(4000)
          await db.tx(tx => advanceLane(tx, claim))
        },
      })
    const both = [run('one'), run('two')]
    await until(async () => (await count(db, 'lane_entry')) === 0, 'it is settled')
    stop.abort()
    await Promise.all(both)
    expect(runs).toBe(1)
    await db.close()
  })

  it('a process killed with -9 while it holds a lane: its renewed lease ends, another process goes on', async () => {
    const { db, url } = await freshLedger(postgres)
    const [first, second] = await laneOf(db, 'a', 2)
    const holder = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('holder.ts', import.meta.url)), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [claimed] = await once(holder.stdout, 'data')
    expect(String(claimed).trim()).toBe(first)
    const stop = new AbortController()
    const done: string[] = []
    const execute = async (claim: LaneClaim) => {
      await db.tx(tx => advanceLane(tx, claim))
      done.push(claim.entryId)
    }
    const lanes = runLanes({ db, kind: 'inbound', holder: 'other', concurrency: 1, pollMs: 100, signal: stop.signal, log: quiet, execute })
    await sleep(3500)
    expect(done).toEqual([])
    holder.kill('SIGKILL')
    await until(() => done.length === 2, 'the other process has run both')
    expect(done).toEqual([first, second])
    stop.abort()
    await lanes
    await db.close()
  })
})
