/*
  What a person last said of the national record: the last word wins by when it was said, then by when its message was written, not by when that arrived.
*/
import type { DmpChoice } from '../../mappers/hl7v2/adt/read-consent.ts'
import type { Tx } from './db.ts'

/** Out: is this the last word? The same message asks again and gets the same answer. */
export async function keepDmpChoice(
  tx: Tx,
  { patient, choice, message }: { patient: string; choice: DmpChoice; message: { id: string; receivedAt: Date } },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into dmp_choice as c (patient, nature, code, said_at, sent_at, message_id) values ($1, $2, $3, $4, $5, $6)
     on conflict (patient, nature) do update set code = excluded.code, said_at = excluded.said_at, sent_at = excluded.sent_at, message_id = excluded.message_id
       where (excluded.said_at, excluded.sent_at, excluded.message_id) >= (c.said_at, c.sent_at, c.message_id)`,
    [patient, choice.nature, choice.code, choice.saidAt, choice.sentAt, message.id],
  )
  return rowCount > 0
}
