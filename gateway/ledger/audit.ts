/*
  The audit trail: who did what to whose data. Append only; each writer's rows are a chain, every digest covering the one before; those that arrive together share one commit.
*/
import { createHash } from 'node:crypto'
import type { Db, Tx } from './db.ts'
import { createGroupCommit } from './group-commit.ts'

export interface AuditEntry {
  at: Date
  /** Client, partner or user, never a name. */
  actor: string
  action: string
  /** What it was done to: `Patient/<id>`, a route. */
  object: string
  outcome: string
  detail?: unknown
}

export interface Auditor {
  /** Durable once it resolves. */
  record(entry: AuditEntry): Promise<void>
}

/** One chain per writer: give each process its own name. */
export function createAuditor(db: Db, writer: string): Auditor {
  const commits = createGroupCommit<AuditEntry, void>({
    run: async entries => {
      await db.tx(tx => recordAll(tx, writer, entries))
      return entries.map(() => undefined)
    },
    sizeOf: () => 1,
    isWorthSplitting: () => false,
    maxItems: 200,
    maxBytes: 200,
    concurrency: 1,
  })
  return { record: entry => commits.add(entry) }
}

/** Inside a transaction of its cause; the writer's row is locked until its commit. */
export async function record(tx: Tx, writer: string, entry: AuditEntry): Promise<void> {
  await recordAll(tx, writer, [entry])
}

async function recordAll(tx: Tx, writer: string, entries: AuditEntry[]): Promise<void> {
  const { rows } = await tx.query<{ sequence: string; digest: Buffer }>(
    "insert into audit_writer as w (writer, sequence, digest) values ($1, 0, '') on conflict (writer) do update set sequence = w.sequence returning sequence, digest",
    [writer],
  )
  let sequence = Number(rows[0]?.sequence ?? 0)
  let digest = rows[0]?.digest ?? Buffer.alloc(0)
  const chained = entries.map(entry => {
    sequence += 1
    const row = {
      sequence,
      at: entry.at.toISOString(),
      actor: entry.actor,
      action: entry.action,
      object: entry.object,
      outcome: entry.outcome,
      detail: JSON.stringify(entry.detail ?? {}),
    }
    digest = digestOf(digest, writer, row)
    return { ...row, digest: digest.toString('hex') }
  })
  await tx.query(
    `insert into audit (writer, sequence, at, actor, action, object, outcome, detail, digest)
     select $1, sequence, at, actor, action, object, outcome, detail, decode(digest, 'hex')
     from json_to_recordset($2::json) as r (sequence bigint, at timestamptz, actor text, action text, object text, outcome text, detail text, digest text)`,
    [writer, JSON.stringify(chained)],
  )
  await tx.query('update audit_writer set sequence = $2, digest = $3 where writer = $1', [writer, sequence, digest])
}

interface ChainedRow {
  sequence: number
  at: string
  actor: string
  action: string
  object: string
  outcome: string
  detail: string
}

function digestOf(previous: Buffer, writer: string, row: ChainedRow): Buffer {
  const text = JSON.stringify([writer, row.sequence, row.at, row.actor, row.action, row.object, row.outcome, row.detail])
  return createHash('sha256').update(previous).update(text).digest()
}

/** Recomputes a chain. Out: the first sequence number that does not fit, undefined when all do. */
export async function checkChain(tx: Tx, writer: string): Promise<number | undefined> {
  const { rows } = await tx.query<Omit<ChainedRow, 'sequence' | 'at'> & { sequence: string; at: Date; digest: Buffer }>(
    'select * from audit where writer = $1 order by sequence',
    [writer],
  )
  let previous: Buffer | undefined
  for (const { sequence, at, digest, ...row } of rows) {
    // The first row kept after retention has its predecessor dropped: it is where the chain starts.
    if (previous === undefined && Number(sequence) === 1) previous = Buffer.alloc(0)
    if (previous !== undefined && !digestOf(previous, writer, { ...row, sequence: Number(sequence), at: at.toISOString() }).equals(digest))
      return Number(sequence)
    previous = digest
  }
  return undefined
}
