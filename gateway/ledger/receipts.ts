/*
  Reads what came back about a delivery.
*/
import type { Tx } from './db.ts'

export interface ReceiptFilter {
  kind?: string
  outcomes: string[]
}

/** The last receipt of such an outcome. */
export async function lastReceipt(
  tx: Tx,
  deliveryId: string,
  { kind, outcomes }: ReceiptFilter,
): Promise<{ outcome: string; code?: string; at: Date } | undefined> {
  const { rows } = await tx.query<{ outcome: string; code: string | null; at: Date }>(
    'select outcome, code, at from receipt where delivery_id = $1 and outcome = any($2) and ($3::text is null or kind = $3) order by n desc limit 1',
    [deliveryId, outcomes, kind ?? null],
  )
  const row = rows[0]
  return row === undefined ? undefined : { outcome: row.outcome, at: row.at, ...(row.code === null ? {} : { code: row.code }) }
}
