/*
  Judges a movement of a stay: PV1 and ZBE. What stands against it in the ledger (unknown, not the current one) is asked at its acceptance.
*/
import { laneKeyOf } from '../reading/person-numbers.ts'
import { readIdentifiers } from '../reading/read-patient.ts'
import { isFormerUpdate } from './adt-trigger.ts'
import { checkMovement, checkVisit } from './check-movement.ts'
import { readMovement } from './read-movement.ts'
import { locateZbe } from './zbe.ts'
import type { SoundAdt } from './sound-adt.ts'
import type { Judgement } from '../checks/judgement.ts'

export function judgeMovement({ message, event, trigger, policy, judgement }: SoundAdt): Judgement {
  const { errors, findings } = judgement
  const zbe = locateZbe(message, policy.zbe ?? 'strict')
  errors.push(...checkVisit(message), ...checkMovement(zbe, { event, trigger, isFormer: isFormerUpdate(message), findings }))
  const laneKey = laneKeyOf(readIdentifiers(message, message.first('PID')))
  const known = { ...judgement, ...(laneKey === undefined ? {} : { laneKey }) }
  return errors.length > 0 ? known : { ...known, movement: readMovement(message, { trigger, zbe }) }
}
