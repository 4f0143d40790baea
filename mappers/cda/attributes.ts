/*
  The attributes of one element, in their order. An element has few: a walk over a short list costs less than a map of its own for each of thousands.
*/

export class Attributes {
  static readonly NONE = new Attributes()
  readonly #names: string[] = []
  readonly #values: string[] = []
  /** Source paths of those that were read, so that each is written once. */
  #paths: (string | undefined)[] | undefined

  get size(): number {
    return this.#names.length
  }

  add(name: string, value: string): void {
    this.#names.push(name)
    this.#values.push(value)
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
