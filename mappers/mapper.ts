/*
  What a mapper is: one input, one output, findings, lineage; pure.
  Readers (ER7, CDA) report each path they read to a Recorder; a mapper wraps each element it builds in
  ctx.element(path, build), and the paths read inside become the sources of that element.
*/
import type { Lineage, Recorder } from './lineage.ts'

export interface Finding {
  /** `noun.adjective`, a closed word of the mapper's README: `ins.missing`, `document.pdf-missing`. */
  code: string
  severity: 'information' | 'warning' | 'error'
  /** Where in the source; never a value. */
  path: string
}

export interface MapContext {
  /** The time of the act (the reception of the message), never the time of the machine: a second run gives the same bytes. */
  now: Date
  /** A fresh UUID (v4 form), borrowed from the gateway. */
  newId(): string
  environment: 'test' | 'production'
  recorder: Recorder
  findings: Finding[]
  element<T>(path: string, build: () => T): T
}

export interface Mapped<Out> {
  output: Out
  findings: Finding[]
  lineage: Lineage[]
  /** Paths of the source that no one read: the coverage of the mapping, measured. */
  unread: string[]
}

export interface Mapper<In, Out> {
  from: string
  to: string
  spec: string
  version: number
  map(input: In, ctx: MapContext): Mapped<Out>
}
