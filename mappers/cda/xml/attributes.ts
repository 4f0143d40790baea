/*
  The attributes of one element, in their order. An element has few: a walk over a short list costs less than a map of its own for each of thousands.
    [name, value, place once it was asked for, name, value, …]
*/
import type { Place } from '../../lineage.ts'

const STRIDE = 3

/** A name, a value, or a place. */
export type Said = string | Place | undefined

export class Attributes {
  static readonly NONE = new Attributes([])
  readonly #said: Said[]

  /** Takes the list as its own: a name, a value and a place for the path of each. */
  constructor(said: Said[]) {
    this.#said = said
  }

  get size(): number {
    return this.#said.length / STRIDE
  }

  get(name: string): string | undefined {
    const at = this.#find(name)
    return at < 0 ? undefined : (this.#said[at + 1] as string)
  }

  names(): string[] {
    return this.#said.filter((_, at) => at % STRIDE === 0) as string[]
  }

  /** Where one stands, of an element that stands there; made once for each. */
  placeOf(name: string, element: Place): Place {
    const at = this.#find(name)
    const place = (this.#said[at + 2] as Place | undefined) ?? new AttributePlace(name, element)
    this.#said[at + 2] = place
    return place
  }

  #find(name: string): number {
    const said = this.#said
    for (let at = 0; at < said.length; at += STRIDE) if (said[at] === name) return at
    return -1
  }
}

class AttributePlace implements Place {
  number = -1
  readonly #name: string
  readonly #element: Place

  constructor(name: string, element: Place) {
    this.#name = name
    this.#element = element
  }

  get path(): string {
    return `${this.#element.path}/@${this.#name}`
  }
}
