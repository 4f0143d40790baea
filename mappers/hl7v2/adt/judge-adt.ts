/*
  Judges an ADT message of PAM-FR 2.11 before it is acknowledged. Pure: what only the ledger knows (is the movement known, is it the current one) is asked there.
    bytes => ER7 => MSH => segments => EVN, PID => by family: the movement, or the change of an identity
*/
import { HubError } from '../../../profiles/errors.ts'
import { type AdtEvent, adtEventOf, FORMER_UPDATE_EVENT, UPDATE_EVENT } from '../../../profiles/hl7v2/adt-events.ts'
import { type Er7Message, readEr7 } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { checkStructure } from '../../../profiles/hl7v2/grammar.ts'
import type { Finding } from '../../mapper.ts'
import { checkLengths } from '../checks/check-lengths.ts'
import { checkHeader } from '../checks/check-msh.ts'
import { type Fault, faultAt, faultOf } from '../fault.ts'
import { judged } from '../checks/judge.ts'
import { headerOf } from '../reading/message-header.ts'
import { trimmed } from '../reading/read-patient.ts'
import { checkEvent, checkPerson } from './check-adt.ts'
import { judgeIdentity } from './judge-identity.ts'
import { judgeMovement } from './judge-movement.ts'
import type { SoundAdt } from './sound-adt.ts'
import type { Judgement, JudgePolicy } from '../checks/judgement.ts'

export const PAM_PROFILE = ['2.11', 'IHE_FRANCE-2.11-PAM'] as const
const VERSION = '2.5'

export function judgeAdt(bytes: Uint8Array, policy: JudgePolicy): Judgement {
  return judged(bytes, () => judge(readEr7(bytes), policy))
}

function judge(message: Er7Message, policy: JudgePolicy): Judgement {
  const [msh] = message.segments
  if (msh === undefined) throw new HubError('hl7v2.not_hl7', { path: 'MSH' })
  const judgement: Judgement = { msh: headerOf(msh, message.charset), errors: [], findings: [] }
  const { errors, findings } = judgement
  const trigger = triggerOf(msh, policy, findings)
  const event = adtEventOf(trigger ?? '')
  if (trigger === undefined || event === undefined) {
    errors.push(trigger === undefined ? faultAt('hl7v2.field_missing', msh, 9, 2) : faultAt('hl7v2.event', msh, 9))
    return judgement
  }
  const known = { ...judgement, kind: event.family }
  errors.push(...checkHeader(msh, { environment: policy.environment, version: VERSION, profile: PAM_PROFILE }), ...checkStructureName(msh, event, findings))
  if (errors.length === 0) errors.push(...checkSegments(message, event))
  if (errors.length > 0) return known
  errors.push(...checkLengths(message), ...checkEvent(message, findings), ...checkPerson(message, { policy, findings }))
  const sound: SoundAdt = { message, event, trigger, policy, judgement: known }
  return event.family === 'movement' ? judgeMovement(sound) : judgeIdentity(sound)
}

/** A08 is forbidden in ITI-31, but for a sender of whom we know that it means Z99. */
function triggerOf(msh: Er7Segment, { a08 }: JudgePolicy, findings: Finding[]): string | undefined {
  const trigger = trimmed(msh, 9, 1, 2)
  if (trigger !== FORMER_UPDATE_EVENT || a08 !== 'as-z99') return trigger
  findings.push({ code: 'event.a08', severity: 'warning', path: 'MSH-9.2' })
  return UPDATE_EVENT
}

/** Senders write the structure of another event: the trigger says what is meant. */
function checkStructureName(msh: Er7Segment, { structure }: AdtEvent, findings: Finding[]): Fault[] {
  const written = trimmed(msh, 9, 1, 3)
  if (written === undefined) return [faultAt('hl7v2.field_missing', msh, 9, 3)]
  if (!/^ADT_[A-Z]\d\d$/.test(written)) return [faultAt('hl7v2.message_type', msh, 9, 3)]
  if (written !== structure) findings.push({ code: 'event.structure-differs', severity: 'information', path: 'MSH-9.3' })
  return []
}

function checkSegments(message: Er7Message, { grammar }: AdtEvent): Fault[] {
  return checkStructure(
    grammar,
    message.segments.map(segment => segment.name),
  ).map(fault => faultOf(fault.code, fault.name, fault.nth))
}
