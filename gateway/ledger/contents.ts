/*
  One document id stands for one content: whoever comes first says which.
*/
import type { Tx } from './db.ts'

const TYPE = 'DocumentContent'

/** When the first message that brought this document came: whoever brings it again changes nothing. */
export async function firstReceived(tx: Tx, documentId: string): Promise<Date | undefined> {
  const { rows } = await tx.query<{ at: Date }>("select at from identity where type = $1 and system = 'sha-256' and value = $2", [TYPE, documentId])
  return rows[0]?.at
}

export interface Content {
  documentId: string
  /** Hexadecimal, 64 digits. */
  hash: string
  receivedAt: Date
}

/** Reserves the id for this content. Out: false when it stands for another one. */
export async function reserveContent(tx: Tx, { documentId, hash, receivedAt }: Content): Promise<boolean> {
  const id = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-${hash.slice(12, 16)}-${hash.slice(16, 20)}-${hash.slice(20, 32)}`
  await tx.query("insert into identity (type, system, value, id, at) values ($1, 'sha-256', $2, $3, $4) on conflict do nothing", [
    TYPE,
    documentId,
    id,
    receivedAt,
  ])
  const { rows } = await tx.query<{ id: string }>("select id from identity where type = $1 and system = 'sha-256' and value = $2", [TYPE, documentId])
  return rows[0]?.id === id
}
