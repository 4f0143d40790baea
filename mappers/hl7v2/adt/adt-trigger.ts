/*
  The trigger event of an accepted ADT message. One that was accepted with A08 came from a sender that means Z99.
*/
import { FORMER_UPDATE_EVENT, UPDATE_EVENT } from '../../../profiles/hl7v2/adt-events.ts'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { trimmed } from '../reading/read-patient.ts'

export function adtTriggerOf(message: Er7Message): string {
  return isFormerUpdate(message) ? UPDATE_EVENT : (trimmed(message.first('MSH'), 9, 1, 2) ?? '')
}

export function isFormerUpdate(message: Er7Message): boolean {
  return trimmed(message.first('MSH'), 9, 1, 2) === FORMER_UPDATE_EVENT
}
