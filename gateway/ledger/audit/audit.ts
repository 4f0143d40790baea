/*
  The audit trail: who did what to whose data. Append only; each writer's rows are a chain, every digest covering the one before and every column; those that arrive together share one commit.
*/
import { createHash } from 'node:crypto'
import type { Db, Tx } from '../db.ts'
import { byCount, createGroupCommit } from '../../group-commit.ts'
import { newMessageId } from '../ids.ts'
import { storableJson, storableText } from '../json.ts'

export interface AuditEntry {
  at: Date
  /** Client, partner or user, never a name. */
  actor: string
  action: string
  /** What it was done to: `Patient/<id>`, a route. */
  object: string
  outcome: string
  /** FINESS number of the structure behind the actor. */
  structure?: string | undefined
  /** Who was at the keyboard: an idNatPs, `Patient/<id>`, `RelatedPerson/<id>`. */
  human?: string | undefined
  /** Whom it is about: `Patient/<id>`s. */
  patients?: readonly string[]
  requestId?: string | undefined
  purpose?: string | undefined
  level?: string | undefined
  rule?: string | undefined
  /** Where the caller was. */
  address?: string | undefined
  detail?: unknown
}

export interface Auditor {
  /** Durable once it resolves. */
  record(entry: AuditEntry): Promise<void>
}

/** Characters: its index takes 2.7 kB, and names of parameters are the caller's. */
const LONGEST_OBJECT = 600

/** Where a chain stands. */
interface Head {
  sequence: number
  digest: Buffer
}

/** One chain per writer: give each process its own name. */
export function createAuditor(db: Db, writer: string): Auditor {
  let known: Head | undefined
  const append = async (entries: AuditEntry[]): Promise<void> => {
    for (;;) {
      const head = known ?? (await loadHead(db, writer))
      const { rows, head: next } = chained(writer, head, entries)
      // Another process, or a transaction of its own, may have gone on with this chain: then nothing is written, and it is read again.
      known = (await appendRows(db, writer, { from: head, next, rows })) ? next : undefined
      if (known !== undefined) return
    }
  }
  const commits = createGroupCommit<AuditEntry, void>({
    run: async entries => {
      try {
        await append(entries)
      } catch (error) {
        known = undefined
        throw error
      }
      return entries.map(() => undefined)
    },
    ...byCount(200),
    isWorthSplitting: () => false,
    concurrency: 1,
  })
  return { record: entry => commits.add(entry) }
}

/** Inside a transaction of its cause; the writer's row is locked until its commit. */
export async function record(tx: Tx, writer: string, entry: AuditEntry): Promise<void> {
  const from = await lockHead(tx, writer)
  const { rows, head } = chained(writer, from, [entry])
  await appendRows(tx, writer, { from, next: head, rows })
}

/** A chain inside transactions. */
export interface Chain {
  record(tx: Tx, entry: AuditEntry): Promise<void>
}

export interface Chains {
  /** Runs a transaction that has a chain to itself, so that those beside it do not wait for its commit. */
  use<T>(run: (chain: Chain) => Promise<T>): Promise<T>
}

/** As many chains as there are transactions at once: `<writer>:1`, `<writer>:2`. */
export function createChains(writer: string): Chains {
  const free: { name: string; head: Head | undefined }[] = []
  let made = 0
  return {
    async use(run) {
      const chain = free.pop() ?? { name: `${writer}:${++made}`, head: undefined }
      const { name, head } = chain
      let next: Head | undefined
      try {
        const out = await run({
          async record(tx, entry) {
            next = (await goOn(tx, name, { head, entry })) ?? (await goOn(tx, name, { head: await lockHead(tx, name), entry }))
          },
        })
        chain.head = next
        return out
      } finally {
        free.push(chain)
      }
    },
  }
}

/** Out: where the chain stands then; undefined where it does not stand here. */
async function goOn(tx: Tx, writer: string, { head, entry }: { head: Head | undefined; entry: AuditEntry }): Promise<Head | undefined> {
  if (head === undefined) return undefined
  const { rows, head: next } = chained(writer, head, [entry])
  return (await appendRows(tx, writer, { from: head, next, rows })) ? next : undefined
}

/** Made if need be; nobody else goes on with it before the commit. */
async function lockHead(tx: Tx, writer: string): Promise<Head> {
  const { rows } = await tx.query<{ sequence: string; digest: Buffer }>(
    "insert into audit_writer (writer, sequence, digest) values ($1, 0, '') on conflict (writer) do update set writer = excluded.writer returning sequence, digest",
    [writer],
    'audit-lock',
  )
  return headOf(rows[0])
}

const headOf = (row: { sequence: string; digest: Buffer } | undefined): Head => ({
  sequence: Number(row?.sequence ?? 0),
  digest: row?.digest ?? Buffer.alloc(0),
})

async function loadHead(tx: Tx, writer: string): Promise<Head> {
  const { rows } = await tx.query<{ sequence: string; digest: Buffer }>(
    `with made as (insert into audit_writer (writer, sequence, digest) values ($1, 0, '') on conflict do nothing returning sequence, digest)
     select sequence, digest from made union all select sequence, digest from audit_writer where writer = $1`,
    [writer],
    'audit-head',
  )
  return headOf(rows[0])
}

const COLUMNS = [
  'at',
  'actor',
  'action',
  'object',
  'outcome',
  'structure',
  'human',
  'patients',
  'requestId',
  'purpose',
  'level',
  'rule',
  'address',
  'detail',
] as const

/** A row as it is digested: every column, in this order. */
export type ChainedRow = { sequence: number; id: string | null; form: number } & { [Column in (typeof COLUMNS)[number]]: unknown }

function chained(writer: string, { sequence, digest }: Head, entries: readonly AuditEntry[]): { rows: (ChainedRow & { digest: string })[]; head: Head } {
  const head = { sequence, digest }
  const rows = entries.map(entry => {
    head.sequence += 1
    const row: ChainedRow = {
      sequence: head.sequence,
      id: newMessageId(entry.at),
      form: 2,
      at: entry.at.toISOString(),
      actor: entry.actor,
      action: entry.action,
      object: storableText(entry.object.slice(0, LONGEST_OBJECT)),
      outcome: entry.outcome,
      structure: entry.structure ?? null,
      human: entry.human ?? null,
      patients: [...(entry.patients ?? [])],
      requestId: entry.requestId ?? null,
      purpose: entry.purpose ?? null,
      level: entry.level ?? null,
      rule: entry.rule ?? null,
      address: entry.address ?? null,
      detail: storableJson(entry.detail ?? {}),
    }
    head.digest = digestOf(head.digest, writer, row)
    return { ...row, digest: head.digest.toString('hex') }
  })
  return { rows, head }
}

/** In: a row, and the digest of the one before it. Rows of form 1 are those of the first months. */
export function digestOf(previous: Buffer, writer: string, row: ChainedRow): Buffer {
  const { sequence, id, form } = row
  const columns =
    form === 1
      ? [writer, sequence, row.at, row.actor, row.action, row.object, row.outcome, row.detail]
      : [writer, sequence, id, form, ...COLUMNS.map(column => row[column])]
  return createHash('sha256').update(previous).update(JSON.stringify(columns)).digest()
}

const APPEND = `
with head as (update audit_writer set sequence = $3, digest = $4 where writer = $1 and sequence = $2 returning 1)
insert into audit (writer, sequence, id, form, at, actor, action, object, outcome, structure, human, patients, request_id, purpose, level, rule, address, detail, digest)
select $1, sequence, id, form, at, actor, action, object, outcome, structure, human, patients, "requestId", purpose, level, rule, address, detail, decode(digest, 'hex')
from json_to_recordset($5::json) as r (sequence bigint, id uuid, form smallint, at timestamptz, actor text, action text, object text, outcome text, structure text, human text,
  patients text[], "requestId" text, purpose text, level text, rule text, address text, detail text, digest text)
where exists (select from head)`

/** One statement, one commit. Out: false when the chain has gone on meanwhile. */
async function appendRows(tx: Tx, writer: string, { from, next, rows }: { from: Head; next: Head; rows: unknown[] }): Promise<boolean> {
  const { rowCount } = await tx.query(APPEND, [writer, from.sequence, next.sequence, next.digest, JSON.stringify(rows)], 'audit-append')
  return rowCount === rows.length
}
