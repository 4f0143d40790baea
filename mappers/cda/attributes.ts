/*
  The attributes of one element, in their order. An element has few: a walk over a short list costs less than a map of its own for each of thousands.
    [name, value, source path once it was asked for, name, value, …]
*/

const STRIDE = 3

export class Attributes {
  static readonly NONE = new Attributes([])
  readonly #said: (string | undefined)[]

  /** Takes the list as its own: a name, a value and a place for the path of each. */
  constructor(said: (string | undefined)[]) {
    this.#said = said
  }

  get size(): number {
    return this.#said.length / STRIDE
  }

  get(name: string): string | undefined {
    const at = this.#find(name)
    return at < 0 ? undefined : this.#said[at + 1]
  }

  names(): string[] {
    return this.#said.filter((_, at) => at % STRIDE === 0) as string[]
  }

  /** The source path of one, of an element at `path`; written once for each. */
  pathOf(name: string, path: string): string {
    const at = this.#find(name)
    const written = this.#said[at + 2] ?? `${path}/@${name}`
    this.#said[at + 2] = written
    return written
  }

  #find(name: string): number {
    const said = this.#said
    for (let at = 0; at < said.length; at += STRIDE) if (said[at] === name) return at
    return -1
  }
}
