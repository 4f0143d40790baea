/*
  An ADT message whose envelope, segments and person are sound: what its family still judges.
*/
import type { AdtEvent } from '../../../profiles/hl7v2/adt-events.ts'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Judgement, JudgePolicy } from '../checks/judgement.ts'

export interface SoundAdt {
  message: Er7Message
  event: AdtEvent
  /** A08 of a sender that writes it for Z99 is Z99 here. */
  trigger: string
  policy: JudgePolicy
  judgement: Judgement
}
