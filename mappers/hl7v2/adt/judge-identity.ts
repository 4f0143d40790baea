/*
  Judges a change of identity: A28 and A31, A24 and A37, A40 and A47. Whether a former number is known is asked of the ledger.
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { type Fault, faultAt } from '../fault.ts'
import { trimmed } from '../reading/read-patient.ts'
import { type IdentityChange, isSameNumber, readIdentityChange } from './identity.ts'
import type { SoundAdt } from './sound-adt.ts'
import type { Judgement } from '../checks/judgement.ts'

export function judgeIdentity({ message, trigger, judgement }: SoundAdt): Judgement {
  const identity = readIdentityChange(message, trigger)
  if (identity === undefined) return judgement
  judgement.errors.push(...checkFormer(message, identity), ...checkPair(message, identity))
  const [first, ...others] = identity.persons
  const also = [...others, ...identity.persons.flatMap(({ former }) => former ?? [])].flatMap(({ laneKey }) => laneKey ?? [])
  return {
    ...judgement,
    identity,
    ...(first?.laneKey === undefined ? {} : { laneKey: first.laneKey }),
    ...(also.length === 0 ? {} : { alsoLaneKeys: [...new Set(also)].filter(key => key !== first?.laneKey) }),
  }
}

/** Nobody is merged into himself, and a number does not change into itself. */
function checkFormer(message: Er7Message, { persons }: IdentityChange): Fault[] {
  return message.all('MRG').flatMap((mrg, at) => {
    if (trimmed(mrg, 1) === undefined) return [faultAt('hl7v2.field_missing', mrg, 1)]
    const person = persons[at]
    return person?.former !== undefined && isSameNumber(person.keys, person.former.keys) ? [faultAt('identity.same', mrg, 1)] : []
  })
}

function checkPair(message: Er7Message, { trigger, persons: [first, second] }: IdentityChange): Fault[] {
  const pid = message.all('PID')[1]
  if ((trigger !== 'A24' && trigger !== 'A37') || first === undefined || second === undefined || pid === undefined) return []
  return isSameNumber(first.keys, second.keys) ? [faultAt('identity.same', pid, 3)] : []
}
