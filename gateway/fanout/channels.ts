/*
  The channels of the fan-out, and whom each of them has to decide about.
    mssante   each mailbox the sender names
    platform  the regional platform, by REST and on its own Kafka topic
    hospital  the national record (not connected), and the sender when it wants to know
*/
import type { Facts } from '../../profiles/tables/decisions.ts'
import type { Deposit } from './deposit.ts'

export const CHANNELS = ['mssante', 'platform', 'hospital'] as const
export type Channel = (typeof CHANNELS)[number]

/** One possible recipient of one event, with the facts its decision rests on. */
export interface Candidate {
  recipient: string
  /** What is sent: the document, or what an acknowledgement is about. */
  what: string
  action: string
  facts: Facts
}

/** Where the platform of this deployment listens. */
export interface PlatformNames {
  partner: string
  topic: string
}

export const DMP = 'dmp'

export function candidatesOf(channel: Channel, deposit: Deposit, platform: PlatformNames): Candidate[] {
  switch (channel) {
    case 'mssante':
      return deposit.recipients.map(recipient => mailbox(deposit, recipient))
    case 'platform':
      return [platform.partner, platform.topic].map(name => document(deposit, name, { recipient: 'platform', isNamed: true }))
    case 'hospital':
      return deposit.flags.destDmp ? [document(deposit, DMP, { recipient: 'dmp' }), dmpAnswer(deposit)] : []
  }
}

function mailbox(deposit: Deposit, { address, isPatient, isOwnAddress }: Deposit['recipients'][number]): Candidate {
  const { destMssPatient, destMssPs } = deposit.flags
  return document(deposit, address, { recipient: isPatient ? 'patient' : 'professional', isNamed: true, isRequested: isPatient ? destMssPatient : destMssPs, isOwnAddress })
}

/** One Z01 per document message: the national record will not answer, so we say so ourselves. */
function dmpAnswer(deposit: Deposit): Candidate {
  const facts = factsOf(deposit, { recipient: 'sender', isRequested: deposit.flags.ackReception })
  return { recipient: deposit.sender, what: deposit.messageId, action: 'Z01', facts }
}

function document(deposit: Deposit, recipient: string, known: Partial<Facts>): Candidate {
  return { recipient, what: deposit.documentId, action: 'create', facts: factsOf(deposit, known) }
}

function factsOf({ identity, isMinor, flags }: Deposit, known: Partial<Facts>): Facts {
  const { masquePs, invisiblePatient, invisibleRepLegaux } = flags
  return { recipient: 'professional', identity, isNamed: false, isRequested: true, masquePs, invisiblePatient, invisibleRepLegaux, isMinor, isOwnAddress: false, ...known }
}
