/*
  Mailboxes that do not exist: a report on a mail we sent there said so (5.1.1), and none that it arrived all the same.
*/
import type { Tx } from '../db.ts'

/** Those of these addresses that are known to be closed. */
export async function closedMailboxes(tx: Tx, addresses: readonly string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  const { rows } = await tx.query<{ recipient: string }>(
    `select distinct d.recipient from receipt r join delivery d on d.id = r.delivery_id
     where r.kind = 'dsn' and r.detail->>'status' = '5.1.1' and d.channel = 'mssante' and d.status = 'failed' and d.recipient = any($1)`,
    [addresses],
  )
  return new Set(rows.map(row => row.recipient))
}
