import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { openLedger } from '../../../gateway/ledger/db.ts'
import { count, message, quiet, until, useOwnLedger } from './support.ts'

const warnings: string[] = []
const onWarning = (warning: Error): void => void warnings.push(warning.message)
process.on('warning', onWarning)
afterAll(() => void process.off('warning', onWarning))

const { db, url } = await useOwnLedger()

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

  it('an account that is still to be made when the hub starts is waited for, like a server that is still to come', async () => {
    const late = new URL(url)
    late.username = 'late'
    late.password = 'not-yet'
    const told: string[] = []
    const log = { ...quiet, warn: (event: string) => void told.push(event) }
    const opened = openLedger({ url: String(late), log, max: 1 })
    await until(() => told.includes('ledger.awaited'), 'the first refusal')
    await db.query("create role late superuser login password 'not-yet'")
    const ledger = await opened
    expect((await ledger.query('select current_user as who')).rows).toEqual([{ who: 'late' }])
    await ledger.close()
    await db.query('drop role late')
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

  it('a single statement that is the victim of a deadlock is run again, and nobody hears of it', async () => {
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await db.query('create table here (n integer)')
    await db.query('create table there (n integer)')
    // Whoever looks first is the victim: the other one never looks.
    await other.query("set deadlock_timeout = '1h'")
    const both = (first: string, second: string): string => `do $$ begin lock table ${first}; perform pg_sleep(0.5); lock table ${second}; end $$`
    await Promise.all([db.query(both('here', 'there')), other.query(both('there', 'here'))])
    const { rows } = await other.query('select deadlocks::int as n from pg_stat_database where datname = current_database()')
    expect(rows).toEqual([{ n: 1 }])
    await other.end()
  })

  it('days are those of UTC on a server of Paris: none has 23 or 25 hours', async () => {
    const name = new URL(url).pathname.slice(1)
    await db.query(`alter database ${name} set timezone to 'Europe/Paris'`)
    const ledger = await openLedger({ url, log: quiet, max: 1 })
    const ends = "select timestamptz '2026-03-29T00:00Z' + interval '1 day' as spring, timestamptz '2026-10-25T00:00Z' + interval '1 day' as autumn"
    expect((await ledger.query(ends)).rows).toEqual([{ spring: new Date('2026-03-30T00:00Z'), autumn: new Date('2026-10-26T00:00Z') }])
    await ledger.close()
    await db.query(`alter database ${name} reset timezone`)
  })

  it('a server that became a standby, and one that takes our account no more, are away: nothing was refused, and all goes on', async () => {
    const operator = new pg.Client({ connectionString: url })
    await operator.connect()
    const asOperator = async (...statements: string[]): Promise<void> => {
      for (const statement of statements) await operator.query(statement)
    }
    const everything = (): Promise<unknown>[] => [
      db.query("insert into lease (name, fence, until) values ('standby', 1, clock_timestamp())"),
      db.tx(tx => tx.query("insert into lease (name, fence, until) values ('standby', 1, clock_timestamp())")),
      createAcceptor(db).accept(message()),
    ]
    const outcomes = async (): Promise<unknown[]> => (await Promise.allSettled(everything())).map(one => (one.status === 'rejected' ? one.reason : 'done'))
    const away = expect.objectContaining({ code: 'ledger.unavailable' })
    const end = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name <> ''"

    await asOperator('alter system set default_transaction_read_only = on', 'select pg_reload_conf()', end)
    expect(await outcomes()).toEqual([away, away, away])
    await asOperator('set transaction_read_only = off', 'alter system reset default_transaction_read_only', 'select pg_reload_conf()')
    await until(async () => (await outcomes()).includes('done'), 'primary again')

    await asOperator('set default_transaction_read_only = off', 'alter role hub nologin', end)
    expect(await outcomes()).toEqual([away, away, away])
    await asOperator('alter role hub login')
    await until(async () => (await outcomes()).includes('done'), 'our account again')
    await operator.end()
  })

  it('a plan that was kept from before a migration is made anew', async () => {
    await db.query('create table changing (one integer)')
    const look = (): Promise<{ rows: unknown[] }> => db.query('select * from changing', [], 'changing')
    await Promise.all(Array.from({ length: 4 }, look))
    await db.query('alter table changing add column two integer')
    await db.query('insert into changing values (1, 2)')
    for (let turn = 0; turn < 4; turn += 1) expect((await look()).rows).toEqual([{ one: 1, two: 2 }])
  })

  it('a ledger that does not answer is told to the sender in time; the repeat gets the answer that was kept meanwhile', async () => {
    const blocker = new pg.Client({ connectionString: url })
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query('lock table seen in access exclusive mode')
    const first = message({ controlId: 'patient' })
    await expect(createAcceptor(db, { patienceMs: 200 }).accept(first)).rejects.toMatchObject({ code: 'ledger.unavailable', dependency: 'postgres' })
    await blocker.query('rollback')
    await blocker.end()
    await until(async () => (await count(db, "message where control_id = 'patient'")) === 1, 'the commit that was in the air')
    const again = await createAcceptor(db).accept(message({ controlId: 'patient' }))
    expect(again).toMatchObject({ id: first.id, isRepeat: true })
    expect(Buffer.from(again.answer).toString()).toBe(`AA ${first.id}`)
  })
})
