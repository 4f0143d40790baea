/*
  What came back about a delivery.
*/
import type { Tx } from '../db.ts'
import { storableJson } from '../json.ts'

/** Outcomes of the report of a reader: the mail was shown, or taken into his software; or his software could not take it. */
export const READ = ['displayed', 'processed'] as const
export const NOT_READ = 'error'

export interface NewReceipt {
  deliveryId: string
  /** smtp, dsn, mdn, hl7, http */
  kind: string
  /** accepted, delivered, relayed, delayed, failed, read, refused … */
  outcome: string
  code?: string
  /** What it came with: a message id, an attempt. A second one of the same kind and cause is the same receipt. */
  cause: string
  detail?: unknown
}

/** Out: false when it was known. */
export async function addReceipt(tx: Tx, { deliveryId, kind, outcome, code, cause, detail }: NewReceipt): Promise<boolean> {
  const { rowCount } = await tx.query(
    'insert into receipt (delivery_id, kind, outcome, code, cause, detail) values ($1, $2, $3, $4, $5, $6) on conflict (delivery_id, kind, cause) do nothing',
    [deliveryId, kind, outcome, code ?? null, cause, storableJson(detail ?? {})],
  )
  return rowCount === 1
}

export interface ReceiptFilter {
  kind?: string
  outcomes: string[]
}

export interface KnownReceipt {
  outcome: string
  at: Date
  code?: string
  reader?: string
}

/** The last receipt of such an outcome. */
export const lastReceipt = (tx: Tx, deliveryId: string, filter: ReceiptFilter): Promise<KnownReceipt | undefined> => findReceipt(tx, deliveryId, filter, 'desc')

/** The first one: what was told of it stays what it was. */
export const firstReceipt = (tx: Tx, deliveryId: string, filter: ReceiptFilter): Promise<KnownReceipt | undefined> => findReceipt(tx, deliveryId, filter, 'asc')

async function findReceipt(tx: Tx, deliveryId: string, { kind, outcomes }: ReceiptFilter, order: 'asc' | 'desc'): Promise<KnownReceipt | undefined> {
  const { rows } = await tx.query<{ outcome: string; at: Date; code: string | null; reader: string | null }>(
    `select outcome, at, code, detail->>'reader' as reader from receipt
     where delivery_id = $1 and outcome = any($2) and ($3::text is null or kind = $3) order by n ${order} limit 1`,
    [deliveryId, outcomes, kind ?? null],
  )
  const row = rows[0]
  if (row === undefined) return undefined
  const { outcome, at, code, reader } = row
  return { outcome, at, ...(code === null ? {} : { code }), ...(reader === null ? {} : { reader }) }
}
