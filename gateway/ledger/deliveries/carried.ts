/*
  Deliveries that travel in the mail of another: that of the first of their day, for a member who is told once a day.
*/
import type { Level } from '../../../profiles/tables/decisions.ts'
import type { Tx } from '../db.ts'
import { type Delivery, readDelivery } from './deliveries.ts'

/** What waits in the lane behind its head, in order. */
export async function waitingBehind(tx: Tx, laneKey: string, head: string): Promise<Delivery[]> {
  const { rows } = await tx.query<{ entry_id: string }>('select entry_id from lane_entry where lane_key = $1 and entry_id <> $2 order by position', [
    laneKey,
    head,
  ])
  return Promise.all(rows.map(row => readDelivery(tx, row.entry_id)))
}

/** The delivery whose mail this one travels in. */
export async function carrierOf(tx: Tx, deliveryId: string): Promise<Delivery | undefined> {
  const { rows } = await tx.query<{ carrier: string }>('select carrier from carried where delivery_id = $1', [deliveryId], 'carrier-of')
  return rows[0] === undefined ? undefined : readDelivery(tx, rows[0].carrier)
}

/** What travels in the mail of this one, in order, each at its level of the moment that mail was begun. */
export async function carriedBy(tx: Tx, carrier: string): Promise<Delivery[]> {
  const { rows } = await tx.query<{ delivery_id: string; level: Level }>(
    'select c.delivery_id, c.level from carried c join delivery d on d.id = c.delivery_id where c.carrier = $1 order by d.position',
    [carrier],
    'carried-by',
  )
  return Promise.all(rows.map(async ({ delivery_id, level }) => ({ ...(await readDelivery(tx, delivery_id)), level })))
}

export async function carry(tx: Tx, { delivery, carrier, level }: { delivery: string; carrier: string; level: Level }): Promise<void> {
  await tx.query('insert into carried (delivery_id, carrier, level) values ($1, $2, $3) on conflict (delivery_id) do update set level = excluded.level', [
    delivery,
    carrier,
    level,
  ])
}

/** It goes by itself, or not at all. */
export async function putDown(tx: Tx, deliveries: readonly string[]): Promise<void> {
  await tx.query('delete from carried where delivery_id = any($1::uuid[])', [deliveries])
}
