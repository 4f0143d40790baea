/*
  Reads, for a page of messages at once, every row that their steps are made of.
*/
import type { Tx } from '../db.ts'
import type { Delivery } from '../deliveries/deliveries.ts'
import type { RowOf } from '../row-of.ts'

export interface MappedRow {
  id: string
  mapper: string
  version: number
  mapped_at: Date
}
export interface AnnouncedRow {
  id: string
  cause: string
  type: string
  at: Date
  announced_at: Date | null
}
export interface DecidedRow {
  cause: string
  channel: string
  recipient: string
  level: string
  rule: string
  moment: string
  at: Date
  delivery_id: string
}
type OfDelivery = 'id' | 'cause' | 'channel' | 'recipient' | 'action' | 'status' | 'attempts' | 'code' | 'plannedAt' | 'sendingAt' | 'sentAt' | 'settledAt'
export interface DeliveryRow extends RowOf<Pick<Delivery, OfDelivery>> {
  path: string | null
  position: string | null
}
export interface ReceiptRow {
  cause: string
  delivery_id: string
  channel: string
  recipient: string
  kind: string
  outcome: string
  code: string | null
  at: Date
}

export interface Trace {
  mapped: MappedRow[]
  events: AnnouncedRow[]
  decisions: DecidedRow[]
  deliveries: DeliveryRow[]
  receipts: ReceiptRow[]
  /** Messages and deliveries that an operator has put aside. */
  aside: ReadonlySet<string>
}

export async function loadTrace(tx: Tx, ids: string[]): Promise<Trace> {
  if (ids.length === 0) return { mapped: [], events: [], decisions: [], deliveries: [], receipts: [], aside: new Set() }
  const linked = 'from event e join (select distinct event_id, delivery_id from decision) x on x.event_id = e.id join delivery d on d.id = x.delivery_id'
  const [mapped, events, decisions, deliveries, receipts] = await Promise.all([
    tx.query<MappedRow>('select id, mapper, version, mapped_at from lineage where id = any($1::uuid[])', [ids]),
    tx.query<AnnouncedRow>('select id, cause, type, at, announced_at from event where cause = any($1::uuid[]) order by id', [ids]),
    tx.query<DecidedRow>(
      `select e.cause, x.channel, x.recipient, x.level, x.rule, x.moment, x.at, x.delivery_id from event e join decision x on x.event_id = e.id where e.cause = any($1::uuid[]) order by x.n`,
      [ids],
    ),
    tx.query<DeliveryRow>(
      `select distinct e.cause, d.* ${linked.replace('from decision)', 'from decision where event_id in (select id from event where cause = any($1::uuid[])))')} where e.cause = any($1::uuid[]) order by d.id`,
      [ids],
    ),
    tx.query<ReceiptRow>(
      `select distinct e.cause, r.delivery_id, d.channel, d.recipient, r.kind, r.outcome, r.code, r.at, r.n
       from event e join decision x on x.event_id = e.id join delivery d on d.id = x.delivery_id join receipt r on r.delivery_id = d.id where e.cause = any($1::uuid[]) order by r.n`,
      [ids],
    ),
  ])
  const aside = await putAside(tx, [...ids, ...deliveries.rows.filter(({ status }) => status === 'parked').map(({ id }) => id)])
  return { mapped: mapped.rows, events: events.rows, decisions: decisions.rows, deliveries: deliveries.rows, receipts: receipts.rows, aside }
}

async function putAside(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ entry_id: string }>('select entry_id from set_aside where entry_id = any($1::uuid[]) and taken_at is null', [ids])
  return new Set(rows.map(row => row.entry_id))
}
