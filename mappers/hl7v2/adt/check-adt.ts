/*
  Checks what all ADT messages share: when it was recorded, whom it is about and how sure that identity is.
    EVN-1 empty, EVN-2 required      PID-3, PID-5, PID-32 required      PID-2, 4, 9, 10, 12, 17, 19, 20, 22, 28 forbidden
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { PAM_IDENTITY_STATUSES } from '../../../profiles/hl7v2/tables.ts'
import { hasValidInsKey, insKindOf } from '../../../profiles/identity.ts'
import type { Finding } from '../../mapper.ts'
import { checkTraits } from '../checks/check-traits.ts'
import { type Fault, faultAt } from '../fault.ts'
import { hasAny, trimmed } from '../reading/read-patient.ts'
import { isHl7Time } from '../time.ts'
import type { JudgePolicy } from '../checks/judgement.ts'

const FORBIDDEN = [2, 4, 9, 10, 12, 17, 19, 20, 22, 28]

export function checkEvent(message: Er7Message, findings: Finding[]): Fault[] {
  const evn = message.first('EVN')
  if (evn === undefined) return []
  if (evn.has(1)) findings.push({ code: 'event.type-filled', severity: 'information', path: 'EVN-1' })
  const faults = evn.has(2) ? [] : [faultAt('hl7v2.field_missing', evn, 2)]
  for (const field of [2, 3, 6]) {
    const at = trimmed(evn, field)
    if (at !== undefined && !isHl7Time(at)) faults.push(faultAt('hl7v2.data_type', evn, field))
  }
  return faults
}

/** Every PID of the message: a link has two. */
export function checkPerson(message: Er7Message, options: { policy: JudgePolicy; findings: Finding[] }): Fault[] {
  const { policy, findings } = options
  return message.all('PID').flatMap(pid => {
    const faults = [3, 5].filter(field => !hasAny(pid, field)).map(field => faultAt('hl7v2.field_missing', pid, field))
    for (const field of FORBIDDEN) if (pid.has(field)) findings.push({ code: 'patient.field-forbidden', severity: 'information', path: `${pid.path}-${field}` })
    checkTraits(pid, findings)
    if (!pid.has(32)) faults.push(faultAt('hl7v2.field_missing', pid, 32))
    for (let at = 1; at <= pid.repetitions(32); at++)
      if (!PAM_IDENTITY_STATUSES.has(trimmed(pid, 32, at) ?? '')) faults.push(faultAt('hl7v2.table_value', pid, 32))
    for (let at = 1; at <= pid.repetitions(3); at++) {
      const kind = insKindOf(trimmed(pid, 3, at, 4, 2) ?? '')
      if (kind === undefined) continue
      if (!hasValidInsKey(trimmed(pid, 3, at) ?? '')) findings.push({ code: 'ins.key', severity: 'warning', path: `${pid.path}-3` })
      if (kind.environment !== policy.environment)
        if (policy.environment === 'production') faults.push(faultAt('insi.identity_missing', pid, 3))
        else findings.push({ code: 'ins.production-oid', severity: 'warning', path: `${pid.path}-3` })
    }
    return faults
  })
}
