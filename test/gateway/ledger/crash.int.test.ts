import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { readBody } from '../../../gateway/ledger/acceptance/bodies.ts'
import { advanceLane } from '../../../gateway/ledger/lanes/lanes.ts'
import { runLanes } from '../../../gateway/ledger/lanes/runner.ts'
import { HubError } from '../../../profiles/errors.ts'
import { count, message, quiet, until, useOwnLedger } from './support.ts'

const { db, postgres } = await useOwnLedger()

it('PostgreSQL killed with -9 under acceptance and running lanes: every acknowledged message is found and runs once, in order', async () => {
  const acceptor = createAcceptor(db, { timeoutMs: 1500 })
  const stop = new AbortController()
  await db.query('create table effect (n bigint generated always as identity, lane text, entry uuid unique)')
  const lanes = runLanes({
    db,
    kind: 'inbound',
    holder: 'one',
    concurrency: 6,
    leaseMs: 2000,
    pollMs: 200,
    signal: stop.signal,
    log: quiet,
    execute: claim =>
      db.tx(async tx => {
        await tx.query('insert into effect (lane, entry) values ($1, $2)', [claim.key, claim.entryId])
        await advanceLane(tx, claim)
      }),
  })
  const acknowledged: string[] = []
  const refusals = new Set<string>()
  let isSending = true
  const senders = Array.from({ length: 8 }, async (_, sender) => {
    while (isSending) {
      const sent = message({ laneKey: `crash-${sender}` })
      try {
        const accepted = await acceptor.accept(sent)
        expect(accepted.isRepeat).toBe(false)
        acknowledged.push(sent.id)
      } catch (error) {
        refusals.add(error instanceof HubError ? error.code : String(error))
      }
    }
  })
  for (let kill = 0; kill < 3; kill += 1) {
    const before = acknowledged.length
    await until(() => acknowledged.length > before + 200, 'acceptance goes on after the kill')
    await postgres.kill()
    await sleep(kill === 1 ? 2500 : 100)
    await postgres.restart()
  }
  const before = acknowledged.length
  await until(() => acknowledged.length > before + 100, 'acceptance goes on after the last kill')
  isSending = false
  await Promise.all(senders)

  const { rows } = await db.query<{ id: string }>("select id from message where status <> 'refused'")
  const kept = new Set(rows.map(row => row.id))
  expect(acknowledged.filter(id => !kept.has(id))).toEqual([])
  expect([...refusals].filter(code => code !== 'ledger.unavailable')).toEqual([])
  expect(Buffer.from(await readBody(db, acknowledged[0] ?? '')).toString()).toContain('bytes of')

  await until(async () => (await count(db, 'lane_entry')) === 0, 'all lanes are empty')
  stop.abort()
  await lanes
  expect(await count(db, 'effect')).toBe(kept.size)
  expect(await count(db, "message where status = 'complete'")).toBe(kept.size)
  const crossed = await count(
    db,
    'effect a join effect b on a.lane = b.lane and a.n < b.n join message ma on ma.id = a.entry join message mb on mb.id = b.entry where ma.position > mb.position',
  )
  expect(crossed).toBe(0)
})

it('a listener hears again after PostgreSQL came back', async () => {
  let heard = 0
  const stop = db.listen('test_channel', () => {
    heard += 1
  })
  await until(async () => {
    await db.query("select pg_notify('test_channel', '')")
    return heard > 0
  }, 'a first notice')
  await postgres.kill()
  await postgres.restart()
  await until(
    async () =>
      (await db.query("select from pg_stat_activity where application_name = 'hub-listen' and query ilike 'listen%'").catch(() => ({ rowCount: 0 }))).rowCount >
      0,
    'the listener is back',
  )
  const before = heard
  await until(async () => {
    await db.query("select pg_notify('test_channel', '')")
    return heard > before
  }, 'a notice after the kill')
  stop()
})
