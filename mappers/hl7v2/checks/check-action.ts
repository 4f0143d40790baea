/*
  Checks that everything in a message asks for one act on its document.
    create   T02   ORC-1 NW   OBX-11 F   no TXA-13
    replace  T10   ORC-1 RO   OBX-11 C   TXA-13 = the predecessor that the CDA names (RPLC)
    delete   T04   ORC-1 CA   OBX-11 D   TXA-13 may be there
  An ORU has one trigger and no TXA: its ORC-1 says the act. Of two documents each OBX-11 says the same.
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { type Fault, faultAt } from '../fault.ts'
import { documentSegments } from '../reading/read-metadata.ts'
import { trimmed } from '../reading/read-patient.ts'
import type { Action } from '../reading/transmission.ts'

export const ACTS: Readonly<Record<Action, { trigger: string; order: string; status: string }>> = {
  create: { trigger: 'T02', order: 'NW', status: 'F' },
  replace: { trigger: 'T10', order: 'RO', status: 'C' },
  delete: { trigger: 'T04', order: 'CA', status: 'D' },
}

/** The act that a value of this column stands for. */
export function actOf(column: 'trigger' | 'order' | 'status', value: string | undefined): Action | undefined {
  return (Object.keys(ACTS) as Action[]).find(act => ACTS[act][column] === value)
}

export function checkAction(message: Er7Message): Fault[] {
  const orc = message.first('ORC')
  const order = trimmed(orc, 1)
  const byTrigger = actOf('trigger', trimmed(message.first('MSH'), 9, 1, 2))
  const byOrder = actOf('order', order)
  const faults: Fault[] = []
  if (orc !== undefined && order !== undefined && (byOrder === undefined || (byTrigger ?? byOrder) !== byOrder))
    faults.push(faultAt('hl7v2.incoherent_action', orc, 1))
  const asked = byTrigger ?? byOrder
  faults.push(...documentSegments(message).flatMap(obx => checkStatus(obx, asked)))
  return [...faults, ...checkPredecessor(message, asked)]
}

function checkStatus(obx: Er7Segment, asked: Action | undefined): Fault[] {
  const status = trimmed(obx, 11)
  if (status === undefined) return [faultAt('hl7v2.field_missing', obx, 11)]
  const said = actOf('status', status)
  if (said === undefined) return [faultAt('hl7v2.table_value', obx, 11)]
  return asked === undefined || said === asked ? [] : [faultAt('hl7v2.incoherent_action', obx, 11)]
}

function checkPredecessor(message: Er7Message, asked: Action | undefined): Fault[] {
  const txa = message.first('TXA')
  return asked === 'replace' && txa !== undefined && trimmed(txa, 13) === undefined ? [faultAt('hl7v2.field_missing', txa, 13)] : []
}
