/*
  What a message is judged by, and the judgement.
*/
import type { AdtFamily } from '../../../profiles/hl7v2/adt-events.ts'
import type { Finding } from '../../mapper.ts'
import type { IdentityChange } from '../adt/identity.ts'
import type { Movement } from '../adt/movement.ts'
import type { Indulgence } from './excuses.ts'
import type { Fault } from '../fault.ts'
import type { MessageHeader } from '../reading/message-header.ts'
import type { VersionClaim } from '../reading/version-claim.ts'

export interface JudgePolicy extends Indulgence {
  environment: 'test' | 'production'
  mssMatrix: 'lenient' | 'strict'
  maxDocumentBytes: number
  /** A08 of this sender; refused if not said. */
  a08?: 'refused' | 'as-z99'
  /** A ZBE of this sender whose fields stand one place beside; strict if not said. */
  zbe?: 'strict' | 'lenient'
}

export interface Judgement {
  /** What the message is about; a document if not said. */
  kind?: 'document' | AdtFamily
  /** Undefined: no HL7v2 message at all. */
  msh: MessageHeader | undefined
  /** Empty: accepted. */
  errors: Fault[]
  findings: Finding[]
  documentType?: string
  /** The unique text form of the CDA's id. */
  documentId?: string
  /** Whose message it is, from the bytes: `ipp|<authority>|<value>`, else `ins|<value>`. */
  laneKey?: string
  /** Of a message about several persons: those of the others. */
  alsoLaneKeys?: string[]
  /** Of a change of identity: what the ledger has to judge it by. */
  identity?: IdentityChange
  /** Of a movement: what the ledger has to judge it by. */
  movement?: Movement
  /** What the ledger has to judge by what it has accepted: one claim for each document. */
  versions?: VersionClaim[]
}
