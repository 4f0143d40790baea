/*
  Keeps, for each part of the header, the source paths it was read from, and reports them when a mapper takes that part:
  so the lineage of an output element is what it really rests on, and `unread` is what no mapper took.
*/
import type { Source } from '../../lineage.ts'

export type OnRead = (source: Source) => void

/** How each part of an object is read. Written once, beside the objects: of a function that is made for each of them V8 throws away what it compiled, with the function. */
export type Readers<T extends object, From> = { readonly [K in keyof T]-?: (from: From) => T[K] | undefined }

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

  /** Reads an object part by part; parts that are undefined are left out. Taking a part later reports the paths it was read from. */
  object<T extends object, From>(readers: Readers<T, From>, from: From): T {
    const tracked = new Tracked(this)
    const target = tracked as object as Partial<T>
    for (const key in readers) {
      const sources: Source[] = []
      const value = this.#captured(sources, readers[key], from)
      if (value === undefined) continue
      if (sources.length === 0) target[key] = value
      else tracked.hold(key, value, sources)
    }
    return target as T
  }

  #captured<V, From>(sources: Source[], read: (from: From) => V, from: From): V {
    if (!this.isOn) return read(from)
    this.#captures.push(sources)
    try {
      return read(from)
    } finally {
      this.#captures.pop()
    }
  }
}

/** An object that is read: it holds its parts that were read from somewhere. */
class Tracked {
  static readonly #properties = new Map<string, PropertyDescriptor>()
  readonly #parts = new Map<string, { value: unknown; sources: readonly Source[] }>()
  readonly #tracker: ReadTracker

  constructor(tracker: ReadTracker) {
    this.#tracker = tracker
  }

  hold(key: string, value: unknown, sources: readonly Source[]): void {
    this.#parts.set(key, { value, sources })
    Object.defineProperty(this, key, Tracked.#properties.get(key) ?? Tracked.#named(key))
  }

  /** One for each name, whatever the object: those of the same parts then have the same shape. */
  static #named(key: string): PropertyDescriptor {
    const property = {
      enumerable: true,
      get(this: Tracked) {
        const { value, sources = [] } = this.#parts.get(key) ?? {}
        for (const source of sources) this.#tracker.read(source)
        return value
      },
    }
    Tracked.#properties.set(key, property)
    return property
  }
}
