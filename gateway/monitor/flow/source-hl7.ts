/*
  An ER7 message as fields: every value that is not empty, under the path that a read of it reports.
    MSH-1  PID-3[1].4.2  OBX[2]-5.5
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { isFieldShown } from './hidden.ts'
import { cut, LONGEST_VALUE, MOST_FIELDS, type SourceField, type SourceSegment } from './source.ts'

/** A component up to this many bytes is decoded as a whole; of a longer one its beginning. */
const LARGE_BYTES = 4096
/** The value of an ED: a document of its own. */
const ED = { type: 'ED', field: 5, component: 5 }

export function fieldsOf(message: Er7Message, isRevealed: boolean): { segments: SourceSegment[]; total: number; shown: number } {
  const segments: SourceSegment[] = []
  let total = 0
  let shown = 0
  for (const segment of message.segments) {
    const paths = [...(segment.name === 'MSH' ? ['MSH-1', 'MSH-2'] : []), ...segment.leafPaths()]
    total += paths.length
    if (shown >= MOST_FIELDS) continue
    const fields = paths.slice(0, MOST_FIELDS - shown).map(path => fieldAt(segment, { path, isRevealed }))
    shown += fields.length
    segments.push({ path: segment.path, fields })
  }
  return { segments, total, shown }
}

function fieldAt(segment: Er7Segment, { path, isRevealed }: { path: string; isRevealed: boolean }): SourceField {
  const place = placeOf(segment, path)
  const type = segment.name === 'OBX' ? segment.text(2) : undefined
  const isEnvelope = type === ED.type && place.field === ED.field && place.component < ED.component
  const isShown = isRevealed || isEnvelope || isFieldShown({ segment: segment.name, field: place.field, type })
  const size = segment.bytes(place.field, place.repetition, place.component).length
  if (type === ED.type && place.field === ED.field && place.component === ED.component) return { path, value: null, size }
  if (!isShown) return { path, value: null }
  if (size <= LARGE_BYTES) return { path, ...cut(segment.text(place.field, place.repetition, place.component, place.subcomponent) ?? '""') }
  const start = segment.bytes(place.field, place.repetition, place.component).toString('utf8', 0, LONGEST_VALUE)
  return { path, value: `${start}…`, size }
}

interface Place {
  field: number
  repetition: number
  component: number
  subcomponent: number
}

/** A number alone is a component, or a sub-component of the only one: the segment itself says which. */
function placeOf(segment: Er7Segment, path: string): Place {
  const [, field = '1', repetition = '1', first = '1', second = '1'] = /-(\d+)(?:\[(\d+)\])?(?:\.(\d+))?(?:\.(\d+))?$/.exec(path) ?? []
  const place = { field: Number(field), repetition: Number(repetition), component: Number(first), subcomponent: Number(second) }
  const named = segment.pathOf(place.field, place.repetition, place.component, place.subcomponent)
  return named === path ? place : { ...place, component: 1, subcomponent: Number(first) }
}
