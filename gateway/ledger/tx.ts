/*
  One statement to the ledger, in a transaction or alone, and the log that the ledger writes.
*/
import type { Log } from '../log.ts'

export interface Tx {
  /** One statement; `name` keeps it prepared on its connection. Outside a transaction the victim of a deadlock is run again. Throws ledger.unavailable, ledger.disk_full or SqlError. */
  query<R>(text: string, values?: unknown[], name?: string): Promise<{ rows: R[]; rowCount: number }>
}

export type LedgerLog = Pick<Log, 'info' | 'warn' | 'error'>
