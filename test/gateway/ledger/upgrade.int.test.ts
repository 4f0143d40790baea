import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { record } from '../../../gateway/ledger/audit/audit.ts'
import { partnerSequence } from '../../../gateway/ledger/deliveries/partner-sequence.ts'
import { proveAudit } from '../../../gateway/ledger/audit/audit-proof.ts'
import { openLedger, type Tx } from '../../../gateway/ledger/db.ts'
import { findEvents } from '../../../gateway/ledger/deliveries/events.ts'
import { findFlows, readFlow } from '../../../gateway/ledger/flows/flows.ts'
import { countIndicatorDays } from '../../../gateway/ledger/figures/indicator-days.ts'
import { findTerritories, tallyIndicators } from '../../../gateway/ledger/figures/indicators.ts'
import { lowestIdAt, newMessageId } from '../../../gateway/ledger/ids.ts'
import { advanceLane, claimLanes, resumeLane } from '../../../gateway/ledger/lanes/lanes.ts'
import { monthStart } from '../../../gateway/ledger/partitions.ts'
import { startPostgres } from '../../support/postgres.ts'
import { message, only, quiet } from './support.ts'

// An installation of the previous version, filled as that one filled it, is opened by this one: nothing is lost, nothing is done twice, work goes on where it stood.

/** The last migration of the previous version. */
const PREVIOUS = 16
const MIGRATIONS = join(import.meta.dirname, '../../../gateway/ledger/migrations')
const DAY_MS = 86_400_000
const MESSAGES = 3000
const TERRITORIES = ['54395', '35238', null] as const
const SECRET = 'the secret of the anchors'
const OURS = TERRITORIES[0]

const postgres = await startPostgres()
const url = await postgres.createDatabase()
const old = new pg.Client({ connectionString: url })
await old.connect()
await install(old)
/** Ids in the order they came; the last three wait in a parked lane. */
const ids = await fill(old)
const before = await countsOf(old)
await old.end()
const db = await openLedger({ url, max: 8, log: quiet })
afterAll(async () => {
  await db.close()
  await postgres.stop()
})

/** As the previous version made its tables, and noted it. */
async function install(old: pg.Client): Promise<void> {
  await old.query('create table migration (number integer primary key, name text not null, sha256 text not null, at timestamptz not null default now())')
  for (const name of readdirSync(MIGRATIONS).sort()) {
    const number = Number(name.slice(0, 4))
    if (!name.endsWith('.sql') || number > PREVIOUS) continue
    const sql = readFileSync(join(MIGRATIONS, name), 'utf8')
    await old.query(sql)
    await old.query('insert into migration (number, name, sha256) values ($1, $2, $3)', [number, name, createHash('sha256').update(sql).digest('hex')])
  }
  for (const table of ['message', 'body', 'lineage'])
    for (let offset = -2; offset <= 2; offset += 1) {
      const [from, to] = [monthStart(new Date(), offset), monthStart(new Date(), offset + 1)]
      const name = `${table}_${from.getUTCFullYear()}_${String(from.getUTCMonth() + 1).padStart(2, '0')}`
      await old.query(`create table ${name} partition of ${table} for values from ('${lowestIdAt(from)}') to ('${lowestIdAt(to)}')`)
    }
}

/** Messages of a month, whose documents were told to two channels; at the end three that wait behind one another. */
async function fill(old: pg.Client): Promise<string[]> {
  const now = Date.now()
  const at = Array.from({ length: MESSAGES }, (_, n) => new Date(now - 30 * DAY_MS + Math.floor((n * 30 * DAY_MS) / MESSAGES)))
  const made = at.map(time => newMessageId(time))
  const waiting = made.slice(-3)
  await old.query(
    `insert into message (id, door, format, sender, territory, control_id, sha256, size, document_type, document_id, lane_key, position, status, traceparent, received_at, accepted_at, stored_at)
     select id, 'mllp', 'hl7v2', 'ch-' || coalesce(territory, '0'), territory, 'C' || n, sha256(id::text::bytea), 10, '11490-0', 'urn:oid:1.2.' || n, 'in:' || (n % 50), n,
       case when id = any($4::uuid[]) then 'parked' when n % 10 = 0 then 'refused' else 'complete' end, '00-x', at, at, case when id = any($4::uuid[]) then null else at end
     from unnest($1::uuid[], $2::timestamptz[], $3::text[]) with ordinality as t (id, at, territory, n)`,
    [made, at, made.map((_, n) => TERRITORIES[n % 3]), waiting],
  )
  await old.query("insert into body (id, bytes) select id, convert_to('bytes of ' || control_id, 'UTF8') from message")
  await old.query("insert into seen (sender, control_id, sha256, message_id, answer) select sender, control_id, sha256, id, 'AA' from message")
  await old.query(`insert into event (id, cause, type, n, person, sequence, patient, resources, changes, detail, traceparent, at, announced_at)
    select id, id, 'document.depose', 1, 'p' || position, 7, 'Patient/' || position, array['DocumentReference/' || position || '/_history/1'], '{create}', '{}', '00-x', received_at, received_at
    from message where status = 'complete'`)
  await old.query(`insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, settled_at)
    select gen_random_uuid(), e.id, c, c || '-recipient', e.id::text, 'create', 'complet', 'sender.named', 'r-' || c || e.id, 'out:' || c, 'delivered', e.at from event e, unnest(array['mssante', 'platform']) c`)
  await old.query(`insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, settled_at)
    select gen_random_uuid(), id, 'subscription', 'hub.partner.before', id::text, type, 'complet', 'circle.member', 'r-topic-' || id, 'out:topic', 'delivered', at from event where patient = 'Patient/2'`)
  await old.query(
    "insert into decision (event_id, channel, recipient, delivery_id, moment, level, rule, basis) select event_id, channel, recipient, id, 'plan', level, rule, '{}' from delivery",
  )
  await old.query("insert into receipt (delivery_id, kind, outcome, cause) select id, 'dsn', 'delivered', 'c' from delivery where channel = 'mssante'")
  await old.query(`insert into stay_alert (id, kind, patient, structure, stay, movement_ids, cause, happened_at, state)
    select id, 'discharge', 'Patient/' || position, 'Organization/ch', id, '{}', id, received_at, 'standing' from message where position % 100 = 0`)
  await old.query("insert into lane (key, kind, last_position, state, due_at, code) values ('in:stuck', 'inbound', 3, 'parked', now(), 'store.refused')")
  await old.query("insert into lane_entry (lane_key, position, entry_id) select 'in:stuck', n, id from unnest($1::uuid[]) with ordinality as t (id, n)", [
    waiting,
  ])
  await old.query("update message set lane_key = 'in:stuck' where id = any($1::uuid[])", [waiting])
  await old.query(
    "insert into intent (id, client, sha256, state, traceparent, settled_at) select gen_random_uuid(), 'dac', 'x', 'settled', '00-x', now() from generate_series(1, 50)",
  )
  // Two processes, each with its chain.
  const tx: Tx = { query: async (text, values) => (await old.query(text, values)) as never }
  for (let n = 0; n < 40; n += 1) await record(tx, `w${n % 2}`, { at: new Date(), actor: 'a', action: 'fhir.read', object: `Patient/${n}`, outcome: 'shown' })
  return made
}

async function countsOf(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename !~ '_\\d{4}_\\d{2}$' order by 1",
  )
  const counts = new Map<string, number>()
  for (const { name } of rows) {
    const counted = await client.query<{ count: number }>(`select count(*)::int as count from ${name}`)
    counts.set(name, counted.rows[0]?.count ?? 0)
  }
  return counts
}

describe('a ledger of the previous version, opened by this one', () => {
  it('has every row it had, in every table it had', async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const after = await countsOf(client)
    await client.end()
    const { migration, ...kept } = Object.fromEntries(before)
    expect(migration).toBeLessThan(after.get('migration') ?? 0)
    expect(Object.fromEntries(Object.keys(kept).map(name => [name, after.get(name)]))).toEqual(kept)
    expect(before.get('message')).toBe(MESSAGES)
  })

  it('is opened again without any change', async () => {
    const again = await openLedger({ url, max: 2, log: quiet })
    const { rows } = await again.query<{ count: number }>('select count(*)::int as count from migration')
    expect(rows[0]?.count).toBe(readdirSync(MIGRATIONS).filter(name => name.endsWith('.sql')).length)
    await again.close()
  })

  it('shows its flows with their steps, and bounds them by territory', async () => {
    const flow = await readFlow(db, ids[0] ?? '')
    expect(flow).toMatchObject({ controlId: 'C1', territory: OURS, status: 'complete' })
    expect(
      flow?.steps
        .filter(({ step }) => step === 'sent')
        .map(({ recipient }) => recipient)
        .sort(),
    ).toEqual(['mssante-recipient', 'platform-recipient'])
    const { items } = await findFlows(db, { within: OURS }, { limit: 500 })
    expect(new Set(items.map(({ territory }) => territory))).toEqual(new Set([OURS]))
  })

  it('its events have the territory of the message that caused them', async () => {
    const { rows } = await db.query<{ wrong: number }>(
      'select count(*)::int as wrong from event e join message m on m.id = e.cause where e.territory is distinct from m.territory',
    )
    expect(rows[0]?.wrong).toBe(0)
    expect((await findEvents(db, { territory: OURS, limit: 5 })).items).toHaveLength(5)
  })

  it('what it did not keep is read from the store once, which a ledger that begins with this version does not need', async () => {
    const empty = await openLedger({ url: await postgres.createDatabase(), max: 2, log: quiet })
    const wanted = await Promise.all([db, empty].map(async one => (await one.query('select name from catch_up order by name')).rows))
    expect(wanted).toEqual([[{ name: 'cards' }, { name: 'marks' }], []])
    await empty.close()
  })

  it('a topic that had events goes on above the last number its reader saw', async () => {
    const told = (person: string) => partnerSequence(db, { topic: 'hub.partner.before', person, deliveryId: crypto.randomUUID() })
    expect([await told('p2'), await told('p2'), await told('p3')]).toEqual([8, 9, 1])
  })

  it('its discharges are counted by themselves, and then read from what is kept', async () => {
    await db.query("insert into access_directory values ('Organization/dac', null, 'Organization/dac', null, 'health', '606', true, array['54395'])")
    while (await countIndicatorDays(db, 32));
    const scopes = await findTerritories(db)
    const { tallies } = await tallyIndicators(db, { scopes, from: '2000-01', to: '2999-12' })
    const discharges = tallies.flatMap(({ indicator, count }) => (indicator === 'sorties' ? [count] : [])).reduce((sum, n) => sum + n, 0)
    const { rows } = await db.query<{ count: number; kept: boolean }>(
      `select count(*)::int as count, exists (select from indicator_count where indicator = 'sorties') as kept
       from stay_alert a join message m on m.id = a.cause where a.kind = 'discharge' and m.territory = $1`,
      [OURS],
    )
    expect(rows).toEqual([{ count: discharges, kept: true }])
    expect(discharges).toBeGreaterThan(0)
  })

  it('its audit is proved whole', async () => {
    expect(await proveAudit(db, SECRET, [])).toEqual({ rows: 40, writers: 2, anchors: 0, removed: 0 })
  })

  it('its parked lane is resumed in its order, and what came after waits behind', async () => {
    expect(await resumeLane(db, 'in:stuck')).toBe(true)
    const claims = await claimLanes(db, { kind: 'inbound', holder: 'h', leaseMs: 20_000, limit: 5 })
    const done: (string | undefined)[] = [only(claims).entryId]
    let claim = only(claims)
    for (;;) {
      const next = await db.tx(tx => advanceLane(tx, claim))
      if (next === undefined) break
      done.push(next)
      claim = { ...claim, entryId: next }
    }
    expect(done).toEqual(ids.slice(-3))
  })

  it('a message it has taken is known again and gets its first answer; a new one is taken', async () => {
    const acceptor = createAcceptor(db)
    const known = ids[1] ?? ''
    const { rows } = await db.query<{ sender: string; controlId: string; sha: Buffer }>(
      'select sender, control_id as "controlId", sha256 as sha from message where id = $1',
      [known],
    )
    const bytes = Buffer.from(known)
    expect(createHash('sha256').update(bytes).digest()).toEqual(rows[0]?.sha)
    const repeat = await acceptor.accept(message({ sender: rows[0]?.sender ?? '', controlId: rows[0]?.controlId ?? '', text: known }))
    expect(repeat).toMatchObject({ id: known, isRepeat: true, answer: Buffer.from('AA') })
    expect(await acceptor.accept(message())).toMatchObject({ isRepeat: false })
  })
})
