/*
  Chooses who judges a message: MSH-9.1 ADT is a stay or an identity, anything else must be a document.
*/
import { judgeAdt } from '../adt/judge-adt.ts'
import { judgeTransmission } from './judge.ts'
import { readMessageHeader } from '../reading/message-header.ts'
import type { Judgement, JudgePolicy } from './judgement.ts'

/** In: MSH-9.1, where it is read already. Never throws for what the bytes hold: it is in `errors`. */
export function judgeMessage(bytes: Uint8Array, policy: JudgePolicy, messageType = readMessageHeader(bytes)?.messageType): Judgement {
  return messageType === 'ADT' ? judgeAdt(bytes, policy) : judgeTransmission(bytes, policy)
}
