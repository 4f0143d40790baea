/*
  Says who claims to send, before anything else of a message is read: the policy of a judgement depends on the sender.
*/
import { readMessageHeader } from './message-header.ts'

/** MSH-3.1 and MSH-4.1; empty when there is no readable MSH. */
export function peekSender(bytes: Uint8Array): { application: string; facility: string } {
  const header = readMessageHeader(bytes)
  return { application: header?.sendingApplication ?? '', facility: header?.sendingFacility ?? '' }
}
