/*
  Tells a sender what in the traits of a PID says nothing: a name of no kind (XPN.7), a birth date that is no day, a sex of no table.
*/
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import type { Finding } from '../../mapper.ts'
import { trimmed } from '../reading/read-patient.ts'
import { isHl7Time } from '../time.ts'

const NAME_TYPES = ['L', 'D', 'S', 'U']
const SEXES = ['F', 'M', 'O', 'U']

export function checkTraits(pid: Er7Segment, findings: Finding[]): void {
  const [born, sex] = [trimmed(pid, 7), trimmed(pid, 8)]
  const types = Array.from({ length: pid.repetitions(5) }, (_, at) => trimmed(pid, 5, at + 1, 7) ?? '')
  if (!types.every(type => NAME_TYPES.includes(type))) findings.push({ code: 'patient.name-type', severity: 'information', path: `${pid.path}-5` })
  if (born !== undefined && !isHl7Time(born)) findings.push({ code: 'patient.birth-date-unreadable', severity: 'warning', path: `${pid.path}-7` })
  if (sex !== undefined && !SEXES.includes(sex)) findings.push({ code: 'patient.sex-unknown', severity: 'warning', path: `${pid.path}-8` })
}
