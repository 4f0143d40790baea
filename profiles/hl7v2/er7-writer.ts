/*
  Writes ER7: new messages from values, and a message that was read, byte for byte.
*/
import { type Charset, encodeText } from './charset.ts'
import { type Delimiters, STANDARD_DELIMITERS } from './delimiters.ts'
import type { Er7Message } from './er7.ts'
import { escapeText } from './escape.ts'

/** One value; or components, each a value or its sub-components. */
type FieldValue = string | readonly (string | readonly string[])[]
/** A segment to write: its name, and its fields by number. A field with repetitions is `{ repeat: […] }`. */
export interface SegmentValue {
  name: string
  fields: Readonly<Record<number, FieldValue | { repeat: readonly FieldValue[] } | undefined>>
}

export interface WriteOptions {
  charset?: Charset
  delimiters?: Delimiters
}

/** A new message; values are escaped, empty fields at the end of a segment are left out. MSH-1 and MSH-2 are ours to write. */
export function writeSegments(segments: readonly SegmentValue[], options: WriteOptions = {}): Buffer {
  const delimiters = options.delimiters ?? STANDARD_DELIMITERS
  const text = segments.map(segment => `${lineOf(segment, delimiters)}\r`).join('')
  return encodeText(text, options.charset ?? 'UNICODE UTF-8')
}

/** A message as it was read: its fields joined again, with the line ends, blanks and byte order mark that stood between its segments. */
export function writeEr7(message: Er7Message): Buffer {
  const { bytes, marks } = message.source
  const out = Buffer.allocUnsafe(bytes.length)
  let at = 0
  let done = 0
  for (const segment of message.segments) {
    at = copy(bytes, out, at, [done, segment.start])
    for (const [nth, range] of segment.fieldRanges().entries()) {
      if (nth > 0) at = copy(marks.field, out, at, [0, marks.field.length])
      at = copy(bytes, out, at, range)
    }
    done = segment.end
  }
  return out.subarray(0, copy(bytes, out, at, [done, bytes.length]))
}

/** Most fields are a few bytes: a loop costs less than a call for each. */
const FEW_BYTES = 64

function copy(from: Buffer, to: Buffer, place: number, [start, end]: readonly [number, number]): number {
  if (end - start > FEW_BYTES) from.copy(to, place, start, end)
  else for (let at = start; at < end; at++) to[place + at - start] = from[at] as number
  return place + end - start
}

function lineOf({ name, fields }: SegmentValue, delimiters: Delimiters): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number))
  const written: string[] = name === 'MSH' ? [`MSH${delimiters.field}${encodingOf(delimiters)}`] : [name]
  for (let field = name === 'MSH' ? 3 : 1; field <= last; field++) written.push(fieldOf(fields[field], delimiters))
  while (written.length > 1 && written.at(-1) === '') written.pop()
  return written.join(delimiters.field)
}

function encodingOf(delimiters: Delimiters): string {
  const { component, repetition, subcomponent = '', truncation = '' } = delimiters
  return `${component}${repetition}${delimiters.escape ?? ''}${subcomponent}${truncation}`
}

function fieldOf(value: SegmentValue['fields'][number], delimiters: Delimiters): string {
  if (value === undefined) return ''
  if (typeof value === 'object' && 'repeat' in value) return value.repeat.map(one => repetitionOf(one, delimiters)).join(delimiters.repetition)
  return repetitionOf(value, delimiters)
}

function repetitionOf(value: FieldValue, delimiters: Delimiters): string {
  if (typeof value === 'string') return escapeText(value, delimiters)
  const components = value.map(component =>
    (typeof component === 'string' ? [component] : component).map(sub => escapeText(sub, delimiters)).join(delimiters.subcomponent ?? ' '),
  )
  while (components.length > 1 && components.at(-1) === '') components.pop()
  return components.join(delimiters.component)
}
