/*
  Records which source paths are read while which output element is built.
*/
import type { Lineage } from './mapper.ts'

export class Recorder {
  readonly #reads = new Set<string>()
  readonly #elements = new Map<string, Set<string>>()
  readonly #open: Set<string>[] = []

  /** Called by readers for each path whose value is taken. */
  read(path: string): void {
    this.#reads.add(path)
    for (const sources of this.#open) sources.add(path)
  }

  /** Builds one element of the output; what is read meanwhile, also in nested elements, are its sources. */
  element<T>(path: string, build: () => T): T {
    const sources = this.#elements.get(path) ?? new Set<string>()
    this.#elements.set(path, sources)
    this.#open.push(sources)
    try {
      return build()
    } finally {
      this.#open.pop()
    }
  }

  lineage(): Lineage[] {
    return [...this.#elements].filter(([, sources]) => sources.size > 0).map(([element, sources]) => ({ element, sources: [...sources] }))
  }

  /** Those of `all` that were never read. */
  unread(all: Iterable<string>): string[] {
    const unread: string[] = []
    for (const path of all) if (!this.#reads.has(path)) unread.push(path)
    return unread
  }
}
