/*
  What must still reach Kafka, in the order of commits per person. One relay at a time reads it (see lease.ts) and removes what the broker has acknowledged.
*/
import type { Db, Tx } from '../db.ts'
import { type EventRow, eventOf, rememberEvent, type StoredEvent } from './events.ts'

export interface OutboxEntry {
  n: string
  event: StoredEvent
}

export { OUTBOX_CHANNEL } from './events.ts'

export async function claimOutbox(db: Db | Tx, limit: number): Promise<OutboxEntry[]> {
  const { rows } = await db.query<EventRow & { outbox_n: string }>(
    'select o.n as outbox_n, e.* from (select n, event_id from outbox order by n limit $1) o join event e on e.id = o.event_id order by o.n',
    [limit],
    'outbox',
  )
  const entries = rows.map(row => ({ n: row.outbox_n, event: eventOf(row) }))
  for (const { event } of entries) rememberEvent(event.id, Promise.resolve(event))
  return entries
}

/** The broker has them. */
export async function removeOutbox(db: Db | Tx, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return
  await db.query(
    `with gone as (delete from outbox where n = any($1::bigint[]) returning event_id)
     update event set announced_at = coalesce(announced_at, clock_timestamp()) where id in (select event_id from gone)`,
    [entries.map(entry => entry.n)],
    'outbox-gone',
  )
}

export async function outboxDepth(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ count: number }>('select count(*)::int as count from outbox')
  return rows[0]?.count ?? 0
}
