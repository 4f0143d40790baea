/*
  Records which source paths are read while which output element is built, and by which rule of which version where one made it.
  Every read goes into one list, in the order of reading; an element is known by the stretches of that list read while it was built. Paths are told apart at the end.
*/

/** Where a value stands in a tree that was read for one recorder: it holds the number it has there, below 0 while it is unread; its path is written when it is told. */
export interface Place {
  number: number
  readonly path: string
}

export type Source = string | Place

/** The rule that made an element. */
export interface RuleName {
  rule: string
  version: number
}

/** What was read for one thing: stretches of the recorder's list, the start and end of each, one after the other. */
export type Sources = number[]

interface Element {
  sources: Sources
  by: RuleName | undefined
}

interface Open {
  sources: Sources
  from: number
}

export class Recorder {
  /** The numbers of sources that are paths; a place holds its own. */
  readonly #numbers = new Map<string, number>()
  readonly #sources: Source[] = []
  /** The numbers of what was read. */
  readonly #reads: number[] = []
  readonly #elements = new Map<string, Element>()
  #open: Open[] = []

  /** Called by readers for each source whose value is taken. */
  read(source: Source): void {
    if (typeof source === 'string') {
      this.#reads.push(this.#numberOf(source))
      return
    }
    if (source.number < 0) source.number = this.#sources.push(source) - 1
    this.#reads.push(source.number)
  }

  /** Builds one element of the output; what is read meanwhile, also in nested elements, are its sources. */
  element<T>(path: string, build: () => T): T {
    return this.into(this.#named(path).sources, build)
  }

  /** Builds something that gets its name afterwards; what is read meanwhile are its sources, and of nothing that is being built around it. */
  apart<T>(build: () => T): { value: T; sources: Sources } {
    const around = this.#open
    for (const one of around) one.sources.push(one.from, this.#reads.length)
    this.#open = []
    const sources: Sources = []
    try {
      return { value: this.into(sources, build), sources }
    } finally {
      for (const one of around) one.from = this.#reads.length
      this.#open = around
    }
  }

  /** What is read while this is built goes into these sources. */
  into<T>(sources: Sources, build: () => T): T {
    if (this.#open.some(one => one.sources === sources)) return build()
    const open = { sources, from: this.#reads.length }
    this.#open.push(open)
    try {
      return build()
    } finally {
      this.#open.pop()
      if (open.from < this.#reads.length) sources.push(open.from, this.#reads.length)
    }
  }

  /** Names what was captured; who captured it adds nothing to it any more. */
  add(path: string, sources: Sources, by?: RuleName): void {
    const element = this.#elements.get(path)
    if (element === undefined) {
      this.#elements.set(path, { sources, by })
      return
    }
    element.sources.push(...sources)
    element.by ??= by
  }

  lineage(): Lineage[] {
    const pathsOf = this.#reader()
    const lineage: Lineage[] = []
    for (const [element, { sources, by }] of this.#elements) if (sources.length > 0) lineage.push({ element, sources: pathsOf(sources), ...by })
    return lineage
  }

  /** Those of `all` that were never read. */
  unread(all: Iterable<Source>): string[] {
    const unread: string[] = []
    for (const source of all) if (typeof source === 'string' ? !this.#numbers.has(source) : source.number < 0) unread.push(pathOf(source))
    return unread
  }

  #numberOf(path: string): number {
    let number = this.#numbers.get(path)
    if (number === undefined) {
      number = this.#sources.push(path) - 1
      this.#numbers.set(path, number)
    }
    return number
  }

  /** Tells the paths of sources, each once, in the order of reading; what several elements share is told once. */
  #reader(): (sources: Sources) => string[] {
    const told = new Map<Sources, string[]>()
    const lastToldTo = new Int32Array(this.#sources.length)
    return sources => {
      const known = told.get(sources)
      if (known !== undefined) return known
      const paths: string[] = []
      told.set(sources, paths)
      for (let at = 0; at < sources.length; at += 2) this.#tell(sources[at] as number, sources[at + 1] as number, { paths, lastToldTo, turn: told.size })
      return paths
    }
  }

  #tell(from: number, to: number, { paths, lastToldTo, turn }: { paths: string[]; lastToldTo: Int32Array; turn: number }): void {
    for (let at = from; at < to; at++) {
      const number = this.#reads[at] as number
      if (lastToldTo[number] === turn) continue
      lastToldTo[number] = turn
      paths.push(this.#pathOf(number))
    }
  }

  /** Written once. */
  #pathOf(number: number): string {
    const path = pathOf(this.#sources[number] as Source)
    this.#sources[number] = path
    return path
  }

  #named(path: string): Element {
    const known = this.#elements.get(path)
    if (known !== undefined) return known
    const element: Element = { sources: [], by: undefined }
    this.#elements.set(path, element)
    return element
  }
}

export const pathOf = (source: Source): string => (typeof source === 'string' ? source : source.path)

export interface Lineage {
  /** Element of the output: `Patient.name`, `DocumentReference.type`. */
  element: string
  /** Paths of the source that were read for it: `PID-5`, `ClinicalDocument/recordTarget/…`. */
  sources: string[]
  /** The rule that made it, where a rule did: `E3.62 procedure`. */
  rule?: string
  /** Of that rule. */
  version?: number
}
