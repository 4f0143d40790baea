/*
  Reads what came back about a delivery.
*/
import type { Tx } from './db.ts'

/** Outcomes of the report of a reader: the mail was shown, or taken into his software; or his software could not take it. */
export const READ = ['displayed', 'processed'] as const
export const NOT_READ = 'error'

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

/** The first one: what was told of it stays what it was. */
export async function firstReceipt(
  tx: Tx,
  deliveryId: string,
  { kind, outcomes }: ReceiptFilter,
): Promise<{ outcome: string; code?: string; reader?: string } | undefined> {
  const { rows } = await tx.query<{ outcome: string; code: string | null; reader: string | null }>(
    `select outcome, code, detail->>'reader' as reader from receipt
     where delivery_id = $1 and outcome = any($2) and ($3::text is null or kind = $3) order by n limit 1`,
    [deliveryId, outcomes, kind ?? null],
  )
  const row = rows[0]
  if (row === undefined) return undefined
  return { outcome: row.outcome, ...(row.code === null ? {} : { code: row.code }), ...(row.reader === null ? {} : { reader: row.reader }) }
}
