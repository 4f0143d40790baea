/*
  The attributes of one element, in their order. An element has few: a walk over a short list costs less than a map of its own for each of thousands.
*/

export class Attributes {
  static readonly NONE = new Attributes([], [])
  readonly #names: readonly string[]
  readonly #values: readonly string[]
  /** Source paths of those that were read, so that each is written once. */
  #paths: (string | undefined)[] | undefined

  constructor(names: readonly string[], values: readonly string[]) {
    this.#names = names
    this.#values = values
  }

  get size(): number {
    return this.#names.length
  }

  get(name: string): string | undefined {
    const at = this.#names.indexOf(name)
    return at < 0 ? undefined : this.#values[at]
  }

  names(): readonly string[] {
    return this.#names
  }

  /** The source path of one, of an element at `path`. */
  pathOf(name: string, path: string): string {
    const at = this.#names.indexOf(name)
    this.#paths ??= []
    const written = this.#paths[at] ?? `${path}/@${name}`
    this.#paths[at] = written
    return written
  }
}
