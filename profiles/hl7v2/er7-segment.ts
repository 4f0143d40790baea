/*
  One segment of an ER7 message: finds its fields, repetitions, components and sub-components in the bytes when they are asked for. All counts begin at 1.
*/
import { decodeText } from './charset.ts'
import { unescapeText } from './escape.ts'
import type { Er7Source } from './er7-source.ts'

type Range = readonly [start: number, end: number]

/** A shorter stretch is searched here byte by byte: cheaper than a view of it. */
const SHORT = 512
/** A segment up to this length is decoded once, as a whole. */
const SHORT_TEXT = 4096
/** No real field, repetition or component has so many parts; what stands behind stays in the last one, unsplit, so that hostile bytes cost no memory. */
const MOST_PARTS = 2000
/** HL7 writes two quotes for "delete what you hold": nothing to read. */
const HL7_NULL = '""'

export class Er7Segment {
  readonly name: string
  /** Which of the segments of this name: ERR-2.2. */
  readonly nth: number
  readonly start: number
  readonly end: number
  readonly #source: Er7Source
  #starts: number[] | undefined
  #text: string | undefined
  #split: { field: number; ranges: number[] } = { field: 0, ranges: [] }

  constructor(source: Er7Source, start: number, end: number) {
    this.#source = source
    this.start = start
    this.end = end
    const mark = find(source.bytes, source.marks.field, start, end)
    this.name = decodeText(source.bytes, source.charset, start, Math.min(mark < 0 ? end : mark, start + 16))
    this.nth = (source.counts.get(this.name) ?? 0) + 1
  }

  /** `PID`; `OBX[2]` where there are several. */
  get path(): string {
    return (this.#source.counts.get(this.name) ?? 1) > 1 ? `${this.name}[${this.nth}]` : this.name
  }

  /** Number of the last field, empty ones counted. */
  get fieldCount(): number {
    return this.#fieldStarts().length - (this.name === 'MSH' ? 0 : 1)
  }

  has(field: number): boolean {
    const [start, end] = this.#field(field)
    return end > start
  }

  /** The field as written, neither split nor unescaped. */
  raw(field: number): string {
    return this.#slice(this.#field(field))
  }

  /** Number of repetitions of a field: 0 when it is empty. */
  repetitions(field: number): number {
    const range = this.#field(field)
    return range[1] > range[0] ? this.#repetitionsOf(field).length / 2 : 0
  }

  /** One value, unescaped; undefined when it is empty or HL7's null. A component with sub-components gives the first of them. */
  text(field: number, repetition = 1, component = 1, subcomponent = 1): string | undefined {
    const range = this.#part(field, repetition, component, subcomponent)
    if (range[1] <= range[0]) return undefined
    const { charset, delimiters, onRead } = this.#source
    if (onRead !== undefined) onRead(this.pathOf(field, repetition, component, subcomponent))
    const raw = this.#slice(range)
    return raw === HL7_NULL ? undefined : field < 3 && this.name === 'MSH' ? raw : unescapeText(raw, delimiters, charset)
  }

  /** The bytes of one component as they stand, without a copy: for large values. */
  bytes(field: number, repetition = 1, component = 1): Buffer {
    const { bytes, marks, onRead } = this.#source
    const [start, end] = part(bytes, marks.component, this.#repetition(field, repetition), component)
    if (end > start) onRead?.(this.pathOf(field, repetition, component))
    return bytes.subarray(start, end)
  }

  /** The path under which a value is reported: no repetition, component or sub-component is named where there is but one. */
  pathOf(field: number, repetition = 1, component = 1, subcomponent = 1): string {
    const { bytes, marks } = this.#source
    const whole = this.#field(field)
    const one = this.#repetition(field, repetition)
    const inner = part(bytes, marks.component, one, component)
    const several = one[0] !== whole[0] || one[1] !== whole[1] ? `[${repetition}]` : ''
    const ofMany = find(bytes, marks.component, ...one) >= 0 ? `.${component}` : ''
    const ofMore = marks.subcomponent !== undefined && find(bytes, marks.subcomponent, ...inner) >= 0 ? `.${subcomponent}` : ''
    return `${this.path}-${field}${several}${ofMany}${ofMore}`
  }

  /** Where the name and each field stand in the bytes. */
  fieldRanges(): Range[] {
    const starts = this.#fieldStarts()
    const separator = this.#source.marks.field.length
    return starts.map((start, at) => [start, at + 1 < starts.length ? (starts[at + 1] as number) - separator : this.end])
  }

  leafPaths(): string[] {
    const paths: string[] = []
    for (let field = this.name === 'MSH' ? 3 : 1; field <= this.fieldCount; field++) this.#leavesOf(field, paths)
    return paths
  }

  #leavesOf(field: number, paths: string[]): void {
    const { bytes, marks } = this.#source
    const whole = this.#field(field)
    if (whole[1] <= whole[0]) return
    if (this.#isPlain(whole)) {
      paths.push(`${this.path}-${field}`)
      return
    }
    const repetitions = this.#repetitionsOf(field)
    for (let at = 0; at < repetitions.length; at += 2) {
      const place = `${this.path}-${field}${repetitions.length > 2 ? `[${at / 2 + 1}]` : ''}`
      const components = split(bytes, marks.component, [repetitions[at] as number, repetitions[at + 1] as number])
      for (let inner = 0; inner < components.length; inner += 2) {
        const range: Range = [components[inner] as number, components[inner + 1] as number]
        const subs = marks.subcomponent === undefined ? range : split(bytes, marks.subcomponent, range)
        for (let leaf = 0; leaf < subs.length; leaf += 2) {
          if ((subs[leaf + 1] as number) <= (subs[leaf] as number)) continue
          paths.push(`${place}${components.length > 2 ? `.${inner / 2 + 1}` : ''}${subs.length > 2 ? `.${leaf / 2 + 1}` : ''}`)
        }
      }
    }
  }

  #slice([start, end]: Range): string {
    const { bytes, charset } = this.#source
    this.#text ??= this.end - this.start <= SHORT_TEXT ? decodeText(bytes, charset, this.start, this.end) : ''
    // One character a byte: parts of the text stand where they stand in the bytes.
    if (this.#text.length === this.end - this.start) return this.#text.slice(start - this.start, end - this.start)
    return decodeText(bytes, charset, start, end)
  }

  #part(field: number, repetition: number, component: number, subcomponent: number): Range {
    const { bytes, marks } = this.#source
    const whole = this.#field(field)
    if ((field < 3 && this.name === 'MSH') || (repetition * component * subcomponent === 1 && this.#isPlain(whole))) return whole
    const inner = part(bytes, marks.component, this.#repetition(field, repetition), component)
    return marks.subcomponent === undefined ? inner : part(bytes, marks.subcomponent, inner, subcomponent)
  }

  /** One value, as most fields are: looked through once, not once per delimiter. */
  #isPlain([start, end]: Range): boolean {
    const { bytes, marks } = this.#source
    if (end - start > SHORT) return false
    const [repetition, component, subcomponent] = [marks.repetition[0], marks.component[0], marks.subcomponent?.[0]]
    for (let at = start; at < end; at++) {
      const byte = bytes[at]
      if (byte === component || byte === repetition || byte === subcomponent) return false
    }
    return true
  }

  #repetition(field: number, nth: number): Range {
    const whole = this.#field(field)
    // The first of a short field, which is nearly all that is asked for, needs no list of the others.
    if (nth === 1 && whole[1] - whole[0] <= SHORT) return part(this.#source.bytes, this.#source.marks.repetition, whole, 1)
    const ranges = this.#repetitionsOf(field)
    const start = ranges[nth * 2 - 2]
    const end = ranges[nth * 2 - 1]
    return start === undefined || end === undefined ? [this.end, this.end] : [start, end]
  }

  /** Split once per field: whoever asks for one repetition asks for the next. */
  #repetitionsOf(field: number): number[] {
    if (this.#split.field !== field) this.#split = { field, ranges: split(this.#source.bytes, this.#source.marks.repetition, this.#field(field)) }
    return this.#split.ranges
  }

  #field(field: number): Range {
    const starts = this.#fieldStarts()
    const separator = this.#source.marks.field.length
    if (this.name === 'MSH' && field === 1) return [this.start + 3, this.start + 3 + separator]
    const at = this.name === 'MSH' ? field - 1 : field
    const start = starts[at]
    if (start === undefined || at < 1) return [this.end, this.end]
    const next = starts[at + 1]
    return [start, next === undefined ? this.end : next - separator]
  }

  #fieldStarts(): number[] {
    if (this.#starts !== undefined) return this.#starts
    const { bytes, marks } = this.#source
    const starts = [this.start]
    const byte = marks.field.length === 1 && this.end - this.start <= SHORT_TEXT ? marks.field[0] : undefined
    if (byte !== undefined) for (let at = this.start; at < this.end; at++) if (bytes[at] === byte && starts.length < MOST_PARTS) starts.push(at + 1)
    if (byte === undefined)
      for (
        let at = find(bytes, marks.field, this.start, this.end);
        at >= 0 && starts.length < MOST_PARTS;
        at = find(bytes, marks.field, at + marks.field.length, this.end)
      ) {
        starts.push(at + marks.field.length)
      }
    this.#starts = starts
    return starts
  }
}

/** Where the mark stands between start and end, or -1. Never looks beyond end: a search stays linear in what it searches. */
function find(bytes: Buffer, mark: Buffer, start: number, end: number): number {
  if (end - start <= SHORT && mark.length === 1) {
    const byte = mark[0]
    for (let at = start; at < end; at++) if (bytes[at] === byte) return at
    return -1
  }
  const at = bytes.subarray(start, end).indexOf(mark)
  return at < 0 ? -1 : start + at
}

function part(bytes: Buffer, mark: Buffer, [start, end]: Range, nth: number): Range {
  let from = start
  for (let count = 1; count < nth; count++) {
    const at = find(bytes, mark, from, end)
    if (at < 0) return [end, end]
    from = at + mark.length
  }
  const at = find(bytes, mark, from, end)
  return [from, at < 0 ? end : at]
}

/** Start and end of each part, one after the other. */
function split(bytes: Buffer, mark: Buffer, [start, end]: Range): number[] {
  const ranges = [start]
  for (let at = find(bytes, mark, start, end); at >= 0 && ranges.length < 2 * MOST_PARTS; at = find(bytes, mark, at + mark.length, end))
    ranges.push(at, at + mark.length)
  ranges.push(end)
  return ranges
}
