import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/accept.ts'
import { type Db, openLedger } from '../../../gateway/ledger/db.ts'
import { type TestPostgres, startPostgres } from '../../support/postgres.ts'
import { count, freshLedger, message, quiet, until } from './support.ts'

let postgres: TestPostgres
let db: Db
let url: string
const warnings: string[] = []
const onWarning = (warning: Error): void => void warnings.push(warning.message)

beforeAll(async () => {
  process.on('warning', onWarning)
  postgres = await startPostgres()
  const fresh = await freshLedger(postgres)
  db = fresh.db
  url = fresh.url
})
afterAll(async () => {
  process.off('warning', onWarning)
  await db.close()
  await postgres.stop()
})

describe('connections to PostgreSQL', () => {
  it('a listener of many channels gives its connection one statement at a time, also when it comes back', async () => {
    const heard = new Map<string, number>()
    const channels = ['one', 'two', 'three']
    for (const channel of channels) db.listen(channel, () => heard.set(channel, (heard.get(channel) ?? 0) + 1))
    await until(() => channels.every(channel => heard.has(channel)), 'first connection')
    const before = new Map(heard)
    await db.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hub-listen'")
    await until(() => channels.every(channel => (heard.get(channel) ?? 0) > (before.get(channel) ?? 0)), 'second connection')
    expect(warnings.filter(text => text.includes('client.query'))).toEqual([])
  })

  it('a transaction whose statement is cut by its time-out gives its locks back at once', async () => {
    const hasty = await openLedger({ url, log: quiet, statementTimeoutMs: 300, max: 2 })
    await db.query("insert into lease (name, fence, until) values ('held', 1, clock_timestamp())")
    const failure = hasty.tx(async tx => {
      await tx.query("select from lease where name = 'held' for update")
      await tx.query('select pg_sleep(60)')
    })
    await expect(failure).rejects.toMatchObject({ code: 'ledger.unavailable' })
    await db.query("update lease set fence = 2 where name = 'held'")
    expect(warnings.filter(text => text.includes('client.query'))).toEqual([])
    await hasty.close()
  })

  it('a ledger that does not answer is told to the sender in time; the repeat gets the answer that was kept meanwhile', async () => {
    const blocker = new pg.Client({ connectionString: url })
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query('lock table seen in access exclusive mode')
    const acceptor = createAcceptor(db, { patienceMs: 200 })
    const first = message({ controlId: 'patient' })
    await expect(acceptor.accept(first)).rejects.toMatchObject({ code: 'ledger.unavailable', dependency: 'postgres' })
    await blocker.query('rollback')
    await blocker.end()
    await until(async () => (await count(db, "message where control_id = 'patient'")) === 1, 'the commit that was in the air')
    const again = await acceptor.accept(message({ controlId: 'patient' }))
    expect(again).toMatchObject({ id: first.id, isRepeat: true })
    expect(Buffer.from(again.answer).toString()).toBe(`AA ${first.id}`)
  })
})
