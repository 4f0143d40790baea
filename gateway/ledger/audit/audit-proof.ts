/*
  Proves the audit: chains recomputed row by row, heads as they were anchored, what retention took away.
    an altered, removed or reordered row      => its own digest does not fit        a chain cut at its end, or gone whole => an anchor or its head leads nowhere
*/
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type ChainedRow, digestOf } from './audit.ts'
import type { Db, Tx } from '../db.ts'

export interface Anchor {
  at: string
  writer: string
  sequence: number
  /** Hex. */
  digest: string
  mac: string
}

export interface Fault {
  writer: string
  sequence: number
  what: 'altered' | 'missing' | 'beyond its head' | 'head' | 'anchor' | 'removal'
}

export interface Proof {
  rows: number
  writers: number
  anchors: number
  removed: number
  fault?: Fault
}

const BATCH = 1000

const macOf = (secret: string, parts: readonly (string | number)[]): string => createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url')

const isMac = (mac: string, secret: string, parts: readonly (string | number)[]): boolean => {
  const [given, own] = [Buffer.from(mac), Buffer.from(macOf(secret, parts))]
  return given.length === own.length && timingSafeEqual(given, own)
}

/** Keeps the heads that moved since the last look. Out: those kept, for the file beside the database. In: a secret that the database does not have. */
export async function anchorHeads(tx: Tx, secret: string, at: Date): Promise<Anchor[]> {
  const { rows } = await tx.query<{ writer: string; sequence: string; digest: Buffer }>(
    `select w.writer, w.sequence, w.digest from audit_writer w
     where w.sequence > coalesce((select max(a.sequence) from audit_anchor a where a.writer = w.writer), 0) order by w.writer`,
  )
  const anchors = rows.map(row => {
    const parts = [at.toISOString(), row.writer, Number(row.sequence), row.digest.toString('hex')] as const
    return { at: parts[0], writer: parts[1], sequence: parts[2], digest: parts[3], mac: macOf(secret, parts) }
  })
  for (const { writer, sequence, digest, mac } of anchors)
    await tx.query("insert into audit_anchor (at, writer, sequence, digest, mac) values ($1, $2, $3, decode($4, 'hex'), $5)", [
      at,
      writer,
      sequence,
      digest,
      mac,
    ])
  return anchors
}

/** Takes away what is older, and says in each chain what is gone and where it goes on. Out: how many rows. */
export async function removeAudit(tx: Tx, secret: string, { before, most }: { before: Date; most: number }): Promise<number> {
  const { rows } = await tx.query<{ writer: string; sequence: string; digest: Buffer; count: string }>(
    // Only the old rows are walked, each once: a chain is taken from its beginning up to the first row that stays.
    `select w.writer, last.sequence, last.digest, (select count(*) from audit c where c.writer = w.writer and c.sequence <= last.sequence) as count
     from audit_writer w cross join lateral (select sequence, digest from (
       select sequence, digest, bool_or(at >= $1) over (order by sequence) as stays
       from (select sequence, digest, at from audit where writer = w.writer order by sequence limit $2) head) judged
       where not stays order by sequence desc limit 1) last`,
    [before, most],
  )
  for (const { writer, sequence, digest, count } of rows) {
    const mac = macOf(secret, ['removed', writer, Number(sequence), digest.toString('hex'), Number(count), before.toISOString()])
    await tx.query('insert into audit_removed (writer, until_sequence, digest, rows, before, mac) values ($1, $2, $3, $4, $5, $6)', [
      writer,
      sequence,
      digest,
      count,
      before,
      mac,
    ])
    await tx.query('delete from audit where writer = $1 and sequence <= $2', [writer, sequence])
  }
  return rows.reduce((all, row) => all + Number(row.count), 0)
}

/** In: anchors of the file beside the database. Rows are read a batch at a time; the hub may write on. */
export async function proveAudit(db: Db, secret: string, filed: readonly Anchor[]): Promise<Proof> {
  const proof: Proof = { rows: 0, writers: 0, anchors: 0, removed: 0 }
  const anchors = [...(await storedAnchors(db)), ...filed]
  const heads = await db.query<{ writer: string; sequence: string; digest: Buffer }>('select writer, sequence, digest from audit_writer order by writer')
  const inRows = await db.query<{ writer: string }>('select distinct writer from audit')
  const writers = new Map(heads.rows.map(row => [row.writer, row]))
  for (const { writer } of [...inRows.rows, ...anchors]) if (!writers.has(writer)) return { ...proof, fault: { writer, sequence: 0, what: 'missing' } }
  for (const head of writers.values()) {
    const fault = await proveWriter(
      db,
      { secret, head: { ...head, sequence: Number(head.sequence) }, anchors: anchors.filter(one => one.writer === head.writer) },
      proof,
    )
    if (fault !== undefined) return { ...proof, fault }
    proof.writers += 1
  }
  return proof
}

interface Proving {
  secret: string
  head: { writer: string; sequence: number; digest: Buffer }
  anchors: readonly Anchor[]
}

async function proveWriter(db: Db, { secret, head, anchors }: Proving, proof: Proof): Promise<Fault | undefined> {
  const { writer } = head
  const faultAt = (sequence: number, what: Fault['what']): Fault => ({ writer, sequence, what })
  const removal = await lastRemoval(db, writer)
  if (removal !== undefined && !isRemovalSound(secret, writer, removal)) return faultAt(removal.sequence, 'removal')
  let [at, previous] = removal === undefined ? [0, Buffer.alloc(0)] : [removal.sequence, removal.digest]
  const expected = new Map<number, string>()
  for (const anchor of anchors) {
    if (!isMac(anchor.mac, secret, [anchor.at, writer, anchor.sequence, anchor.digest])) return faultAt(anchor.sequence, 'anchor')
    if (anchor.sequence > at) expected.set(anchor.sequence, anchor.digest)
    proof.anchors += 1
  }
  proof.removed += removal?.removed ?? 0
  for (let batch = await rowsAfter(db, writer, at); batch.length > 0; batch = await rowsAfter(db, writer, at)) {
    for (const { digest, isExact, ...row } of batch) {
      if (row.sequence !== at + 1) return faultAt(at + 1, 'missing')
      previous = digestOf(previous, writer, row)
      if (!isExact || !previous.equals(digest)) return faultAt(row.sequence, 'altered')
      if (row.sequence === head.sequence && !digest.equals(head.digest)) return faultAt(row.sequence, 'head')
      const anchored = expected.get(row.sequence)
      if (anchored !== undefined && anchored !== digest.toString('hex')) return faultAt(row.sequence, 'anchor')
      expected.delete(row.sequence)
      at = row.sequence
      proof.rows += 1
    }
  }
  if (at < head.sequence || expected.size > 0) return faultAt(at + 1, 'missing')
  // The hub may have written on since the head was read; its head went on with it.
  const now = at === head.sequence ? at : await headNow(db, writer)
  return at > now ? faultAt(now + 1, 'beyond its head') : undefined
}

async function headNow(db: Db, writer: string): Promise<number> {
  const { rows } = await db.query<{ sequence: string }>('select sequence from audit_writer where writer = $1', [writer])
  return Number(rows[0]?.sequence ?? 0)
}

interface Removal {
  sequence: number
  digest: Buffer
  rows: number
  /** Of all removals of this writer together. */
  removed: number
  before: Date
  mac: string
}

async function lastRemoval(db: Db, writer: string): Promise<Removal | undefined> {
  const { rows } = await db.query<{ sequence: string; digest: Buffer; rows: string; removed: string; before: Date; mac: string }>(
    'select until_sequence as sequence, digest, rows, sum(rows) over () as removed, before, mac from audit_removed where writer = $1 order by until_sequence desc limit 1',
    [writer],
  )
  const [row] = rows
  return row === undefined ? undefined : { ...row, sequence: Number(row.sequence), rows: Number(row.rows), removed: Number(row.removed) }
}

const isRemovalSound = (secret: string, writer: string, { sequence, digest, rows, before, mac }: Removal): boolean =>
  isMac(mac, secret, ['removed', writer, sequence, digest.toString('hex'), rows, before.toISOString()])

async function storedAnchors(db: Db): Promise<Anchor[]> {
  const { rows } = await db.query<{ at: Date; writer: string; sequence: string; digest: Buffer; mac: string }>(
    'select at, writer, sequence, digest, mac from audit_anchor',
  )
  return rows.map(row => ({ ...row, at: row.at.toISOString(), sequence: Number(row.sequence), digest: row.digest.toString('hex') }))
}

interface StoredRow extends Omit<ChainedRow, 'at' | 'sequence' | 'requestId'> {
  sequence: string
  at: Date
  request_id: string | null
  is_exact: boolean
  digest: Buffer
}

interface ProvedRow extends ChainedRow {
  digest: Buffer
  /** Times are digested, and written, to the millisecond: one between two was put there. */
  isExact: boolean
}

async function rowsAfter(db: Db, writer: string, sequence: number): Promise<ProvedRow[]> {
  const { rows } = await db.query<StoredRow>(
    "select *, at = date_trunc('milliseconds', at) as is_exact from audit where writer = $1 and sequence > $2 order by sequence limit $3",
    [writer, sequence, BATCH],
  )
  return rows.map(({ request_id, is_exact, ...row }) => ({
    ...row,
    sequence: Number(row.sequence),
    at: row.at.toISOString(),
    requestId: request_id,
    isExact: is_exact,
  }))
}
