/*
  Reads ER7, the pipe-and-hat form of HL7v2. Nothing is decoded, split or copied before it is asked for, and nothing is lost.
    message => MSH … <CR> { segment <CR> }
    segment => name { field-separator field }     field => repetition { ~ repetition }     repetition => component { ^ component { & sub-component } }
  Line ends. strict: a segment ends at CR, a LF right behind it is skipped; a message whose MSH ends at LF is one of lines. tolerant (files): CR, LF, CRLF.
*/
import { HubError } from '../errors.ts'
import { type Charset, encodeText, isInCharset } from './charset.ts'
import { type Delimiters, readHead, STANDARD_DELIMITERS } from './delimiters.ts'
import { Er7Segment } from './er7-segment.ts'
import type { Er7Source } from './er7-source.ts'

const CR = 0x0d
const LF = 0x0a
const MOST_SEGMENTS = 20_000

/** The same bytes in both character sets. */
const STANDARD_MARKS = marksOf(STANDARD_DELIMITERS, 'UNICODE UTF-8')

export interface Er7Options {
  lineEnds?: 'strict' | 'tolerant'
  /** Told the path of each value taken: `PID-7`, `PID-3[1].4.2`, `OBX[2]-5.5`. */
  onRead?: (path: string) => void
  /** Reads in this character set whatever MSH-18 says. */
  charset?: Charset
}

export class Er7Message {
  readonly source: Er7Source
  readonly segments: readonly Er7Segment[]
  readonly #byName = new Map<string, Er7Segment[]>()
  readonly #derived = new Map<(message: Er7Message) => unknown, unknown>()

  constructor(source: Er7Source, segments: readonly Er7Segment[]) {
    this.source = source
    this.segments = segments
    for (const segment of segments) {
      const same = this.#byName.get(segment.name)
      if (same === undefined) this.#byName.set(segment.name, [segment])
      else same.push(segment)
    }
  }

  get charset(): Charset {
    return this.source.charset
  }

  get delimiters(): Delimiters {
    return this.source.delimiters
  }

  first(name: string): Er7Segment | undefined {
    return this.all(name)[0]
  }

  all(name: string): readonly Er7Segment[] {
    return this.#byName.get(name) ?? []
  }

  /** What is asked of a message many times is worked out once. A weak map beside it would cost each collection of garbage more than that saves. */
  once<T>(derive: (message: Er7Message) => T): T {
    if (!this.#derived.has(derive)) this.#derived.set(derive, derive(this))
    return this.#derived.get(derive) as T
  }

  /** The path of every value that is not empty, as a read of it reports it; MSH-1 and MSH-2 apart. */
  leafPaths(): string[] {
    return this.segments.flatMap(segment => segment.leafPaths())
  }
}

/**
 * Reads a message.
 * Throws: hl7v2.not_hl7 (no readable MSH), hl7v2.too_large (more than 20 000 segments), hl7v2.charset at MSH-18 (the bytes are not what MSH-18 says).
 */
export function readEr7(input: Uint8Array, options: Er7Options = {}): Er7Message {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  const start = skipBlank(bytes, hasBom(bytes) ? 3 : 0)
  const isAtCr = endsMsh(bytes, start) === CR && options.lineEnds !== 'tolerant'
  const bounds = boundsOf(bytes, start, isAtCr)
  const head = readHead(bytes.subarray(start, bounds[1] ?? start), bytes)
  const charset = options.charset ?? head.charset
  if (options.charset === undefined && !isInCharset(bytes, charset)) throw new HubError('hl7v2.charset', { path: 'MSH-18' })
  const { delimiters } = head
  const marks = delimiters === STANDARD_DELIMITERS ? STANDARD_MARKS : marksOf(delimiters, charset)
  const source: Er7Source = { bytes, charset, delimiters, marks, onRead: options.onRead, counts: new Map() }
  return new Er7Message(source, segmentsOf(source, bounds))
}

function marksOf({ field, component, repetition, subcomponent }: Delimiters, charset: Charset): Er7Source['marks'] {
  return {
    field: encodeText(field, charset),
    component: encodeText(component, charset),
    repetition: encodeText(repetition, charset),
    subcomponent: subcomponent === undefined ? undefined : encodeText(subcomponent, charset),
  }
}

function segmentsOf(source: Er7Source, bounds: number[]): Er7Segment[] {
  const segments: Er7Segment[] = []
  for (let at = 0; at < bounds.length; at += 2) {
    const segment = new Er7Segment(source, bounds[at] as number, bounds[at + 1] as number)
    source.counts.set(segment.name, segment.nth)
    segments.push(segment)
  }
  return segments
}

/** Start and end of each segment, one after the other; blank lines belong to none. */
function boundsOf(bytes: Buffer, from: number, isAtCr: boolean): number[] {
  const bounds: number[] = []
  let start = from
  let lf = isAtCr ? bytes.length : from - 1
  let cr = from - 1
  while (start < bytes.length) {
    if (cr < start) cr = orEnd(bytes.indexOf(CR, start), bytes)
    if (lf < start) lf = orEnd(bytes.indexOf(LF, start), bytes)
    const end = Math.min(cr, lf)
    if (bounds.push(start, end) > 2 * MOST_SEGMENTS) throw new HubError('hl7v2.too_large', { path: 'MSH' })
    start = skipBlank(bytes, end)
  }
  return bounds
}

function orEnd(at: number, bytes: Buffer): number {
  return at < 0 ? bytes.length : at
}

function endsMsh(bytes: Buffer, from: number): number | undefined {
  for (let at = from; at < bytes.length; at++) if (bytes[at] === CR || bytes[at] === LF) return bytes[at]
  return CR
}

function skipBlank(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === CR || bytes[at] === LF) at++
  return at
}

function hasBom(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}
