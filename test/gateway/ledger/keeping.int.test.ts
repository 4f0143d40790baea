import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { type AuditEntry, createAuditor, createChains, record } from '../../../gateway/ledger/audit/audit.ts'
import { anchorHeads, proveAudit, removeAudit } from '../../../gateway/ledger/audit/audit-proof.ts'
import { readBody, readMessage } from '../../../gateway/ledger/acceptance/bodies.ts'
import { openLedger } from '../../../gateway/ledger/db.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { acquireLease, releaseLease, useToken, whileLeader } from '../../../gateway/ledger/lease.ts'
import { readLineage, writeLineage } from '../../../gateway/ledger/flows/lineage.ts'
import { ensurePartitions, monthStart, partitionName } from '../../../gateway/ledger/partitions.ts'
import { applyRetention, DEFAULT_RETENTION } from '../../../gateway/ledger/retention.ts'
import { count, message, quiet, until, useOwnLedger } from './support.ts'

const { db, url, postgres } = await useOwnLedger()

describe('opening', () => {
  it('six processes at once on an empty database: each migration once, all open', async () => {
    const empty = await postgres.createDatabase()
    const ledgers = await Promise.all(Array.from({ length: 6 }, () => openLedger({ url: empty, max: 2, log: quiet })))
    const [first] = ledgers
    const migrations = readdirSync('gateway/ledger/migrations').filter(name => name.endsWith('.sql'))
    expect(first && (await count(first, 'migration'))).toBe(migrations.length)
    await Promise.all(ledgers.map(ledger => ledger.close()))
  })

  it('a server that does not answer is ledger.unavailable', async () => {
    await expect(openLedger({ url: 'postgres://hub@127.0.0.1:1/none', log: quiet, startTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'ledger.unavailable',
      dependency: 'postgres',
    })
  })

  it('a statement that takes too long is ledger.unavailable, and the connection is good again', async () => {
    const impatient = await openLedger({ url, max: 1, log: quiet, statementTimeoutMs: 200 })
    await expect(impatient.query('select pg_sleep(2)')).rejects.toMatchObject({ code: 'ledger.unavailable' })
    await expect(impatient.tx(tx => tx.query('select pg_sleep(2)'))).rejects.toMatchObject({ code: 'ledger.unavailable' })
    expect((await impatient.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }])
    await impatient.close()
  })

  it('what PostgreSQL refuses is told by its code, without the value', async () => {
    await expect(db.query("select 'SECRET'::uuid")).rejects.toThrow(/^PostgreSQL refused a statement: 22P02$/)
  })
})

describe('retention', () => {
  it('drops bodies after their days and the trace after its months, but no month that holds something unsettled', async () => {
    const now = new Date()
    const [old, stuck] = [monthStart(now, -20), monthStart(now, -21)]
    for (const month of [old, stuck]) await ensurePartitions(db, month)
    const acceptor = createAcceptor(db)
    const settled = message({ id: newMessageId(new Date(old.getTime() + 1000)), refusedWith: [{ code: 'hl7v2.not_hl7', path: '' }] })
    const unsettled = message({ id: newMessageId(new Date(stuck.getTime() + 1000)) })
    await Promise.all([acceptor.accept(settled), acceptor.accept(unsettled)])
    const dropped = await applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, now)
    expect(dropped).toContain(partitionName('body', old))
    expect(dropped).toContain(partitionName('message', old))
    expect(dropped.some(name => name.endsWith(partitionName('message', stuck).slice(-7)))).toBe(false)
    expect(await readMessage(db, settled.id)).toBeUndefined()
    expect((await readBody(db, unsettled.id)).length).toBeGreaterThan(0)
    expect(dropped.includes(partitionName('message', monthStart(now)))).toBe(false)
    await createAcceptor(db).accept(message())
    expect(await applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, now)).toEqual([])
  })

  it('what is refused of it, as by a long query, holds up nothing else', async () => {
    await useToken(db, 'spent', new Date(Date.now() - 1000))
    await db.query("create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$")
    await db.query('create trigger refused before delete on rollup for each statement execute function refuse()')
    await expect(applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, new Date())).rejects.toThrow(/P0001/)
    expect(await count(db, "token_seen where jti = 'spent'")).toBe(0)
    await db.query('drop trigger refused on rollup')
  })

  it('a clock that leaps by days drops nothing until it has gone on like that for a week', async () => {
    const now = new Date()
    const at = (days: number): Date => new Date(now.getTime() + days * 86_400_000)
    const apply = (days: number) => applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, at(days))
    const month = partitionName('body', monthStart(now))
    await createAcceptor(db).accept(message({ refusedWith: [{ code: 'hl7v2.not_hl7', path: '' }] }))
    await db.query("update message set status = 'complete' where status <> 'refused'")
    await apply(0)
    await db.query("insert into intent (id, client, sha256, state, traceparent, settled_at) values (gen_random_uuid(), 'leapt', '', 'settled', 't', $1)", [now])
    await db.query(
      "insert into incident (id, kind, subject, state, count, since, closed_at) values (gen_random_uuid(), 'disk.low', 'dataDir', 'closed', 1, $1, $1)",
      [at(-380)],
    )
    const kept = async (): Promise<number[]> => [await count(db, "intent where client = 'leapt'"), await count(db, 'incident')]
    // What hinders the next months is worse than the clock, and is told first.
    await db.tx(async tx => {
      await tx.query('lock table message in row exclusive mode')
      await expect(apply(200)).rejects.toMatchObject({ code: 'ledger.unavailable' })
    })
    for (const days of [200, 200.1]) await expect(apply(days)).rejects.toMatchObject({ code: 'ledger.clock' })
    expect(await count(db, 'body')).toBeGreaterThan(0)
    expect(await kept()).toEqual([1, 1])
    // Set right again it is believed, and so is one that goes on.
    await apply(0.1)
    await expect(apply(200)).rejects.toMatchObject({ code: 'ledger.clock' })
    for (let days = 201; days < 207; days += 1) await expect(apply(days)).rejects.toMatchObject({ code: 'ledger.clock' })
    expect(await kept()).toEqual([1, 1])
    expect(await apply(207.1)).toContain(month)
    expect(await kept()).toEqual([0, 0])
    await apply(0)
  })

  it('an idle lane that gets something at that moment is passed over, not waited for', async () => {
    await db.query(
      "insert into lane (key, kind, last_position, state, due_at, moved_at) select 'idle-' || n, 'inbound', 1, 'idle', now(), now() - interval '30 days' from generate_series(1, 2) n",
    )
    await db.tx(async tx => {
      await tx.query("update lane set state = 'ready' where key = 'idle-1'")
      await applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, new Date())
    })
    const { rows } = await db.query<{ key: string }>("select key from lane where key like 'idle-%'")
    expect(rows).toEqual([{ key: 'idle-1' }])
    await db.query("delete from lane where key like 'idle-%'")
  })

  it('a hub that rests at weekends drops each week what is past its time', async () => {
    const apply = (days: number) => applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, new Date(Date.now() + days * 86_400_000))
    await apply(0)
    for (const days of [2.6, 7, 9.6]) await expect(apply(days)).resolves.toEqual([])
    await apply(0)
  })

  it('takes away what is past its time in portions, each short', async () => {
    await db.query(
      "create function too_many() returns trigger language plpgsql as $$ begin if (select count(*) from gone) > 10000 then raise exception 'no'; end if; return null; end $$",
    )
    for (const table of ['seen', 'audit'])
      await db.query(`create trigger too_many after delete on ${table} referencing old table as gone for each statement execute function too_many()`)
    const old = new Date(Date.now() - 4 * 365 * 86_400_000)
    await db.query(
      "insert into seen (sender, control_id, sha256, message_id, answer, at) select 'old', n::text, '', gen_random_uuid(), '', $1 from generate_series(1, 25000) n",
      [old],
    )
    await db.query("insert into audit_writer (writer, sequence, digest) values ('old', 25000, '')")
    await db.query(
      "insert into audit (writer, sequence, at, actor, action, object, outcome, detail, digest) select 'old', n, $1, 'a', 'read', 'o', 'ok', '', '' from generate_series(1, 25000) n",
      [old],
    )
    await applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, new Date())
    expect(await count(db, "seen where sender = 'old'")).toBe(0)
    expect(await count(db, "audit where writer = 'old'")).toBe(0)
    for (const table of ['seen', 'audit']) await db.query(`drop trigger too_many on ${table}`)
    await db.query("delete from audit_writer where writer = 'old'")
    await db.query("delete from audit_removed where writer = 'old'")
  })

  it('behind a long query it gives up, and acceptances go on', async () => {
    const now = new Date()
    await ensurePartitions(db, monthStart(now, -22))
    const reader = await openLedger({ url, max: 1, log: quiet })
    let end: () => void = () => undefined
    const reading = reader.tx(async tx => {
      await tx.query('select count(*) from message, body')
      await new Promise<void>(resolve => {
        end = resolve
      })
    })
    await until(async () => (await count(db, "pg_locks where relation = 'message'::regclass and mode = 'AccessShareLock'")) > 0, 'the query runs')
    const applied = applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, now)
    const failure = expect(applied).rejects.toMatchObject({ code: 'ledger.unavailable' })
    await until(async () => (await count(db, 'pg_locks where not granted')) > 0, 'retention waits')
    await createAcceptor(db).accept(message())
    await failure
    end()
    await reading
    await reader.close()
    expect(await applyRetention(db, { ...DEFAULT_RETENTION, auditSecret: 'key' }, now)).toContain(partitionName('message', monthStart(now, -22)))
  })
})

describe('audit', () => {
  const entry = (n: number, at = new Date()): AuditEntry => ({
    at,
    actor: 'client-1',
    action: 'read',
    object: `Patient/${n}`,
    outcome: 'ok',
    patients: [`Patient/${n}`],
    requestId: `r-${n}`,
    level: 'complet',
    rule: 'circle.member',
    address: '127.0.0.1',
    purpose: 'TREAT',
    structure: '540990025',
    human: '810000000017',
    detail: { n },
  })
  const proof = () => proveAudit(db, 'key', [])
  /** Runs what whoever holds the database could do, looks, and takes it back. */
  const tampered = async (...statements: string[]) => {
    const changed = await db.query<{ [column: string]: unknown }>("select * from audit where writer = 'one' order by sequence")
    await db.query('alter table audit disable trigger audit_append_only')
    for (const statement of statements) await db.query(statement)
    const { fault } = await proof()
    await db.query("delete from audit where writer = 'one'")
    await db.query('insert into audit select * from json_populate_recordset(null::audit, $1::json)', [
      JSON.stringify(changed.rows.map(row => ({ ...row, digest: `\\x${(row['digest'] as Buffer).toString('hex')}` }))),
    ])
    await db.query('alter table audit enable trigger audit_append_only')
    return fault
  }

  it('is a chain per writer, whoever writes at once, and anchored', async () => {
    await db.query('delete from audit_writer')
    const auditor = createAuditor(db, 'one')
    await Promise.all(Array.from({ length: 120 }, (_, n) => auditor.record(entry(n))))
    await Promise.all(Array.from({ length: 10 }, (_, n) => db.tx(tx => record(tx, 'one', entry(n)))))
    await auditor.record(entry(131))
    await createAuditor(db, 'two').record(entry(1))
    expect(await db.tx(tx => anchorHeads(tx, 'key', new Date()))).toHaveLength(2)
    expect(await proof()).toEqual({ rows: 132, writers: 2, anchors: 2, removed: 0 })
    await expect(db.query("update audit set outcome = 'no' where writer = 'one' and sequence = 50")).rejects.toMatchObject({ sqlState: '23514' })
  })

  it('of transactions beside each other is in chains of their own; one that is undone leaves nothing, and its chain goes on', async () => {
    const chains = createChains('beside')
    const inTurn = (n: number) => chains.use(chain => db.tx(tx => chain.record(tx, entry(n))))
    await Promise.all([1, 2, 3].map(inTurn))
    await expect(
      chains.use(chain =>
        db.tx(async tx => {
          await chain.record(tx, entry(4))
          throw new Error('undone')
        }),
      ),
    ).rejects.toThrow('undone')
    for (const n of [5, 6]) await inTurn(n)
    await createChains('beside').use(chain => db.tx(tx => chain.record(tx, entry(7))))
    const { rows } = await db.query<{ sequence: string; kept: number }>(
      "select sequence, count(*)::int as kept from audit where writer like 'beside:%' group by sequence order by sequence",
    )
    expect(rows.reduce((all, { kept }) => all + kept, 0)).toBe(6)
    expect((await proof()).fault).toBeUndefined()
    await db.query('alter table audit disable trigger audit_append_only')
    await db.query("delete from audit where writer like 'beside:%'")
    await db.query("delete from audit_writer where writer like 'beside:%'")
    await db.query('alter table audit enable trigger audit_append_only')
  })

  it.each(['actor', 'action', 'object', 'outcome', 'structure', 'human', 'request_id', 'purpose', 'level', 'rule', 'address', 'detail'])(
    'an altered %s is found',
    async column => {
      expect(await tampered(`update audit set ${column} = 'other' where writer = 'one' and sequence = 50`)).toEqual({
        writer: 'one',
        sequence: 50,
        what: 'altered',
      })
    },
  )

  it.each<[string, string[], object]>([
    ['another patient', ["update audit set patients = '{Patient/x}' where writer = 'one' and sequence = 7"], { sequence: 7, what: 'altered' }],
    ['another time', ["update audit set at = at + interval '1 ms' where writer = 'one' and sequence = 7"], { sequence: 7, what: 'altered' }],
    [
      'a time altered by less than a millisecond',
      ["update audit set at = at + interval '1 us' where writer = 'one' and sequence = 7"],
      { sequence: 7, what: 'altered' },
    ],
    [
      'two rows that changed places',
      [
        "update audit set sequence = case sequence when 7 then -8 else -7 end where writer = 'one' and sequence in (7, 8)",
        "update audit set sequence = -sequence where writer = 'one' and sequence < 0",
      ],
      { sequence: 7, what: 'altered' },
    ],
    ['a row out of the middle', ["delete from audit where writer = 'one' and sequence = 50"], { sequence: 50, what: 'missing' }],
    ['the first row', ["delete from audit where writer = 'one' and sequence = 1"], { sequence: 1, what: 'missing' }],
    ['the last rows', ["delete from audit where writer = 'one' and sequence > 125"], { sequence: 126, what: 'missing' }],
  ])('%s: found', async (_what, statements, fault) => {
    expect(await tampered(...statements)).toEqual({ writer: 'one', ...fault })
  })

  it('a chain cut at its end with its head set back, and a writer that is gone: the anchors say so', async () => {
    const cut = await tampered(
      "delete from audit where writer = 'one' and sequence > 125",
      "update audit_writer set sequence = 125, digest = (select digest from audit where writer = 'one' and sequence = 125) where writer = 'one'",
    )
    expect(cut).toEqual({ writer: 'one', sequence: 126, what: 'missing' })
    await db.query("update audit_writer set sequence = 131, digest = (select digest from audit where writer = 'one' and sequence = 131) where writer = 'one'")
    expect((await proof()).fault).toBeUndefined()
    expect(await tampered("delete from audit where writer = 'one'", "delete from audit_writer where writer = 'one'")).toEqual({
      writer: 'one',
      sequence: 0,
      what: 'missing',
    })
    await db.query("insert into audit_writer select writer, sequence, digest from audit where writer = 'one' and sequence = 131")
  })

  it('an anchor of another key is none', async () => {
    expect((await proveAudit(db, 'another key', [])).fault).toMatchObject({ what: 'anchor' })
  })

  it('what retention takes away is said, and the chain goes on from there', async () => {
    const long = new Date(Date.now() - 4 * 365 * 86_400_000)
    const auditor = createAuditor(db, 'three')
    for (const n of [1, 2, 3]) await auditor.record(entry(n, long))
    await auditor.record(entry(4))
    expect(await db.tx(tx => removeAudit(tx, 'key', { before: new Date(Date.now() - 3 * 365 * 86_400_000), most: 100 }))).toBe(3)
    await auditor.record(entry(5))
    expect(await proof()).toEqual({ rows: 134, writers: 3, anchors: 2, removed: 3 })
    await db.query("delete from audit_removed where writer = 'three'")
    expect((await proof()).fault).toEqual({ writer: 'three', sequence: 1, what: 'missing' })
    await db.query("delete from audit where writer = 'three'")
    await db.query("delete from audit_writer where writer = 'three'")
  })

  it('a row behind the head of its chain, and a head that is not its last row', async () => {
    const auditor = createAuditor(db, 'four')
    await auditor.record(entry(1))
    const { rows } = await db.query<{ digest: Buffer }>("select digest from audit_writer where writer = 'four'")
    await auditor.record(entry(2))
    expect((await proof()).fault).toBeUndefined()
    await db.query("update audit_writer set sequence = 1, digest = $1 where writer = 'four'", [rows[0]?.digest])
    expect((await proof()).fault).toEqual({ writer: 'four', sequence: 2, what: 'beyond its head' })
    await db.query("update audit_writer set sequence = 2 where writer = 'four'")
    expect((await proof()).fault).toEqual({ writer: 'four', sequence: 2, what: 'head' })
  })
})

describe('leases', () => {
  it('one holder at a time; the next one has a greater fence', async () => {
    const first = await acquireLease(db, 'relay', { holder: 'one', leaseMs: 60_000 })
    expect(await acquireLease(db, 'relay', { holder: 'two', leaseMs: 60_000 })).toBeUndefined()
    expect(await acquireLease(db, 'relay', { holder: 'one', leaseMs: 60_000 })).toEqual(first)
    if (first !== undefined) await releaseLease(db, first)
    const second = await acquireLease(db, 'relay', { holder: 'two', leaseMs: 60_000 })
    expect(Number(second?.fence)).toBeGreaterThan(Number(first?.fence))
  })

  it('work is done by one of two, and by the other once the first is gone', async () => {
    const stops = [new AbortController(), new AbortController()]
    const working = new Set<number>()
    let most = 0
    const leaders = stops.map((stop, n) =>
      whileLeader({
        db,
        name: 'single',
        holder: `h${n}`,
        leaseMs: 1500,
        signal: stop.signal,
        async work(signal) {
          working.add(n)
          most = Math.max(most, working.size)
          await new Promise(resolve => signal.addEventListener('abort', resolve))
          working.delete(n)
        },
      }),
    )
    await until(() => working.size === 1, 'one leads')
    const [first] = working
    await sleep(3500)
    expect([...working]).toEqual([first])
    stops[first ?? 0]?.abort()
    await until(() => working.has(1 - (first ?? 0)), 'the other leads')
    for (const stop of stops) stop.abort()
    await Promise.all(leaders)
    expect(most).toBe(1)
  })

  it('a clock that is set back leaves it with a holder who is gone no longer than it lasts', async () => {
    await db.query("insert into lease (name, holder, fence, until) values ('ahead', 'gone', 1, clock_timestamp() + interval '2 hours')")
    expect(await acquireLease(db, 'ahead', { holder: 'two', leaseMs: 300 })).toBeUndefined()
    await sleep(400)
    expect(await acquireLease(db, 'ahead', { holder: 'two', leaseMs: 300 })).toMatchObject({ holder: 'two', fence: '2' })
  })

  it('a token id is used once', async () => {
    const uses = await Promise.all(Array.from({ length: 10 }, () => useToken(db, 'jti-1', new Date(Date.now() + 60_000))))
    expect(uses.filter(isFirst => isFirst)).toHaveLength(1)
  })
})

it('lineage comes back as it was; the last run stands', async () => {
  const id = newMessageId()
  const lineage = { mapper: 'm', version: 1, lineage: [{ element: 'Patient.name', sources: ['PID-5'] }], unread: ['PID-9'], findings: [], mappedAt: new Date() }
  await writeLineage(db, id, lineage)
  await writeLineage(db, id, { ...lineage, version: 2 })
  expect(await readLineage(db, id)).toEqual({ ...lineage, version: 2 })
  expect(await readLineage(db, newMessageId())).toBeUndefined()
})

it('what was found at acceptance comes with what was found in mapping, each once, and stays said of the message', async () => {
  const [early, late] = [
    { code: 'citizen-address.invalid', severity: 'warning', path: 'PRT[2]-15.4' },
    { code: 'narrative.medium-not-shown', severity: 'information', path: 'ClinicalDocument/title' },
  ] as const
  const { accept } = createAcceptor(db)
  const { id } = await accept(message({ findings: [early] }))
  await writeLineage(db, id, { mapper: 'm', version: 1, lineage: [], unread: [], findings: [early, late], mappedAt: new Date() })
  expect((await readLineage(db, id))?.findings).toEqual([early, late])
  await writeLineage(db, id, { mapper: 'm', version: 2, lineage: [], unread: [], findings: [], mappedAt: new Date() })
  // What mapping alone had found is gone with that mapping; what the acceptance found stays.
  expect((await readLineage(db, id))?.findings).toEqual([early])
  await writeLineage(db, id, { mapper: 'm', version: 3, lineage: [], unread: [], findings: [late], mappedAt: new Date() })
  await writeLineage(db, id, { mapper: 'm', version: 3, lineage: [], unread: [], findings: [late], mappedAt: new Date() })
  expect((await readLineage(db, id))?.findings).toEqual([early, late])
})
