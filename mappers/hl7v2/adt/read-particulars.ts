/*
  What a French hospital says of a stay beside its movements: ZFV, and the way through the emergency room of ZFM-5.
    ZFV-1 facility the person comes from^date of the last stay there      2 transport at the exit      4, 5 placement in psychiatry, from and to
    ZFV-6 addresses by type: ORI where from, DST where to      7 number of the stay where the person comes from      8 archive      11 who takes charge of the transport
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { HUB } from '../../../profiles/canonicals.ts'
import { urnOf } from '../../cda/datatypes.ts'
import type { PostalAddress } from '../../cda/header/header.ts'
import { present } from '../../cda/read-datatypes.ts'
import { readTime } from '../../cda/timestamps.ts'
import type { Readers, ReadTracker } from '../../cda/xml/tracker.ts'
import { trimmed } from '../reading/read-patient.ts'
import type { FormerStay, Particulars, Word } from './movement.ts'

const PARTICULARS: Readers<Particulars, { zfv: Er7Segment | undefined; zfm: Er7Segment | undefined }> = {
  lastStayAt: ({ zfv }) => readTime(trimmed(zfv, 1, 1, 2))?.value,
  exitTransport: ({ zfv }) => readWord(zfv, 2),
  placedAt: ({ zfv }) => readTime(trimmed(zfv, 4))?.value,
  placedUntil: ({ zfv }) => readTime(trimmed(zfv, 5))?.value,
  originAddress: ({ zfv }) => readAddress(zfv, 'ORI'),
  destinationAddress: ({ zfv }) => readAddress(zfv, 'DST'),
  originStay: ({ zfv }) => readFormerStay(zfv),
  archive: ({ zfv }) => trimmed(zfv, 8),
  transportCharge: ({ zfv }) => readWord(zfv, 11),
  emergencyPassage: ({ zfm }) => trimmed(zfm, 5),
}

/** Undefined where nothing of it is said. */
export function readParticulars(message: Er7Message, tracker: ReadTracker): Particulars | undefined {
  const said = tracker.object(PARTICULARS, { zfv: message.first('ZFV'), zfm: message.first('ZFM') })
  return Object.keys(said).length === 0 ? undefined : said
}

function readWord(segment: Er7Segment | undefined, field: number): Word | undefined {
  const code = trimmed(segment, field)
  const text = trimmed(segment, field, 1, 2)
  return code === undefined && text === undefined ? undefined : present({ code, text })
}

function readFormerStay(zfv: Er7Segment | undefined): FormerStay | undefined {
  const value = trimmed(zfv, 7)
  if (value === undefined) return undefined
  const authority = trimmed(zfv, 7, 1, 4, 2) ?? trimmed(zfv, 7, 1, 4) ?? ''
  return { value, system: urnOf(authority) ?? `${HUB}NamingSystem/visit/${encodeURIComponent(authority)}` }
}

function readAddress(zfv: Er7Segment | undefined, type: 'ORI' | 'DST'): PostalAddress | undefined {
  for (let repetition = 1; repetition <= (zfv?.repetitions(6) ?? 0); repetition++) {
    if (trimmed(zfv, 6, repetition, 7) !== type) continue
    const part = (component: number): string | undefined => trimmed(zfv, 6, repetition, component)
    return { lines: [part(1), part(2)].filter(line => line !== undefined), ...present({ city: part(3), postalCode: part(5), country: part(6) }) }
  }
  return undefined
}
