/*
  What the event of a deposited document tells the planners: enough to decide for every recipient without opening the document again. It stays in the ledger.
*/
import type { Facts } from '../../profiles/tables/decisions.ts'

export interface Deposit {
  messageId: string
  /** PartnerId of the sender. */
  sender: string
  documentId: string
  documentType: string
  identity: Facts['identity']
  isMinor: boolean
  flags: Pick<Facts, 'masquePs' | 'invisiblePatient' | 'invisibleRepLegaux'> & {
    destDmp: boolean
    destMssPs: boolean
    destMssPatient: boolean
    ackReception: boolean
  }
  /** Mailboxes the sender names, each once. */
  recipients: { address: string; isPatient: boolean; isOwnAddress: boolean }[]
  /** Relative references of what was stored. */
  documentReference: string
  senderReference?: string
}
