/*
  A list of flows as CSV, row after row as they are read.
*/
import type { Response } from 'express'
import { CSV_MARK, CSV_TYPE, csvLine } from '../csv.ts'
import type { Tx } from '../ledger/db.ts'
import { findRows } from '../ledger/flows/flow-search.ts'
import type { FlowFilter } from '../ledger/flows/flows.ts'
import type { FlowRow } from '../ledger/flows/flow.ts'

const MOST_ROWS = 50_000
const PAGE = 1000

const COLUMNS: readonly (readonly [string, (row: FlowRow) => string | null])[] = [
  ['id', row => row.id],
  ['receivedAt', row => row.received_at.toISOString()],
  ['sender', row => row.sender],
  ['controlId', row => row.control_id],
  ['territory', row => row.territory],
  ['documentType', row => row.document_type],
  ['documentId', row => row.document_id],
  ['status', row => row.status],
  ['code', row => row.code ?? row.refused_with?.[0]?.code ?? null],
  ['path', row => row.path ?? row.refused_with?.[0]?.path ?? null],
  ['storedAt', row => row.stored_at?.toISOString() ?? null],
]

const MORE = (most: number): string => `… ${most} lignes au plus, les plus récentes : il y en a d’autres. / ${most} rows at most, the newest: there are more.`

/** Newest first, the newest ones at most, which its last line says then; what is not read is not asked for. */
export async function sendFlowsCsv(
  tx: Tx,
  filter: FlowFilter,
  response: Pick<Response, 'type' | 'set' | 'write' | 'end' | 'once' | 'destroyed'>,
  most = MOST_ROWS,
): Promise<void> {
  response.type(CSV_TYPE).set({ 'Cache-Control': 'no-store', 'Content-Disposition': 'attachment; filename="flows.csv"' })
  response.write(CSV_MARK + csvLine(COLUMNS.map(([name]) => name)))
  let after: string | undefined
  for (let left = most; !response.destroyed; left -= PAGE) {
    const rows = await findRows(tx, filter, { limit: Math.min(PAGE, left + 1), ...(after === undefined ? {} : { after }) })
    const lines = rows.slice(0, left).map(row => csvLine(COLUMNS.map(([, read]) => read(row))))
    const isTaken = response.write([...lines, ...(rows.length > left ? [csvLine([MORE(most)])] : [])].join(''))
    if (rows.length < PAGE || rows.length > left) break
    after = rows.at(-1)?.id
    if (!isTaken) await drained(response)
  }
  response.end()
}

const drained = (response: Pick<Response, 'once'>): Promise<void> =>
  new Promise(resolve => {
    response.once('drain', resolve)
    response.once('close', resolve)
  })
