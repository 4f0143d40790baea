/*
  Judges a change of identity: A28 and A31, A24 and A37, A40 and A47.
*/
import { laneKeyOf, type Judgement } from '../judge.ts'
import { readIdentifiers } from '../read-patient.ts'
import type { SoundAdt } from './judge-adt.ts'

export function judgeIdentity({ message, judgement }: SoundAdt): Judgement {
  const laneKey = laneKeyOf(readIdentifiers(message.first('PID')))
  return { ...judgement, ...(laneKey === undefined ? {} : { laneKey }) }
}
