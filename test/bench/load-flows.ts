/*
  Millions of invented flows over thirteen months, written by PostgreSQL itself: messages with what was said against them, and for a share of them events, decisions, deliveries and receipts.
  Nobody's name is in it; bodies are left out, as retention leaves them out.
*/
import type pg from 'pg'
import type { Tx } from '../../gateway/ledger/db.ts'
import { ensurePartitions, monthStart } from '../../gateway/ledger/partitions.ts'
import { floor, HOUR, rollUpStretch, type Stretch } from '../../gateway/ledger/figures/rollup.ts'

export const LOADED_DAYS = 390
const DAY_MS = 86_400_000
const ROLLED_AT_ONCE_MS = 7 * DAY_MS

/** Twelve hours of night hold a fifth of a day. */
const MOMENT = `date_trunc('day', d.at, 'UTC') + make_interval(secs => 86400 * (f.part + 0.7 * sin(2 * pi() * f.part) / (2 * pi())))`

/** $1 first day, $2 days, $3 flows a day, $4 number of the first flow, $5 nothing from here on. */
const MESSAGES = `
insert into message (id, door, format, sender, territory, control_id, sha256, size, document_type, document_id, lane_key, position, status, findings, refused_with,
  traceparent, received_at, accepted_at, stored_at, closed_at)
select (lpad(to_hex(floor(extract(epoch from r.at) * 1000)::bigint), 12, '0') || '7' || substr(h.x, 1, 3) || '8' || substr(h.x, 4, 15))::uuid,
  case when k.kind = 'mail' then 'mail' else 'mllp' end, k.kind,
  case when k.kind = 'mail' then 'mail-operator' else 'load-' || s.n end,
  case when k.kind = 'mail' then null when s.n % 3 = 0 then '35238' else '54395' end,
  'LOAD-' || n.n, decode(h.x || h.x, 'hex'), 20000,
  case when k.kind = 'hl7v2' then (array['11488-4','34112-3','60591-5','11502-2','18842-5','34105-7','57133-1','74207-2'])[1 + (h.a * 8 / 256)] end,
  case when k.kind = 'hl7v2' then 'urn:oid:1.2.250.1.213.1.4.10.' || n.n end,
  'in:load', n.n, case when z.refused then 'refused' else 'complete' end,
  case when h.b < 26 then jsonb_build_array(jsonb_build_object('code', (array['ins.missing','control-id.reused','mail.default_body'])[1 + h.b % 3], 'severity', 'warning',
    'path', (array['PID-3','MSH-10','OBX[1]-5'])[1 + h.b % 3])) else '[]' end,
  case when z.refused then jsonb_build_array(jsonb_build_object('code', (array['hl7v2.table_value','hl7v2.segment_missing','sender.unknown'])[1 + h.c % 3], 'path', (array['OBX-11','PID-3','MSH-3'])[1 + h.c % 3])) end,
  '00-' || h.x || '-0000000000000001-01', r.at, r.at + make_interval(secs => 0.01 + h.c * 0.001),
  case when not z.refused then r.at + make_interval(secs => 0.1 + h.a * 0.01) end, case when not z.refused then r.at + make_interval(secs => 2 + h.a * 0.05) end
from generate_series(0, $2::int - 1) day
cross join generate_series(0, $3::int - 1) i
cross join lateral (select $4::bigint + day * $3::bigint + i as n) n
cross join lateral (select md5(n.n::text) as x, get_byte(decode(md5(n.n::text), 'hex'), 0) as a, get_byte(decode(md5(n.n::text), 'hex'), 1) as b, get_byte(decode(md5(n.n::text), 'hex'), 2) as c) h
cross join lateral (select 1 + (h.a + h.b) % 24 as n) s
cross join lateral (select case when h.c < 179 then 'hl7v2' when h.c < 230 then 'hl7v2-movement' when h.c < 243 then 'hl7v2-identity' else 'mail' end as kind) k
cross join lateral (select k.kind <> 'mail' and h.b >= 251 as refused) z
cross join lateral (select $1::timestamptz + day * interval '1 day' as at) d
cross join lateral (select (i + 0.5) / $3 as part) f
cross join lateral (select ${MOMENT} as at) r
where r.at < $5`

/** Of a third of the documents of [$1, $2): who was told, and what came back. */
const FOLLOWED = `
with m as materialized (
  select id, received_at as at, territory, document_id, get_byte(uuid_send(id), 11) as a, get_byte(uuid_send(id), 12) as b from message
  where id >= flow_id_at($1) and id < flow_id_at($2) and control_id like 'LOAD-%' and format = 'hl7v2' and status = 'complete' and get_byte(uuid_send(id), 15) < 90
    and not exists (select from event e where e.cause = message.id)
), e as (
  insert into event (id, cause, type, n, person, sequence, patient, resources, changes, detail, traceparent, at, announced_at, territory)
  select overlay(id::text placing '9' from 20)::uuid, id, 'document.depose', 1, 'load ' || id, 1, 'Patient/' || overlay(id::text placing '0000' from 1),
    array['DocumentReference/' || id || '/_history/1'], '{create}', '{}', '', at, at + interval '1 s', territory from m
), d as (
  insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, attempts, code, planned_at, sending_at, sent_at, settled_at)
  select overlay(id::text placing 'a' from 20)::uuid, overlay(id::text placing '9' from 20)::uuid,
    case when a < 200 then 'mssante' else 'platform' end,
    case when a < 200 then 'dr.' || a || '@' || (array['medecin','ch-nord','ch-sud','ehpad'])[1 + b % 4] || '.mssante.fr' else 'region' end,
    document_id, 'create', 'complet', 'sender.named', 'load-' || id, 'out:load', case when b < 8 then 'failed' else 'delivered' end, 1, case when b < 8 then 'mssante.refused' end,
    at + interval '1 s', at + interval '1 s', at + interval '2 s', at + make_interval(secs => 2 + b * 0.2) from m
), x as (
  insert into decision (event_id, channel, recipient, delivery_id, moment, level, rule, basis, at)
  select overlay(id::text placing '9' from 20)::uuid, case when a < 200 then 'mssante' else 'platform' end, 'load', overlay(id::text placing 'a' from 20)::uuid, 'plan', 'complet', 'sender.named', '{}', at from m
)
insert into receipt (delivery_id, kind, outcome, cause, at)
select overlay(id::text placing 'a' from 20)::uuid, 'smtp', case when b < 8 then 'refused' else 'accepted' end, 'attempt 1', at + interval '2 s' from m`

/** So many are left open, as in a bad hour: two thirds are only queued, the others wait or are parked with a code. */
const BACKLOG = 1500
const LEFT_OPEN = `
with latest as (select id, received_at, row_number() over (order by id) as n from message where control_id like 'LOAD-%' and status = 'complete' and format = 'hl7v2' order by id desc limit $1::int),
sent as (select id, row_number() over (order by planned_at) as n from delivery where status = 'delivered' and lane_key = 'out:load' order by planned_at desc limit $1::int),
waiting as (
  update delivery d set status = case when n % 3 = 0 then 'waiting' else 'planned' end, code = case when n % 3 = 0 then 'mssante.deferred' end, settled_at = null, sent_at = null
  from sent where d.id = sent.id
)
update message m set stored_at = null, closed_at = null, status = (array['received', 'received', 'waiting', 'received', 'received', 'parked'])[1 + n % 6],
  code = (array[null, null, 'store.unavailable', null, null, 'hub.defect'])[1 + n % 6], path = case when n % 6 = 5 then 'OBX[2]-5' end
from latest where m.id = latest.id`

/** One connection writes the rows of a month while the other rolls up the month before. */
export interface Loaders {
  rows: pg.Client
  rollups: pg.Client
}

/** Out: how many there are. Loading again goes on where there are fewer than `flows`. */
export async function loadFlows({ rows, rollups }: Loaders, flows: number, told: (text: string) => void): Promise<number> {
  for (const client of [rows, rollups]) await client.query(SETTINGS)
  const now = new Date()
  const first = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - LOADED_DAYS * DAY_MS)
  const known = await knownIn(rows)
  // Of today there is a part only.
  const perDay = Math.ceil((Math.max(flows - known, 0) * DAY_MS) / (now.getTime() - first.getTime()))
  if (perDay === 0) return known
  let rolled = Promise.resolve()
  for (const { from, to } of monthsBetween(first, now)) {
    await ensurePartitions(rows, from)
    const days = Math.ceil((to.getTime() - from.getTime()) / DAY_MS)
    const number = known + 1 + Math.round((from.getTime() - first.getTime()) / DAY_MS) * perDay
    await rows.query(MESSAGES, [from, days, perDay, number, now])
    await rows.query(FOLLOWED, [from, to])
    rolled = rolled.then(() => rolledUp(rollups, { from, to })).then(() => told(from.toISOString().slice(0, 7)))
    // Whoever awaits it comes later.
    rolled.catch(() => undefined)
  }
  await rolled
  await rows.query(LEFT_OPEN, [BACKLOG])
  return knownIn(rows)
}

const SETTINGS = "set application_name = 'hub'; set synchronous_commit = off; set jit = off; set work_mem = '128MB'; set statement_timeout = 0"

async function knownIn(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ known: string }>("select count(*) as known from message where control_id like 'LOAD-%'")
  return Number(rows[0]?.known ?? 0)
}

function monthsBetween(first: Date, now: Date): Stretch[] {
  const months: Stretch[] = []
  for (let month = monthStart(first); month <= now; month = monthStart(month, 1)) {
    const next = monthStart(month, 1)
    months.push({ from: month < first ? first : month, to: next < now ? next : now })
  }
  return months
}

/** Up to where the hub itself has come; it goes on from there. */
async function rolledUp(client: pg.Client, { from, to }: Stretch): Promise<void> {
  const tx = txOf(client)
  for (let at = floor(from, HOUR); at < to; at = new Date(at.getTime() + ROLLED_AT_ONCE_MS)) {
    await client.query('begin')
    const { rows } = await client.query<{ until: Date }>('select until from rollup_until for update')
    const until = rows[0]?.until ?? to
    const end = new Date(Math.min(at.getTime() + ROLLED_AT_ONCE_MS, to.getTime(), until.getTime()))
    if (at < end) await rollUpStretch(tx, { from: at, to: end })
    await client.query('commit')
  }
}

export const txOf = (client: pg.Client): Tx => ({
  query: async <Row>(text: string, values: unknown[] = []) => {
    const { rows, rowCount } = await client.query(text, values)
    return { rows: rows as Row[], rowCount: rowCount ?? 0 }
  },
})
