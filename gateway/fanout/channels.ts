/*
  The channels of the fan-out, and whom each of them has to decide about.
    mssante   each mailbox the sender names, and those that were mailed an earlier version
    platform  the regional platform, by REST and on its own Kafka topic
    subscription  the clients that asked to be told (subscribers.ts)
    hospital  the national record (not connected), and the sender when it wants to know
*/
import type { MessageFacts } from '../../profiles/tables/decisions.ts'
import type { Deposit } from './deposit.ts'

export const CHANNELS = ['mssante', 'platform', 'hospital', 'subscription'] as const
export type Channel = (typeof CHANNELS)[number]

/** One possible recipient of one event, with the facts its decision rests on. */
export interface Candidate {
  recipient: string
  /** What is sent: the document, or what an acknowledgement is about. */
  what: string
  action: string
  facts: MessageFacts
}

/** What the configuration says of the partners of one deposit. */
export interface Reach {
  platform: { partner: string; topic: string }
  /** The sender has an address for acknowledgements. */
  takesAcks: boolean
}

export const DMP = 'dmp'

/** What a delivery that brings the document does with it. */
export const documentActionOf = ({ change = 'create' }: Pick<Deposit, 'change'>): string => change

export function candidatesOf(channel: Channel, deposit: Deposit, reach: Reach): Candidate[] {
  switch (channel) {
    case 'mssante':
      return deposit.mailboxes.map(({ party, facts }) => ({ ...document(deposit, party.address), facts: { ...facts, ...deposit.facts } }))
    case 'platform':
      return [reach.platform.partner, reach.platform.topic].map(name => ({
        ...document(deposit, name),
        facts: factsOf(deposit, { recipient: 'platform', isNamed: true }),
      }))
    case 'subscription':
      return []
    case 'hospital':
      return deposit.destDmp ? [{ ...document(deposit, DMP), facts: factsOf(deposit, { recipient: 'dmp' }) }, dmpAnswer(deposit, reach)] : []
  }
}

export const ACKS = ['Z01', 'Z02', 'Z03'] as const
export type AckKind = (typeof ACKS)[number]

export const isAck = (action: string): action is AckKind => ACKS.some(kind => kind === action)

/** The facts of a business acknowledgement to the sender: of reception (Z01, Z02) or of reading (Z03). */
export function ackFacts(deposit: Deposit, reach: Reach, kind: AckKind): MessageFacts {
  const isRequested = kind === 'Z03' ? deposit.ackLecture === true : deposit.ackReception
  return factsOf(deposit, { recipient: 'sender', isRequested, isNamed: reach.takesAcks })
}

/** One Z01 per document message: the national record will not answer, so we say so ourselves. */
function dmpAnswer(deposit: Deposit, reach: Reach): Candidate {
  return { recipient: deposit.sender, what: deposit.messageId, action: 'Z01', facts: ackFacts(deposit, reach, 'Z01') }
}

function document(deposit: Deposit, recipient: string): Pick<Candidate, 'recipient' | 'what' | 'action'> {
  return { recipient, what: deposit.documentId, action: documentActionOf(deposit) }
}

function factsOf(deposit: Deposit, known: Partial<MessageFacts>): MessageFacts {
  return { recipient: 'professional', isNamed: false, isRequested: false, isOwnAddress: false, ...deposit.facts, ...known }
}
