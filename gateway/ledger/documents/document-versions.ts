/*
  Reads and writes what the ledger knows of documents as versions: before an acceptance, with it, and once the store holds them.
*/
import { Chain, type DocumentVersion, judgeVersions, type VersionAsked, type VersionChange } from './document-chain.ts'
import type { Tx } from '../db.ts'
import type { Arrival } from '../acceptance/arrival.ts'
import { fromRow, type RowOf } from '../row-of.ts'

type Plain = Omit<DocumentVersion, 'digest'>
type VersionRow = RowOf<Plain> & { digest: Buffer | null }

const FIELDS = 'documentId state change replaces replacedBy otherFormat setId version kind organisation persons revision card'

/** The documents named, what comes after them, what they were sent with, and the latest of their sets that are of the same person: a sender may give one set id to everybody. */
const LOAD = `
with recursive asked as materialized (
  select d.* from document_version d where d.document_id = any($1::text[])
), named as (
  select * from asked
  union
  select d.* from asked a join document_version d on d.document_id = a.other_format
  union
  select d.* from named n join document_version d on d.document_id = n.replaced_by
)
select * from named
union
select * from document_version where persons && $3::text[] and set_id = any($2::text[]) and state = 'current'
union
select * from document_version where persons = '{}' and set_id = any($2::text[]) and state = 'current'`

const SEEN = `
select i.n::int as n from unnest($1::text[], $2::text[], $3::text[]) with ordinality as i (sender, control_id, sha256, n)
join seen s on s.sender = i.sender and s.control_id = i.control_id and s.sha256 = decode(i.sha256, 'hex')`

/** What the versions of a batch come to: rows guarded by the revision they were judged on, and what each message did. */
export interface JudgedVersions {
  versions: DocumentVersion[]
  changes: (VersionChange & { messageId: string; n: number })[]
  /** Judged as if nothing were known: then no latest document may be there of these sets and these persons. */
  newSets?: { sets: string[]; persons: string[] }
}

export interface JudgedBatch {
  batch: Arrival[]
  judged: JudgedVersions
}

/** What the ledger has accepted before a batch: the versions its documents are judged by, and which of its messages came before. */
export interface Known {
  chain: Chain
  repeats: ReadonlySet<Arrival>
}

/**
 * First transmissions that name no predecessor are judged as if nothing were known of them: the statement that keeps them tells whether that was right.
 * So the common case costs one statement.
 */
export function isLikelyFirst(arrival: Arrival): boolean {
  return !isAsking(arrival) || (arrival.message.versions ?? []).every(({ action, replaces }) => action === 'create' && replaces === undefined)
}

export function judgeFirsts(batch: readonly Arrival[]): JudgedBatch {
  const { sets, persons } = keysOf(askedIn(batch))
  const { batch: answered, judged } = judgeBatch(batch, { chain: new Chain([]), repeats: new Set() })
  return { batch: answered, judged: { ...judged, newSets: { sets, persons: sets.length === 0 ? [] : persons } } }
}

export async function loadKnown(tx: Tx, batch: readonly Arrival[]): Promise<Known> {
  const asking = batch.filter(isAsking)
  const [chain, repeats] = await Promise.all([loadChain(tx, askedIn(asking)), repeatsOf(tx, asking)])
  return { chain, repeats }
}

const isAsking = ({ message, isRefused }: Arrival): boolean => !isRefused && message.versions !== undefined

/** Judges the documents of a batch by what is known. A message that was accepted before is not judged again: it gets its first answer. */
export function judgeBatch(batch: readonly Arrival[], { chain, repeats }: Known): JudgedBatch {
  const versions = new Map<string, DocumentVersion>()
  const changes: JudgedVersions['changes'] = []
  const answered = batch.map(arrival => {
    const { message } = arrival
    if (!isAsking(arrival) || repeats.has(arrival) || message.versions === undefined) return arrival
    const verdict = judgeVersions(chain, message.versions)
    for (const row of verdict.written) versions.set(row.documentId, row)
    changes.push(...verdict.changes.map((change, n) => ({ ...change, messageId: message.id, n })))
    if (verdict.faults.length === 0) return { ...arrival, message: { ...message, findings: [...message.findings, ...verdict.findings] } }
    const refusedWith = verdict.faults.map(({ code, path }) => ({ code, path }))
    return { ...arrival, isRefused: true, message: { ...message, refusedWith, answer: message.refuse?.(verdict.faults) ?? message.answer } }
  })
  return { batch: answered, judged: { versions: [...versions.values()].sort((a, b) => (a.documentId < b.documentId ? -1 : 1)), changes } }
}

export async function loadChain(tx: Tx, asked: readonly VersionAsked[]): Promise<Chain> {
  const { ids, sets, persons } = keysOf(asked)
  const { rows } = await tx.query<VersionRow>(LOAD, [ids, sets, persons], 'document-versions')
  return new Chain(rows.map(versionOf))
}

const askedIn = (batch: readonly Arrival[]): VersionAsked[] => batch.filter(isAsking).flatMap(({ message }) => message.versions ?? [])

function keysOf(asked: readonly VersionAsked[]): { ids: string[]; sets: string[]; persons: string[] } {
  const once = (values: (string | undefined)[]): string[] => [...new Set(values)].filter(value => value !== undefined)
  return {
    ids: once(asked.flatMap(({ documentId, replaces }) => [documentId, replaces])),
    sets: once(asked.map(({ setId }) => setId)),
    persons: once(asked.flatMap(({ persons }) => persons)),
  }
}

async function repeatsOf(tx: Tx, asking: readonly Arrival[]): Promise<Set<Arrival>> {
  const { rows } = await tx.query<{ n: number }>(
    SEEN,
    [asking.map(({ message }) => message.sender), asking.map(({ message }) => message.controlId), asking.map(({ sha256 }) => sha256.toString('hex'))],
    'seen-before',
  )
  return new Set(rows.flatMap(({ n }) => asking[n - 1] ?? []))
}

const versionOf = (row: VersionRow): DocumentVersion => ({
  ...fromRow<Plain>(row, FIELDS),
  ...(row.digest === null ? {} : { digest: row.digest.toString('hex') }),
})

export const columnsOf = ({ documentId, replacedBy, otherFormat, setId, ...row }: DocumentVersion) => ({
  ...row,
  document_id: documentId,
  replaced_by: replacedBy,
  other_format: otherFormat,
  set_id: setId,
})
