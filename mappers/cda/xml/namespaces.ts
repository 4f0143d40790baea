/*
  Names of an XML document, each taken apart once, and the namespaces their prefixes stand for where the scanner is.
*/

const NS_XML = 'http://www.w3.org/XML/1998/namespace'
const NS_XMLNS = 'http://www.w3.org/2000/xmlns/'
/** Each name is looked for among them: more at one place is no document as nearly all are. */
const MOST = 64
const MOST_NAMES = 2000

export interface Name {
  /** As written. */
  readonly text: string
  readonly prefix: string
  readonly local: string
}

export class Names {
  readonly #known = new Map<string, Name>()

  /** Undefined where a colon stands wrong, or after more names than any CDA has. */
  named(text: string): Name | undefined {
    const known = this.#known.get(text)
    if (known !== undefined || this.#known.size === MOST_NAMES) return known
    const [first = '', second, ...rest] = text.split(':')
    if (rest.length > 0 || first === '' || second === '') return undefined
    const name: Name = second === undefined ? { text: shared(text), prefix: '', local: shared(text) } : { text, prefix: shared(first), local: shared(second) }
    this.#known.set(text, name)
    return name
  }
}

/** The one copy of a text that is also a key: two of these are compared by their address. */
const shared = (text: string): string => Object.keys({ [text]: true })[0] ?? text

export class Namespaces {
  readonly #prefixes = ['xml', 'xmlns']
  readonly #uris = [NS_XML, NS_XMLNS]

  /** How many declarations hold here. */
  get size(): number {
    return this.#prefixes.length
  }

  /** False where no document may declare it, or only one that is not as nearly all are. */
  declare(prefix: string, written: string): boolean {
    const uri = written.trim()
    if (this.size > MOST || prefix === 'xml' || prefix === 'xmlns' || uri === NS_XML || uri === NS_XMLNS || (prefix !== '' && uri === '')) return false
    this.#prefixes.push(prefix)
    this.#uris.push(uri)
    return true
  }

  of(prefix: string): string | undefined {
    return this.#uris[this.#prefixes.lastIndexOf(prefix)]
  }

  /** Forgets what was declared since there were so many. */
  leave(size: number): void {
    if (this.#prefixes.length === size) return
    this.#prefixes.length = size
    this.#uris.length = size
  }
}
