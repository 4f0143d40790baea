/*
  Admission (ADT^A01) → stay committed in HAPI and the movement settled, beside the same transactions posted to HAPI directly by as many senders.
  Every movement is of a person and a stay of its own on both sides; what they share (structure, unit, practitioner) is there before.
*/
import { stayOf } from '../../gateway/ledger/stays/movements.ts'
import { mapMovement } from '../../gateway/workers/map-movement.ts'
import { judgeMessage } from '../../mappers/hl7v2/checks/judge-message.ts'
import { testIns } from '../support/letters.ts'
import { writeMovement } from '../support/movements.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { measureBesideHapi } from './beside-hapi.ts'
import { newPerson } from './load.ts'
import type { Report } from './report.ts'

const MOVEMENTS = Number(process.env['HUB_BENCH_MOVEMENTS'] ?? 200)

/** The CPU counts until the alerts are planned too. */
export const measureMovements = (sandbox: SandboxFile): Promise<Report> =>
  measureBesideHapi(sandbox, {
    title: 'ADT^A01',
    count: MOVEMENTS,
    warmUp: MOVEMENTS,
    newMessage: newAdmission,
    mapped: mappedAdmission,
    done: "select count(*)::int as count from message where id > $1 and format = 'hl7v2-movement' and stored_at is not null",
    wanted: '≥ 0.85',
    including: 'alerts',
  })

let written = 0

/** Admitted a minute ago, so that it is announced. */
function newAdmission(): Buffer {
  written += 1
  const person = newPerson()
  const at = new Date(Date.now() - 60_000).toISOString().replace(/[-:T]|\..*/g, '')
  const own = `B${process.pid}-${written}`
  return writeMovement({ id: own, visit: own, controlId: own, ins: testIns(person), ipp: `IPP-B${person}`, startsAt: `${at}+0000` })
}

function mappedAdmission(): ReturnType<typeof mapMovement> {
  const bytes = newAdmission()
  const { movement } = judgeMessage(bytes, { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 1_000_000 })
  if (movement === undefined) throw new Error('the admission is refused')
  const messageId = crypto.randomUUID()
  return mapMovement({
    bytes,
    messageId,
    stay: stayOf(movement),
    records: [{ ...movement, messageId, isRepeat: false }],
    sender: { id: 'DPI-1/CH-1' },
    zbe: 'strict',
    receivedAt: new Date(),
    environment: 'test',
  })
}
