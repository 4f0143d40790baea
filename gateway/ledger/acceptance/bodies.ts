/*
  Gives back what was accepted: the bytes of a message, and its row.
*/
import type { Finding } from '../../../mappers/mapper.ts'
import { type ErrorCode, HubError } from '../../../profiles/errors.ts'
import type { Tx } from '../db.ts'
import { fromRow, type RowOf } from '../row-of.ts'
import type { MessageStatus } from '../status.ts'

export interface StoredMessage {
  id: string
  door: string
  format: string
  sender: string
  territory?: string
  controlId: string
  /** Bytes. */
  size: number
  documentType?: string
  documentId?: string
  laneKey?: string
  position?: number
  status: MessageStatus
  findings: Finding[]
  refusedWith: { code: ErrorCode; path: string }[]
  traceparent: string
  receivedAt: Date
  acceptedAt: Date
  storedAt?: Date
}

/** The bytes as the partner sent them. Throws: hub.defect where retention has dropped them. */
export async function readBody(tx: Tx, messageId: string): Promise<Uint8Array> {
  const { rows } = await tx.query<{ bytes: Buffer }>('select bytes from body where id = $1', [messageId], 'body')
  const row = rows[0]
  if (row === undefined) throw new HubError('hub.defect', { path: 'body' })
  return row.bytes
}

/** Are the bytes still there? Retention drops them before the row. */
export async function hasBody(tx: Tx, messageId: string): Promise<boolean> {
  return (await tx.query('select from body where id = $1', [messageId])).rowCount > 0
}

/** As PostgreSQL answers: a bigint is a text, and nothing is refused with null. */
type Plain = Omit<StoredMessage, 'position' | 'refusedWith'>
type MessageRow = RowOf<Plain> & { position: string | null; refused_with: StoredMessage['refusedWith'] | null }

const FIELDS = 'id door format sender controlId size status findings traceparent receivedAt acceptedAt territory documentType documentId laneKey storedAt'

/** The row of a message, without its bytes; undefined where there is none. */
export async function readMessage(tx: Tx, messageId: string): Promise<StoredMessage | undefined> {
  const { rows } = await tx.query<MessageRow>('select * from message where id = $1', [messageId], 'message')
  const row = rows[0]
  if (row === undefined) return undefined
  const { position, refused_with } = row
  return { ...fromRow<Plain>(row, FIELDS), refusedWith: refused_with ?? [], ...(position === null ? {} : { position: Number(position) }) }
}
