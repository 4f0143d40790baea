/*
  The attributes of the start tag that is being read, until all its declarations are known; one list serves all tags of a document.
*/
import { Attributes } from './attributes.ts'
import type { Name, Namespaces } from './namespaces.ts'

const NS_XSI = 'http://www.w3.org/2001/XMLSchema-instance'
/** Each is compared with each: more than this is no document as nearly all are. */
const MOST = 64

/** As the tree names it: as written, but for `xsi:…`, which is always that. */
export const attributeName = (ns: string, { local, text }: { local: string; text: string }): string => (ns === NS_XSI ? `xsi:${local}` : text)

export class StartTag {
  readonly #names: Name[] = []
  readonly #values: string[] = []
  readonly #spaces: string[] = []
  #count = 0

  begin(): void {
    this.#count = 0
  }

  /** False when it has too many. */
  add(name: Name, value: string): boolean {
    this.#names[this.#count] = name
    this.#values[this.#count] = value
    return ++this.#count <= MOST
  }

  /** Undefined when one has no namespace, or two are the same. */
  attributes(namespaces: Namespaces): Attributes | undefined {
    if (this.#count === 0) return Attributes.NONE
    const said = new Array<string | undefined>(this.#count * 3)
    for (let nth = 0; nth < this.#count; nth++) {
      const name = this.#names[nth] as Name
      const ns = name.prefix === '' ? '' : namespaces.of(name.prefix)
      if (ns === undefined || this.#has(name, ns, nth)) return undefined
      this.#spaces[nth] = ns
      said[nth * 3] = attributeName(ns, name)
      said[nth * 3 + 1] = this.#values[nth]
    }
    return new Attributes(said)
  }

  #has(name: Name, ns: string, before: number): boolean {
    for (let nth = 0; nth < before; nth++) {
      const other = this.#names[nth] as Name
      if (other === name || (ns !== '' && other.local === name.local && this.#spaces[nth] === ns)) return true
    }
    return false
  }
}
