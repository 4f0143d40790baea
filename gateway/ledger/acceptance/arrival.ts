/*
  A message on its way into the ledger, and what became of it there.
*/
import type { ErrorCode } from '../../../profiles/errors.ts'
import type { Door, Format } from '../../../connectors/connector.ts'
import type { Finding } from '../../../mappers/mapper.ts'
import type { VersionAsked } from '../documents/document-chain.ts'
import type { Fault } from '../../../mappers/hl7v2/fault.ts'
import type { Tx } from '../db.ts'

export interface ArrivedMessage {
  /** newMessageId() */
  id: string
  door: Door
  format: Format
  /** PartnerId */
  sender: string
  territory?: string
  controlId: string
  bytes: Uint8Array
  receivedAt: Date
  /** HMAC of sender + IPP, else INS; the id where the message stands alone. */
  laneKey: string
  documentType?: string
  documentId?: string
  findings: readonly Finding[]
  /** Present and not empty: stored with status refused, in no lane, judged afresh when it comes again. */
  refusedWith?: readonly { code: ErrorCode; path: string }[]
  answer: Uint8Array
  traceparent: string
  /** What the ledger itself has to say of it, asked in the transaction that takes it. */
  rule?: AcceptanceRule
  /** Its documents, to be judged against those that were accepted before. */
  versions?: readonly VersionAsked[]
  /** The answer where its rule or that judgement refuses it. */
  refuse?(faults: readonly Fault[]): Uint8Array
}

export interface Accepted {
  /** Of the message that was kept: for a repeat, the first one. */
  id: string
  answer: Uint8Array
  isRepeat: boolean
  /** By its rule, or by the documents that were accepted before. */
  isRefused?: boolean
}

/** A message on its way into the ledger, with the digest that makes a repeat recognisable. */
export interface Arrival {
  message: ArrivedMessage
  sha256: Buffer
  isRefused: boolean
}

export interface AcceptanceRule {
  /** What this message must not be judged beside: one at a time for each name. */
  locks: readonly string[]
  /** Out: what speaks against it; empty: its rows are written. */
  judge(tx: Tx, messageId: string): Promise<Fault[]>
}
