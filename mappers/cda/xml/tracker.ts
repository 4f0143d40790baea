/*
  Keeps, for each part of the header, the source paths it was read from, and reports them when a mapper takes that part:
  so the lineage of an output element is what it really rests on, and `unread` is what no mapper took.
*/
import type { Source } from '../../lineage.ts'

export type OnRead = (source: Source) => void

export class ReadTracker {
  readonly isOn: boolean
  readonly #onRead: OnRead
  readonly #captures: Source[][] = []

  constructor(onRead: OnRead | undefined) {
    this.isOn = onRead !== undefined
    this.#onRead = onRead ?? (() => undefined)
  }

  read(source: Source): void {
    const capture = this.#captures.at(-1)
    if (capture === undefined) this.#onRead(source)
    else capture.push(source)
  }

  /** Builds an object part by part; parts that are undefined are left out. Taking a part later reports the paths it was read from. */
  object<T extends object>(parts: { [K in keyof T]: () => T[K] | undefined }): T {
    const target: Partial<T> = {}
    for (const key in parts) {
      const sources: Source[] = []
      const value = this.isOn ? this.#captured(sources, parts[key]) : parts[key]()
      if (value === undefined) continue
      if (sources.length === 0) target[key] = value
      else Object.defineProperty(target, key, { enumerable: true, get: () => this.#report(sources, value) })
    }
    return target as T
  }

  #captured<V>(sources: Source[], build: () => V): V {
    this.#captures.push(sources)
    try {
      return build()
    } finally {
      this.#captures.pop()
    }
  }

  #report<V>(sources: readonly Source[], value: V): V {
    for (const source of sources) this.read(source)
    return value
  }
}
