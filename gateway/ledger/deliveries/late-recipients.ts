/*
  The address of a delivery that was planned before anybody could name it.
*/
import type { Tx } from '../db.ts'
import type { Delivery } from './deliveries.ts'

/** The address of a member that was not known at the plan. Out: false when that address is told of the same already. */
export async function nameRecipient(
  tx: Tx,
  { id, eventId, channel, what, level, rule }: Delivery,
  { address, basis }: { address: string; basis: unknown },
): Promise<boolean> {
  const told = await tx.query("select from delivery where what = $1 and recipient = $2 and channel = $3 and status <> 'none'", [what, address, channel])
  if (told.rowCount !== 0) return false
  await tx.query('update delivery set recipient = $2 where id = $1', [id, address])
  await tx.query("insert into decision (event_id, channel, recipient, delivery_id, moment, level, rule, basis) values ($1, $2, $3, $4, 'send', $5, $6, $7)", [
    eventId,
    channel,
    address,
    id,
    level,
    rule,
    JSON.stringify(basis),
  ])
  return true
}
