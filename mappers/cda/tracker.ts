/*
  Keeps, for each part of the header, the source paths it was read from, and reports them when a mapper takes that part:
  so the lineage of an output element is what it really rests on, and `unread` is what no mapper took.
*/

export type OnRead = (path: string) => void

export class ReadTracker {
  readonly isOn: boolean
  readonly #onRead: OnRead
  readonly #captures: string[][] = []

  constructor(onRead: OnRead | undefined) {
    this.isOn = onRead !== undefined
    this.#onRead = onRead ?? (() => undefined)
  }

  read(path: string): void {
    const capture = this.#captures.at(-1)
    if (capture === undefined) this.#onRead(path)
    else capture.push(path)
  }

  /** Builds an object part by part; parts that are undefined are left out. Taking a part later reports the paths it was read from. */
  object<T extends object>(parts: { [K in keyof T]: () => T[K] | undefined }): T {
    const target: Partial<T> = {}
    for (const key in parts) {
      const paths: string[] = []
      const value = this.isOn ? this.#captured(paths, parts[key]) : parts[key]()
      if (value === undefined) continue
      if (paths.length === 0) target[key] = value
      else Object.defineProperty(target, key, { enumerable: true, get: () => this.#report(paths, value) })
    }
    return target as T
  }

  #captured<V>(paths: string[], build: () => V): V {
    this.#captures.push(paths)
    try {
      return build()
    } finally {
      this.#captures.pop()
    }
  }

  #report<V>(paths: string[], value: V): V {
    for (const path of paths) this.read(path)
    return value
  }
}
