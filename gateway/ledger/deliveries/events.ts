/*
  Events: what happened to which person, numbered per person, once per (cause, type, n); each with a planning row per channel and its place in the outbox.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Db, Tx } from '../db.ts'
import { newMessageId } from '../ids.ts'
import { storableJson } from '../json.ts'
import type { RowOf } from '../row-of.ts'

export interface NewEvent {
  /** The message id. */
  cause: string
  /** A code of hub-cs-evenement: `document.depose`. */
  type: string
  /** Which of the events of that type by that cause, from 1. */
  n: number
  /** Pseudonym of the person: the Kafka key. */
  person: string
  /** `Patient/<id>` */
  patient: string
  resources: string[]
  changes: string[]
  /** What the channels need to plan; stays in the ledger. */
  detail: unknown
  channels: string[]
  traceparent: string
  at: Date
}

export interface StoredEvent extends Omit<NewEvent, 'channels'> {
  id: string
  /** Of that person, from 1. */
  sequence: number
}

/** The LISTEN channel of the outbox relay. */
export const OUTBOX_CHANNEL = 'hub_outbox'

const RECORD = `
with found as (select id, sequence from event where cause = $2 and type = $3 and n = $4),
  -- The row of the person is locked until the commit: sequence, outbox and commit have one order.
  next as (
    insert into event_sequence as s (person, last) select $5, 1 where not exists (select from found) on conflict (person) do update set last = s.last + 1 returning last),
  made as (
    insert into event (id, cause, type, n, person, sequence, patient, resources, changes, detail, traceparent, at, territory)
    select $1, $2, $3, $4, $5, next.last, $6, $7, $8, $9, $10, $11,
      coalesce((select territory from message where id = $2), (select territory from intent where id = $2)) from next returning id, person, sequence),
  planned as (insert into planning (event_id, channel, person, sequence) select made.id, channel, made.person, made.sequence from made, unnest($12::text[]) channel),
  announced as (insert into outbox (event_id) select id from made)
select id, sequence, pg_notify($13, '') is null as "isMade" from made union all select id, sequence, false from found`

/** Writes the event, its planning rows and its outbox row; a second run finds the first. Call it before advanceLane. */
export async function recordEvent(tx: Tx, event: NewEvent): Promise<{ id: string; sequence: number }> {
  const { cause, type, n, person, patient, resources, changes, traceparent, at, channels } = event
  const detail = storableJson(event.detail ?? null)
  const { rows } = await tx.query<{ id: string; sequence: string }>(
    RECORD,
    [newMessageId(), cause, type, n, person, patient, resources, changes, detail, traceparent, at, channels, OUTBOX_CHANNEL],
    'event-record',
  )
  const [row] = rows
  if (row === undefined) throw new HubError('hub.defect', { path: 'event' })
  return { id: row.id, sequence: Number(row.sequence) }
}

export async function readEvent(tx: Tx, id: string): Promise<StoredEvent | undefined> {
  const { rows } = await tx.query<EventRow>('select * from event where id = $1', [id], 'event')
  return rows[0] === undefined ? undefined : eventOf(rows[0])
}

/** Those that were met last: an event never changes. */
const recalled = new Map<string, Promise<StoredEvent | undefined>>()
const MOST_RECALLED = 500

/** As `readEvent`, for those who come to the same event soon after each other: its planners and deliveries. */
export function recallEvent(tx: Tx, id: string): Promise<StoredEvent | undefined> {
  const known = recalled.get(id)
  if (known !== undefined) return known
  const event = readEvent(tx, id)
  rememberEvent(id, event)
  void event.catch(() => undefined).then(found => found ?? recalled.delete(id))
  return event
}

/** In: one that is committed, on its way to its planners. */
export function rememberEvent(id: string, event: Promise<StoredEvent | undefined>): void {
  const [oldest] = recalled.keys()
  if (recalled.size >= MOST_RECALLED && oldest !== undefined) recalled.delete(oldest)
  recalled.set(id, event)
}

/** Events of a channel that nobody has planned after so long, oldest first, or behind one of them: the fall-back behind Kafka. */
export async function unplannedEvents(
  db: Db | Tx,
  channel: string,
  olderThanMs: number,
  { limit = 200, after }: { limit?: number; after?: string | undefined } = {},
): Promise<string[]> {
  const { rows } = await db.query<{ event_id: string }>(
    `select event_id from planning where channel = $1 and planned_at is null and at <= clock_timestamp() - $2::float8 * interval '1 ms'
       and ($4::uuid is null or (at, event_id) > (select at, event_id from planning where channel = $1 and event_id = $4)) order by at, event_id limit $3`,
    [channel, olderThanMs, limit, after ?? null],
  )
  return rows.map(row => row.event_id)
}

export interface EventFilter {
  type?: string
  /** `Type/id` or `Type/id/_history/n`, or the patient. */
  resource?: string
  /** An event id: what comes after it, oldest first. */
  after?: string
  /** Nothing of another one. */
  territory?: string | undefined
  limit: number
}

/** Events in the order of their ids, a page at a time. */
export async function findEvents(tx: Tx, { type, resource, after, territory, limit }: EventFilter): Promise<{ items: StoredEvent[]; next: string | null }> {
  const { rows } = await tx.query<EventRow>(
    `select * from event where ($1::text is null or type = $1) and ($2::uuid is null or id > $2) and ($5::text is null or territory = $5)
       and ($3::text is null or patient = $3 or resources @> array[$3] or exists (select from unnest(resources) r where r like replace(replace($3, '%', ''), '_', '\\_') || '/\\_history/%'))
     order by id limit $4`,
    [type ?? null, after ?? null, resource ?? null, limit + 1, territory ?? null],
  )
  const items = rows.slice(0, limit).map(eventOf)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

export type EventRow = RowOf<Omit<StoredEvent, 'sequence'>> & { sequence: string }

export function eventOf(row: EventRow): StoredEvent {
  const { id, cause, type, n, person, patient, resources, changes, detail, traceparent, at } = row
  return { id, sequence: Number(row.sequence), cause, type, n, person, patient, resources, changes, detail, traceparent, at }
}
