/*
  One document id stands for one content: whoever comes first says which.
*/
import type { Tx } from './db.ts'

const TYPE = 'DocumentContent'

/** Reserves the id for this content. Out: false when it stands for another one. `hash` is hexadecimal, 64 digits. */
export async function reserveContent(tx: Tx, documentId: string, hash: string): Promise<boolean> {
  const id = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-${hash.slice(12, 16)}-${hash.slice(16, 20)}-${hash.slice(20, 32)}`
  await tx.query("insert into identity (type, system, value, id) values ($1, 'sha-256', $2, $3) on conflict do nothing", [TYPE, documentId, id])
  const { rows } = await tx.query<{ id: string }>("select id from identity where type = $1 and system = 'sha-256' and value = $2", [TYPE, documentId])
  return rows[0]?.id === id
}
