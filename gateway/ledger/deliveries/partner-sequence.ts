/*
  The numbers of a partner's own topic: of one person 1, 2, 3, …, whatever else happened to him that the partner is not told.
*/
import type { Tx } from '../db.ts'

/** In: a delivery about to be sent, the only one under way of its topic and person (its lane sees to that). Out: its number, the same when it is sent again. */
export async function partnerSequence(tx: Tx, { topic, person, deliveryId }: { topic: string; person: string; deliveryId: string }): Promise<number> {
  const { rows } = await tx.query<{ last: string }>(
    `insert into partner_sequence as s (topic, person, last, delivery_id) values ($1, $2, 1, $3)
     on conflict (topic, person) do update set last = s.last + (s.delivery_id is distinct from excluded.delivery_id)::int, delivery_id = excluded.delivery_id
     returning last`,
    [topic, person, deliveryId],
    'partner-sequence',
  )
  return Number(rows[0]?.last)
}
