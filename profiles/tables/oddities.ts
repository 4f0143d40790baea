/*
  What older senders write and profile 2.1 does not allow, each its own switch of a sender (`oddities`, `profiles` of a partner).
  The name of the switch is the finding that tells the sender what to correct. Not switched on: the message is refused as ever.
*/

/** MSH-21 of the profiles before 2.1. */
export const FORMER_PROFILES = { '1.2': 'CISIS_CDA_HL7_V1', '2.0': 'CISIS_CDA_HL7_V2' } as const

export type FormerProfile = keyof typeof FORMER_PROFILES

export const ODDITIES = [
  /** ORC-1 = SC: the act is what trigger and OBX-11 say. Refused: 199 at ORC-1. */
  'order.status-code',
  /** Neither ORC nor OBR in an MDM: type and act are said by TXA and OBX. Refused: 100. */
  'order.segments-missing',
  /** OBR-4 of an ORU names the act that was ordered: the type is that of OBX-3. Refused: 199 at OBR-4. */
  'order.act-for-type',
  /** No ACK_RECEPTION, no ACK_LECTURE_MSS: no acknowledgement is wanted. Refused: 100. */
  'metadata.acks-missing',
  /** TXA-12 or TXA-13 is not what the CDA says, before profile 2.1: the CDA is believed. Refused: 207 at TXA. */
  'document.id-differs',
] as const

export type Oddity = (typeof ODDITIES)[number]
