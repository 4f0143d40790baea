/*
  Gives back what was accepted: the bytes of a message, and its row.
*/
import type { Finding } from '../../../mappers/mapper.ts'
import { type ErrorCode, HubError } from '../../../profiles/errors.ts'
import type { Tx } from '../db.ts'
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

interface MessageRow {
  id: string
  door: string
  format: string
  sender: string
  territory: string | null
  control_id: string
  size: number
  document_type: string | null
  document_id: string | null
  lane_key: string | null
  position: string | null
  status: MessageStatus
  findings: Finding[]
  refused_with: { code: ErrorCode; path: string }[] | null
  traceparent: string
  received_at: Date
  accepted_at: Date
  stored_at: Date | null
}

/** The row of a message, without its bytes; undefined where there is none. */
export async function readMessage(tx: Tx, messageId: string): Promise<StoredMessage | undefined> {
  const { rows } = await tx.query<MessageRow>('select * from message where id = $1', [messageId], 'message')
  const row = rows[0]
  if (row === undefined) return undefined
  return {
    id: row.id,
    door: row.door,
    format: row.format,
    sender: row.sender,
    controlId: row.control_id,
    size: row.size,
    status: row.status,
    findings: row.findings,
    refusedWith: row.refused_with ?? [],
    traceparent: row.traceparent,
    receivedAt: row.received_at,
    acceptedAt: row.accepted_at,
    ...(row.territory === null ? {} : { territory: row.territory }),
    ...(row.document_type === null ? {} : { documentType: row.document_type }),
    ...(row.document_id === null ? {} : { documentId: row.document_id }),
    ...(row.lane_key === null ? {} : { laneKey: row.lane_key }),
    ...(row.position === null ? {} : { position: Number(row.position) }),
    ...(row.stored_at === null ? {} : { storedAt: row.stored_at }),
  }
}
