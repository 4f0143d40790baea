/*
  The one statement of an acceptance: for a whole batch, `seen`, lanes, message, body, lane entries and what became of the documents as versions.
  Locks are taken in one order everywhere (seen by key, then lanes by key), so batches of several replicas never cross.
  All bodies travel as one binary parameter and are cut apart by PostgreSQL: no hexadecimal on the way.
*/
import type { Tx } from '../db.ts'
import { columnsOf, type JudgedVersions } from '../documents/document-versions.ts'
import { storableJson } from '../json.ts'
import type { Accepted, Arrival } from './arrival.ts'

const INSERT = `
with input as materialized (
  select * from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
    $15::timestamptz[], $16::int[], $17::boolean[])
    with ordinality as i (id, door, format, sender, territory, control_id, at_byte, size, document_type, document_id, lane_key, findings, refused_with, traceparent,
      received_at, answer_size, is_reused, ord)
), sized as materialized (
  select i.*, substring($19::bytea from (ord::int - 1) * 32 + 1 for 32) as sha256,
    substring($20::bytea from (sum(answer_size) over (order by ord) - answer_size)::int + 1 for answer_size) as answer
  from input i
), fresh as (
  insert into seen (sender, control_id, sha256, message_id, answer)
  select sender, control_id, sha256, id, answer from sized where refused_with is null order by sender, control_id, sha256
  on conflict do nothing
  returning message_id
), kept as materialized (
  select s.* from sized s where refused_with is not null or id in (select message_id from fresh)
), placed as (
  insert into lane as l (key, kind, last_position, state, due_at)
  select lane_key, 'inbound', count(*), 'ready', clock_timestamp() from kept where refused_with is null group by lane_key order by lane_key
  on conflict (key) do update set last_position = l.last_position + excluded.last_position,
    state = case l.state when 'idle' then 'ready' else l.state end,
    due_at = case l.state when 'idle' then excluded.due_at else l.due_at end, moved_at = case l.state when 'idle' then excluded.moved_at else l.moved_at end
  returning key, last_position
), positioned as materialized (
  select k.*, p.last_position - count(*) over lane_all + row_number() over (lane_all order by k.ord) as position
  from kept k left join placed p on p.key = k.lane_key and k.refused_with is null
  window lane_all as (partition by k.lane_key, k.refused_with is null)
), bodies as (
  insert into body (id, bytes) select id, substring($18::bytea from at_byte + 1 for size) from kept on conflict (id) do nothing
), entries as (
  insert into lane_entry (lane_key, position, entry_id) select lane_key, position, id from positioned where refused_with is null
), messages as (
  insert into message (id, door, format, sender, territory, control_id, sha256, size, document_type, document_id, lane_key, position, status, findings, refused_with,
    traceparent, received_at)
  select id, door, format, sender, territory, control_id, sha256, size, document_type, document_id, case when refused_with is null then lane_key end, position,
    case when refused_with is null then 'received' else 'refused' end,
    case when is_reused or exists (select from seen s where s.sender = p.sender and s.control_id = p.control_id and s.sha256 <> p.sha256)
      then findings::jsonb || '[{"code":"control-id.reused","severity":"warning","path":"MSH-10"}]' else findings::jsonb end,
    refused_with::jsonb, traceparent, received_at
  from positioned p
  on conflict (id) do nothing
), judged as materialized (
  select * from jsonb_to_recordset($21::jsonb) as j (document_id text, digest text, state text, change text, replaces text, replaced_by text, other_format text, set_id text,
    version int, kind text, organisation text, persons text[], received_at timestamptz, revision int)
), versioned as (
  insert into document_version as v (document_id, digest, state, change, replaces, replaced_by, other_format, set_id, version, kind, organisation, persons, received_at, revision)
  select document_id, decode(digest, 'hex'), state, change, replaces, replaced_by, other_format, set_id, version, kind, organisation, persons, received_at, revision + 1
  from judged where exists (select from kept) order by document_id
  on conflict (document_id) do update set digest = excluded.digest, state = excluded.state, change = excluded.change, replaces = excluded.replaces,
    replaced_by = excluded.replaced_by, other_format = excluded.other_format, set_id = excluded.set_id, version = excluded.version, kind = excluded.kind,
    organisation = excluded.organisation, persons = excluded.persons, received_at = coalesce(v.received_at, excluded.received_at), revision = excluded.revision
    where v.revision = excluded.revision - 1
  returning document_id
), acts as materialized (
  select * from jsonb_to_recordset($22::jsonb) as c (message_id uuid, document_id text, change text, is_told boolean, is_repeat boolean, n int)
), changed as (
  insert into document_change (message_id, document_id, change, is_told, is_repeat, n)
  select message_id, document_id, change, is_told, is_repeat, n from acts where message_id in (select id from kept)
  on conflict do nothing
), known as (
  select from document_version where persons && $24::text[] and set_id = any($23::text[]) and state = 'current'
  union all
  select from document_version where persons = '{}' and set_id = any($23::text[]) and state = 'current'
)
select id from kept where ((select count(*) from versioned) = (select count(*) from judged) and not exists (select from known)
  and not exists (select from acts where message_id not in (select id from kept))) or stale_document_versions()`

const LOOK_UP = `
select s.sender, s.control_id, s.sha256, s.message_id, s.answer
from unnest($1::text[], $2::text[], $3::text[]) as i (sender, control_id, sha256)
join seen s on s.sender = i.sender and s.control_id = i.control_id and s.sha256 = decode(i.sha256, 'hex')`

/** Keeps a batch in one commit; a repeat gets the id and answer of the first. */
export async function insertBatch(tx: Tx, batch: Arrival[], judged: JudgedVersions = { versions: [], changes: [] }): Promise<Accepted[]> {
  const { rows } = await tx.query<{ id: string }>(INSERT, [...parametersOf(batch), ...parametersOfVersions(batch, judged)], 'accept')
  const kept = new Set(rows.map(row => row.id))
  const others = batch.filter(({ message }) => !kept.has(message.id))
  const firsts = others.length === 0 ? new Map<string, Accepted>() : await lookUp(tx, others)
  return batch.map(arrival => {
    const { id, answer } = arrival.message
    if (kept.has(id)) return { id, answer, isRepeat: false, isRefused: arrival.isRefused }
    const first = firsts.get(keyOf(arrival))
    if (first === undefined) throw new Error('a message is neither kept nor seen')
    // Our own earlier attempt, whose outcome we did not hear, is no repeat.
    return { ...first, isRepeat: first.id !== id }
  })
}

/** The first of each message that was accepted before. */
export async function lookUp(tx: Tx, others: Arrival[]): Promise<Map<string, Accepted>> {
  const { rows } = await tx.query<{ sender: string; control_id: string; sha256: Buffer; message_id: string; answer: Buffer }>(LOOK_UP, [
    others.map(({ message }) => storable(message.sender, 200)),
    others.map(({ message }) => storable(message.controlId, 200)),
    others.map(({ sha256 }) => sha256.toString('hex')),
  ])
  return new Map(
    rows.map(row => [
      `${row.sender}\n${row.control_id}\n${row.sha256.toString('base64')}`,
      { id: row.message_id, answer: row.answer, isRepeat: true, isRefused: false },
    ]),
  )
}

function parametersOf(batch: Arrival[]): unknown[] {
  const messages = batch.map(arrival => arrival.message)
  const offsets: number[] = []
  let size = 0
  for (const { bytes } of messages) {
    offsets.push(size)
    size += bytes.length
  }
  return [
    messages.map(m => m.id),
    messages.map(m => m.door),
    messages.map(m => m.format),
    messages.map(m => storable(m.sender, 200)),
    messages.map(m => m.territory ?? null),
    messages.map(m => storable(m.controlId, 200)),
    offsets,
    messages.map(m => m.bytes.length),
    messages.map(m => optional(m.documentType)),
    messages.map(m => optional(m.documentId)),
    messages.map(m => m.laneKey),
    messages.map(m => storableJson(m.findings)),
    batch.map(({ message, isRefused }) => (isRefused ? storableJson(message.refusedWith ?? []) : null)),
    messages.map(m => m.traceparent),
    messages.map(m => m.receivedAt.toISOString()),
    messages.map(m => m.answer.length),
    reusedInside(batch),
    joined(messages.map(m => m.bytes)),
    joined(batch.map(arrival => arrival.sha256)),
    joined(messages.map(m => m.answer)),
  ]
}

function parametersOfVersions(batch: Arrival[], { versions, changes, newSets }: JudgedVersions): unknown[] {
  const receivedAt = new Map(batch.map(({ message }) => [message.id, message.receivedAt]))
  const broughtAt = new Map(changes.toReversed().map(({ documentId, messageId }) => [documentId, receivedAt.get(messageId)]))
  const rows = versions.map(one => ({ ...columnsOf(one), received_at: one.digest === undefined ? undefined : broughtAt.get(one.documentId) }))
  const acts = changes.map(({ messageId, documentId, change, isTold, isRepeat, n }) => ({
    message_id: messageId,
    document_id: documentId,
    change,
    is_told: isTold,
    is_repeat: isRepeat,
    n,
  }))
  return [storableJson(rows), storableJson(acts), newSets?.sets ?? [], newSets?.persons ?? []]
}

/** In one batch, which carry the control id of an earlier one with other bytes. */
function reusedInside(batch: Arrival[]): boolean[] {
  const first = new Map<string, Buffer>()
  return batch.map(({ message, sha256 }) => {
    const key = `${message.sender}\n${message.controlId}`
    const known = first.get(key)
    if (known === undefined) first.set(key, sha256)
    return known !== undefined && !known.equals(sha256)
  })
}

function keyOf({ message, sha256 }: Arrival): string {
  return `${storable(message.sender, 200)}\n${storable(message.controlId, 200)}\n${sha256.toString('base64')}`
}

/** What a text column and its index can hold: no NUL, not longer than this. */
function storable(text: string, length: number): string {
  return text.replaceAll('\0', '').slice(0, length)
}

function optional(text: string | undefined): string | null {
  return text === undefined ? null : storable(text, 400)
}

function joined(parts: Uint8Array[]): Buffer {
  const only = parts.length === 1 ? parts[0] : undefined
  return only === undefined ? Buffer.concat(parts) : Buffer.from(only.buffer, only.byteOffset, only.byteLength)
}
