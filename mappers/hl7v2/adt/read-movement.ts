/*
  Reads the movement of a stay (PAM-FR 2.11), as a whole or part by part for whoever wants to know where each part stood.
    ZBE 1 id, 2 start, 4 act, 5 historic, 6 original trigger, 7 and 8 units (XON: 1 name, 6.2 authority, 10 code), 9 nature
    PV1 2 class, 3 place (PL: unit, room, bed, facility), 5 preadmission, 7 8 9 17 people, 19 visit number, 44 45 times
    PV2-3 reason, PV2-8 expected time      ZFM 1 2 entry and exit, 3 4 origin and destination      ZFV 1 where the person came from, 9 how the hospital calls the exit
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { present } from '../../cda/read-datatypes.ts'
import { OID } from '../../../profiles/oids.ts'
import { readTime } from '../../cda/timestamps.ts'
import { ReadTracker } from '../../cda/xml/tracker.ts'
import { personKeyOf } from '../reading/person-numbers.ts'
import { readIdentifiers, readVisitNumber, repeated, trimmed } from '../reading/read-patient.ts'
import { readXcn } from '../reading/read-xcn.ts'
import { isFormerUpdate } from './adt-trigger.ts'
import type { Attendant, Movement, MovementKind, Place, StayContent, Unit } from './movement.ts'
import { readParticulars } from './read-particulars.ts'
import { type Zbe, zbeText } from './zbe.ts'

const KINDS: Readonly<Record<string, MovementKind>> = { INSERT: 'insert', UPDATE: 'update', CANCEL: 'cancel' }
const ATTENDANTS = [
  [7, 'ATND'],
  [8, 'REF'],
  [9, 'CON'],
  [17, 'ADM'],
] as const

export function readMovement(message: Er7Message, options: { trigger: string; zbe: Zbe; tracker?: ReadTracker }): Movement {
  const { trigger, zbe, tracker = new ReadTracker(undefined) } = options
  const pv1 = message.first('PV1')
  const said = KINDS[zbeText(zbe, 4) ?? ''] ?? 'insert'
  const kind = said === 'insert' && isFormerUpdate(message) ? 'update' : said
  return tracker.object<Movement>({
    ids: () => readIds(zbe),
    kind: () => kind,
    trigger: () => (kind === 'insert' ? trigger : (zbeText(zbe, 6) ?? trigger)),
    startsAt: () => instantOf(zbeText(zbe, 2)) ?? '',
    recordedAt: () => instantOf(trimmed(message.first('EVN'), 2) ?? trimmed(message.first('MSH'), 7)) ?? '',
    isHistoric: () => zbeText(zbe, 5) === 'Y',
    visit: () => readVisitNumber(message, pv1, 19),
    personKey: () => personKeyOf(readIdentifiers(message, message.first('PID'))) ?? '',
    content: () => readContent(message, zbe, tracker),
  })
}

/** Each repetition with its authority: an OID or FINESS (EI.3), else a name (EI.2). */
function readIds(zbe: Zbe): string[] {
  const ids: string[] = []
  for (let repetition = 1; ; repetition++) {
    const id = zbeText(zbe, 1, { repetition })
    if (id === undefined) return ids
    ids.push(`${id}|${zbeText(zbe, 1, { repetition, component: 3 }) ?? zbeText(zbe, 1, { repetition, component: 2 }) ?? ''}`)
  }
}

function readContent(message: Er7Message, zbe: Zbe, tracker: ReadTracker): StayContent {
  const [pv1, pv2, zfm, zfv] = [message.first('PV1'), message.first('PV2'), message.first('ZFM'), message.first('ZFV')]
  return tracker.object<StayContent>({
    class: () => classOf(trimmed(pv1, 2)),
    place: () => readPlace(pv1),
    medicalUnit: () => readUnit(zbe, 7),
    careUnit: () => readUnit(zbe, 8),
    nature: () => zbeText(zbe, 9),
    admittedAt: () => timeOf(trimmed(pv1, 44)),
    dischargedAt: () => timeOf(trimmed(pv1, 45)),
    plannedAt: () => timeOf(trimmed(message.first('EVN'), 3) ?? trimmed(pv2, 8)),
    preadmission: () => trimmed(pv1, 5),
    entryMode: () => trimmed(zfm, 1),
    origin: () => trimmed(zfm, 3),
    exitMode: () => trimmed(zfm, 2),
    destination: () => trimmed(zfm, 4),
    originFacility: () => trimmed(zfv, 1),
    exitWords: () => trimmed(zfv, 9, 1, 2) ?? trimmed(zfv, 9),
    reason: () => trimmed(pv2, 3, 1, 2) ?? trimmed(pv2, 3),
    attendants: () => readAttendants(pv1),
    particulars: () => readParticulars(message, tracker),
  })
}

function readPlace(pv1: Er7Segment | undefined): Place | undefined {
  const part = (component: number, subcomponent = 1) => trimmed(pv1, 3, 1, component, subcomponent)
  const facility = part(4, 2) ?? part(4)
  const code = part(1)
  const place = present({
    unit: code === undefined ? undefined : { code, ...present({ authority: facility }) },
    room: part(2),
    bed: part(3),
    facility,
    facilityName: part(4),
  })
  return Object.keys(place).length === 0 ? undefined : place
}

/** A unit without a code is no unit: its name alone leads to nothing. */
function readUnit(zbe: Zbe, field: number): Unit | undefined {
  const code = zbeText(zbe, field, { component: 10 }) ?? zbeText(zbe, field, { component: 3 })
  const authority = zbeText(zbe, field, { component: 6, subcomponent: 2 }) ?? zbeText(zbe, field, { component: 6 })
  return code === undefined ? undefined : { code, ...present({ name: zbeText(zbe, field), authority }) }
}

function readAttendants(pv1: Er7Segment | undefined): Attendant[] | undefined {
  const found = ATTENDANTS.flatMap(([field, role]): Attendant[] => {
    const persons = new Map<string, Attendant>()
    for (const one of repeated(pv1, field, at => readAttendant(pv1, field, at))) {
      // One person may have a number of the hospital and a national one, in either order.
      const name = one.family === undefined ? one.id : `${one.family}^${one.given ?? ''}`
      if (!persons.has(name) || one.authority === OID.professional) persons.set(name, { role, ...one })
    }
    return [...persons.values()]
  })
  return found.length === 0 ? undefined : found
}

function readAttendant(pv1: Er7Segment | undefined, field: number, at: number): Omit<Attendant, 'role'> | undefined {
  const { id, idType: _, ...said } = readXcn(pv1, field, at)
  return id === undefined ? undefined : { id, ...said }
}

function classOf(code: string | undefined): StayContent['class'] {
  return code === 'E' || code === 'I' || code === 'O' || code === 'R' ? code : 'N'
}

function timeOf(text: string | undefined): string | undefined {
  return readTime(text)?.value
}

/** The instant a time stands for: the first one of a day that is told alone. */
function instantOf(text: string | undefined): string | undefined {
  const time = timeOf(text)
  return time === undefined ? undefined : new Date(time).toISOString()
}
