/*
  Documents the hub wrote itself, among the versions of all others: one that comes back is a repeat, and nobody else replaces or deletes it.
*/
import type { Tx } from '../db.ts'

/** Who answers for them, as an organisation of `document_version`. */
const HUB = 'hub'

export interface OwnDocument {
  documentId: string
  /** SHA-256 of its CDA, hexadecimal. */
  digest: string
  change: 'create' | 'replace'
  replaces?: string
  setId: string
  version: number
  at: Date
}

const KEEP = `
insert into document_version (document_id, digest, state, change, replaces, set_id, version, organisation, received_at, stored)
values ($1, decode($2, 'hex'), 'current', $3, $4, $5, $6, '${HUB}', $7, 'current') on conflict (document_id) do nothing`

const SUPERSEDE = `
update document_version set state = 'superseded', stored = 'superseded', replaced_by = $2, revision = revision + 1
where document_id = $1 and organisation = '${HUB}' and state = 'current'`

/** Call it in the transaction that settles the write. */
export async function keepOwnDocument(tx: Tx, { documentId, digest, change, replaces, setId, version, at }: OwnDocument): Promise<void> {
  await tx.query(KEEP, [documentId, digest, change, replaces ?? null, setId, version, at])
  if (replaces !== undefined) await tx.query(SUPERSEDE, [replaces, documentId])
}

/** Which of these are the hub's own. */
export async function ownDocuments(tx: Tx, documentIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ document_id: string }>(
    `select document_id from document_version where document_id = any($1::text[]) and organisation = '${HUB}'`,
    [documentIds],
    'own-documents',
  )
  return new Set(rows.map(row => row.document_id))
}
