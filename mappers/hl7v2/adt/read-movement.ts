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
import { type Readers, ReadTracker } from '../../cda/xml/tracker.ts'
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

type Said = { message: Er7Message; trigger: string; zbe: Zbe; kind: MovementKind; tracker: ReadTracker }

const MOVEMENT: Readers<Movement, Said> = {
  ids: ({ zbe }) => readIds(zbe),
  kind: ({ kind }) => kind,
  trigger: ({ kind, trigger, zbe }) => (kind === 'insert' ? trigger : (zbeText(zbe, 6) ?? trigger)),
  startsAt: ({ zbe }) => instantOf(zbeText(zbe, 2)) ?? '',
  recordedAt: ({ message }) => instantOf(trimmed(message.first('EVN'), 2) ?? trimmed(message.first('MSH'), 7)) ?? '',
  isHistoric: ({ zbe }) => zbeText(zbe, 5) === 'Y',
  visit: ({ message }) => readVisitNumber(message, message.first('PV1'), 19),
  personKey: ({ message }) => personKeyOf(readIdentifiers(message, message.first('PID'))) ?? '',
  content: said => said.tracker.object(CONTENT, { ...said, ...segmentsOf(said.message) }),
}

export function readMovement(message: Er7Message, options: { trigger: string; zbe: Zbe; tracker?: ReadTracker }): Movement {
  const { trigger, zbe, tracker = new ReadTracker(undefined) } = options
  const said = KINDS[zbeText(zbe, 4) ?? ''] ?? 'insert'
  const kind = said === 'insert' && isFormerUpdate(message) ? 'update' : said
  return tracker.object(MOVEMENT, { message, trigger, zbe, kind, tracker })
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

const segmentsOf = (message: Er7Message) => ({ pv1: message.first('PV1'), pv2: message.first('PV2'), zfm: message.first('ZFM'), zfv: message.first('ZFV') })

const CONTENT: Readers<StayContent, Said & ReturnType<typeof segmentsOf>> = {
  class: ({ pv1 }) => classOf(trimmed(pv1, 2)),
  place: ({ pv1 }) => readPlace(pv1),
  medicalUnit: ({ zbe }) => readUnit(zbe, 7),
  careUnit: ({ zbe }) => readUnit(zbe, 8),
  nature: ({ zbe }) => zbeText(zbe, 9),
  admittedAt: ({ pv1 }) => timeOf(trimmed(pv1, 44)),
  dischargedAt: ({ pv1 }) => timeOf(trimmed(pv1, 45)),
  plannedAt: ({ message, pv2 }) => timeOf(trimmed(message.first('EVN'), 3) ?? trimmed(pv2, 8)),
  preadmission: ({ pv1 }) => trimmed(pv1, 5),
  entryMode: ({ zfm }) => trimmed(zfm, 1),
  origin: ({ zfm }) => trimmed(zfm, 3),
  exitMode: ({ zfm }) => trimmed(zfm, 2),
  destination: ({ zfm }) => trimmed(zfm, 4),
  originFacility: ({ zfv }) => trimmed(zfv, 1),
  exitWords: ({ zfv }) => trimmed(zfv, 9, 1, 2) ?? trimmed(zfv, 9),
  reason: ({ pv2 }) => trimmed(pv2, 3, 1, 2) ?? trimmed(pv2, 3),
  attendants: ({ pv1 }) => readAttendants(pv1),
  particulars: ({ message, tracker }) => readParticulars(message, tracker),
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
