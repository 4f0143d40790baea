/*
  What the event of a deposited document tells the planners: enough to decide for every recipient without opening the document again. It stays in the ledger.
*/
import type { MailParty } from '../../mappers/communication/communication.ts'
import type { MessageFacts } from '../../profiles/tables/decisions.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'

export interface Deposit {
  messageId: string
  /** PartnerId of the sender. */
  sender: string
  documentId: string
  documentType: string
  /** `DocumentReference/<id>` */
  document: string
  /** What was done to the document; absent in events from before there were versions. */
  change?: 'create' | 'replace' | 'delete'
  /** The hub wrote it, and told the members of the circle then. */
  isOwn?: true
  /** A quarantine held it: told once its person was sure, and no longer if he stands apart again. */
  isReleased?: true
  /** Other formats of the same content, in the same message. */
  others?: { documentId: string; document: string }[]
  /** `Organization/<id>` of the custodian. */
  custodian?: string
  destDmp: boolean
  ackReception: boolean
  /** The sender asks to be told who has read it; not known of events before there was a Z03. */
  ackLecture?: boolean
  /** Mailboxes the sender names, each once. */
  mailboxes: Mailbox[]
  /** What is common to the decisions about every recipient. */
  facts: Pick<MessageFacts, 'identity' | 'masquePs' | 'invisiblePatient' | 'invisibleRepLegaux' | 'isMinor'>
}

export interface Mailbox {
  party: MailParty
  facts: MessageFacts
}

/** The cards of what the message brought: they go together. */
export const cardsOf = ({ document, others = [] }: Pick<Deposit, 'document' | 'others'>): string[] => [document, ...others.map(other => other.document)]

/** What is told of: the document, and its deletion as something else again. */
export const subjectOf = ({ documentId, change }: Pick<Deposit, 'documentId' | 'change'>): string => (change === 'delete' ? `${documentId}|delete` : documentId)

/** Of the document first, and of each other format. */
export const subjectsOf = (deposit: Deposit): string[] => [deposit, ...(deposit.others ?? [])].map(one => subjectOf({ ...deposit, ...one }))

/** Undefined for an event that no message with a document brought. */
export const depositOf = ({ detail }: Pick<StoredEvent, 'detail'>): Deposit | undefined => depositIn(detail)

export function depositIn(detail: unknown): Deposit | undefined {
  return typeof detail === 'object' && detail !== null && 'messageId' in detail ? (detail as Deposit) : undefined
}
