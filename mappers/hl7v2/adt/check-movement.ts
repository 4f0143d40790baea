/*
  Checks PV1 and ZBE of a movement: what must be there, what must not, and that trigger, ZBE-4 and ZBE-6 ask for the same.
    PV1-2 E | I | O | R | N, PV1-19 the visit number
    ZBE-4 INSERT: the trigger inserts    CANCEL: the trigger cancels ZBE-6 (A11: A01, A04; A06: A07; …)    UPDATE: Z99, with ZBE-6
*/
import { type AdtEvent, UPDATE_EVENT, adtEventOf } from '../../../profiles/hl7v2/adt-events.ts'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { MOVEMENT_ACTS, MOVEMENT_NATURES } from '../../../profiles/hl7v2/tables.ts'
import type { Finding } from '../../mapper.ts'
import { checkStayTimes, VISIT_CLASSES } from '../checks/check-order.ts'
import { type Fault, faultAt, faultOf } from '../fault.ts'
import { trimmed } from '../reading/read-patient.ts'
import { isHl7Time } from '../time.ts'
import { type Zbe, zbeText } from './zbe.ts'

interface Asked {
  event: AdtEvent
  trigger: string
  /** It came as A08. */
  isFormer: boolean
  findings: Finding[]
}

export function checkVisit(message: Er7Message): Fault[] {
  const pv1 = message.first('PV1')
  if (pv1 === undefined) return []
  const faults = [2, 19].filter(field => trimmed(pv1, field) === undefined).map(field => faultAt('hl7v2.field_missing', pv1, field))
  const visit = trimmed(pv1, 2)
  if (visit !== undefined && !VISIT_CLASSES.includes(visit)) faults.push(faultAt('hl7v2.table_value', pv1, 2))
  return [...faults, ...checkStayTimes(pv1)]
}

export function checkMovement(zbe: Zbe, asked: Asked): Fault[] {
  const { segment, isAlone, shift, isLenient } = zbe
  if (segment === undefined) return [faultOf('hl7v2.segment_missing', 'ZBE')]
  if (shift !== undefined && !isLenient) return [faultAt('hl7v2.shifted', segment, shift.field)]
  if (shift !== undefined) asked.findings.push({ code: 'movement.shifted', severity: 'warning', path: `ZBE-${shift.field}` })
  const faults = [...(isAlone ? [] : [faultOf('hl7v2.cardinality', 'ZBE', 2)]), ...checkFields(zbe, segment), ...checkOrigin(zbe, segment)]
  checkNature(zbe, asked.findings)
  return faults.length > 0 ? faults : checkAct(zbe, segment, asked)
}

function checkFields(zbe: Zbe, segment: Er7Segment): Fault[] {
  const faults = [1, 2, 4, 5].filter(field => zbeText(zbe, field) === undefined).map(field => faultAt('hl7v2.field_missing', segment, field))
  const [startsAt, act, historic] = [zbeText(zbe, 2), zbeText(zbe, 4), zbeText(zbe, 5)]
  if (startsAt !== undefined && !(isHl7Time(startsAt) && startsAt.length >= 8)) faults.push(faultAt('hl7v2.data_type', segment, 2))
  if (zbeText(zbe, 3) !== undefined) faults.push(faultAt('hl7v2.field_forbidden', segment, 3))
  if (act !== undefined && !MOVEMENT_ACTS.some(known => known === act)) faults.push(faultAt('hl7v2.table_value', segment, 4))
  if (historic !== undefined && historic !== 'Y' && historic !== 'N') faults.push(faultAt('hl7v2.table_value', segment, 5))
  return faults
}

/** ZBE-6 says what an update or a cancellation is about; an insertion may leave it empty. */
function checkOrigin(zbe: Zbe, segment: Er7Segment): Fault[] {
  const origin = zbeText(zbe, 6)
  if (origin === undefined) return ['UPDATE', 'CANCEL'].includes(zbeText(zbe, 4) ?? '') ? [faultAt('hl7v2.field_missing', segment, 6)] : []
  return adtEventOf(origin)?.family === 'movement' ? [] : [faultAt('hl7v2.table_value', segment, 6)]
}

function checkNature(zbe: Zbe, findings: Finding[]): void {
  const nature = zbeText(zbe, 9)
  if (nature === undefined) findings.push({ code: 'movement.nature-missing', severity: 'information', path: 'ZBE-9' })
  else if (!MOVEMENT_NATURES.has(nature)) findings.push({ code: 'movement.nature-unusual', severity: 'information', path: 'ZBE-9' })
}

function checkAct(zbe: Zbe, segment: Er7Segment, { event, trigger, isFormer, findings }: Asked): Fault[] {
  const origin = zbeText(zbe, 6) ?? ''
  switch (zbeText(zbe, 4)) {
    case 'INSERT':
      // Whoever writes A08 for Z99 may write INSERT for UPDATE.
      if (isFormer) return []
      return event.isCancelOnly === true || trigger === UPDATE_EVENT ? [faultAt('movement.incoherent', segment, 4)] : []
    case 'CANCEL':
      if (event.cancels === undefined) return [faultAt('movement.incoherent', segment, 4)]
      return event.cancels.includes(origin) ? [] : [faultAt('movement.incoherent', segment, 6)]
    default:
      if (event.isCancelOnly === true) return [faultAt('movement.incoherent', segment, 4)]
      if (trigger !== UPDATE_EVENT) findings.push({ code: 'movement.update-trigger', severity: 'warning', path: 'MSH-9.2' })
      return []
  }
}
