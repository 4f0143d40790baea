/*
  What a person last said of the national record: the last word wins by when it was said, then by when its message was written, not by when that arrived.
*/
import type { DmpChoice } from '../../../mappers/hl7v2/adt/read-consent.ts'
import type { Tx } from '../db.ts'
import { oneWith } from '../identity/person-links.ts'

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

/** Does the person oppose the feeding of the national record, he or somebody who is one with him? In: `Patient/<id>`. */
export async function opposesDmp(tx: Tx, patient: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from dmp_choice c where c.nature = 'dmp-alimentation' and c.code = 'IO' and c.patient in (select reference from ${oneWith('$1')} as group_of) limit 1`,
    [patient],
    'opposes-dmp',
  )
  return rowCount > 0
}

/** Was the feeding by this event refused because the person opposes it? As decided when it was planned. */
export async function wasDmpOpposed(tx: Tx, eventId: string): Promise<boolean> {
  const { rowCount } = await tx.query("select from decision where event_id = $1 and recipient = 'dmp' and moment = 'plan' and rule = 'consent.opposed'", [
    eventId,
  ])
  return rowCount > 0
}
