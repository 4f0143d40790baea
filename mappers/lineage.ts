/*
  Records which source paths are read while which output element is built, and by which rule of which version where one made it.
*/
import type { Lineage } from './mapper.ts'

/** The rule that made an element. */
export interface RuleName {
  rule: string
  version: number
}

interface Element {
  sources: Set<string>
  by: RuleName | undefined
}

export class Recorder {
  readonly #reads = new Set<string>()
  readonly #elements = new Map<string, Element>()
  #open: Set<string>[] = []

  /** Called by readers for each path whose value is taken. */
  read(path: string): void {
    this.#reads.add(path)
    for (const sources of this.#open) sources.add(path)
  }

  /** Builds one element of the output; what is read meanwhile, also in nested elements, are its sources. */
  element<T>(path: string, build: () => T): T {
    return this.into(this.#named(path).sources, build)
  }

  /** Builds something that gets its name afterwards; what is read meanwhile are its sources. */
  captured<T>(build: () => T): { value: T; sources: Set<string> } {
    const sources = new Set<string>()
    return { value: this.into(sources, build), sources }
  }

  /** The same, and nothing of what is read is a source of what is being built around it. */
  apart<T>(build: () => T): { value: T; sources: Set<string> } {
    const around = this.#open
    this.#open = []
    try {
      return this.captured(build)
    } finally {
      this.#open = around
    }
  }

  /** Names what was captured; who captured it adds nothing to it any more. */
  add(path: string, sources: Set<string>, by?: RuleName): void {
    const element = this.#elements.get(path)
    if (element === undefined) {
      this.#elements.set(path, { sources, by })
      return
    }
    for (const source of sources) element.sources.add(source)
    element.by ??= by
  }

  lineage(): Lineage[] {
    return [...this.#elements].filter(([, { sources }]) => sources.size > 0).map(([element, { sources, by }]) => ({ element, sources: [...sources], ...by }))
  }

  /** Those of `all` that were never read. */
  unread(all: Iterable<string>): string[] {
    const unread: string[] = []
    for (const path of all) if (!this.#reads.has(path)) unread.push(path)
    return unread
  }

  #named(path: string): Element {
    const known = this.#elements.get(path)
    if (known !== undefined) return known
    const element: Element = { sources: new Set(), by: undefined }
    this.#elements.set(path, element)
    return element
  }

  /** What is read while this is built goes into these sources. */
  into<T>(sources: Set<string>, build: () => T): T {
    this.#open.push(sources)
    try {
      return build()
    } finally {
      this.#open.pop()
    }
  }
}
