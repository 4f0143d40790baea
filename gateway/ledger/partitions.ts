/*
  The monthly partitions of message, body, lineage and flow_term: their names, their bounds, and those that must exist.
*/
import { lowestIdAt } from './ids.ts'

export const PARTITIONED = ['message', 'body', 'lineage', 'flow_term'] as const
export type Partitioned = (typeof PARTITIONED)[number]

interface Connected {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** Making or dropping a partition locks its parent: behind a long query it gives up, rather than let acceptances queue behind it. */
export const BRIEF = "set_config('lock_timeout', '1s', true)"

const LOCK = 4_201_002
const MONTHS_AHEAD = 2

/** Makes the partitions of the month before `at` (a clock may be late), of its month, and of the next two: each by itself, for whoever holds one table must not wait for another. */
export async function ensurePartitions(db: Connected, at: Date): Promise<void> {
  const statements: string[] = []
  for (let offset = -1; offset <= MONTHS_AHEAD; offset += 1) {
    const from = monthStart(at, offset)
    const bounds = `for values from ('${lowestIdAt(from)}') to ('${lowestIdAt(monthStart(at, offset + 1))}')`
    for (const table of PARTITIONED) statements.push(`create table if not exists ${partitionName(table, from)} partition of ${table} ${bounds}`)
  }
  const missing = await db.query('select name from unnest($1::text[]) name where to_regclass(name) is null', [statements.map(nameIn)])
  const names = new Set(missing.rows.map(row => (row as { name: string }).name))
  for (const statement of statements)
    if (names.has(nameIn(statement))) await db.query(`do $$ begin perform ${BRIEF}, pg_advisory_xact_lock(${LOCK}); ${statement}; end $$`)
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
