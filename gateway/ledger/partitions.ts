/*
  The monthly partitions of message, body, lineage and flow_term: their names, their bounds, and those that must exist.
*/
import { lowestIdAt } from './ids.ts'

export const PARTITIONED = ['message', 'body', 'lineage', 'flow_term'] as const
export type Partitioned = (typeof PARTITIONED)[number]

/** One transaction, which holds the lock to its end. */
interface OneTransaction {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

const LOCK = 4_201_002
const MONTHS_AHEAD = 2

/** Makes the partitions of the month before `at` (a clock may be late), of its month, and of the next two. */
export async function ensurePartitions(tx: OneTransaction, at: Date): Promise<void> {
  const statements: string[] = []
  for (let offset = -1; offset <= MONTHS_AHEAD; offset += 1) {
    const from = monthStart(at, offset)
    const bounds = `for values from ('${lowestIdAt(from)}') to ('${lowestIdAt(monthStart(at, offset + 1))}')`
    for (const table of PARTITIONED) statements.push(`create table if not exists ${partitionName(table, from)} partition of ${table} ${bounds}`)
  }
  const missing = await tx.query('select name from unnest($1::text[]) name where to_regclass(name) is null', [statements.map(nameIn)])
  const names = new Set(missing.rows.map(row => (row as { name: string }).name))
  if (names.size === 0) return
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
  for (const statement of statements) if (names.has(nameIn(statement))) await tx.query(statement)
}

/** `message_2026_03` */
export function partitionName(table: Partitioned, month: Date): string {
  return `${table}_${month.getUTCFullYear()}_${String(month.getUTCMonth() + 1).padStart(2, '0')}`
}

/** The first instant of the month, `offset` months on. */
export function monthStart(at: Date, offset = 0): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + offset, 1))
}

function nameIn(statement: string): string {
  return statement.split(' ')[5] ?? ''
}
