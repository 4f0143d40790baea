/*
  The words of the narrative that statements point to: `#id` or `id`, anywhere in the body; a dead pointer gives nothing.
*/
import type { CdaElement } from '../../cda/xml/element.ts'

export class NarrativeTexts {
  readonly #targets = new Map<string, CdaElement>()
  readonly #lines = new Map<string, string | undefined>()

  constructor(body: CdaElement) {
    this.#collectIn(body)
  }

  /** The words an element points to, else those it holds itself. */
  textOf(element: CdaElement | undefined): string | undefined {
    for (const holder of holdersOf(element)) {
      const reference = holder.child('reference')
      const words = (reference === undefined ? undefined : this.#lineAt(pointer(reference))) ?? holder.line()
      // A pointer written as words says what it points to.
      const meant = words !== undefined && /^#\S+$/.test(words) ? this.#lineAt(words.slice(1)) : words
      if (meant !== undefined) return meant
    }
    return undefined
  }

  /** The id of the piece of narrative a statement points to. */
  linkOf(statement: CdaElement): string | undefined {
    const reference = statement.at('text', 'reference')
    const id = reference === undefined ? undefined : pointer(reference)
    return id !== undefined && this.#targets.has(id) && /^[\w.:-]+$/.test(id) ? id : undefined
  }

  /** Put together once, however many statements point there. */
  #lineAt(id = ''): string | undefined {
    const target = this.#targets.get(id)
    if (this.#lines.has(id)) target?.take()
    else this.#lines.set(id, target?.line())
    return this.#lines.get(id)
  }

  /** Narratives stand in sections, sections in components. */
  #collectIn(holder: CdaElement): void {
    for (const component of holder.all('component')) {
      for (const section of component.all('section')) {
        const text = section.child('text')
        if (text !== undefined) this.#collect(text)
        this.#collectIn(section)
      }
    }
  }

  #collect(element: CdaElement): void {
    const id = element.attributes.get('ID')?.trim()
    if (id !== undefined && !this.#targets.has(id)) this.#targets.set(id, element)
    for (const child of element.children) if (typeof child !== 'string') this.#collect(child)
  }
}

/** A statement says its words in `text`, a code or a value in `originalText`. */
function holdersOf(element: CdaElement | undefined): CdaElement[] {
  if (element === undefined) return []
  const held = [element.child('originalText'), element.child('text')].filter(one => one !== undefined)
  return held.length > 0
    ? held
    : element.local === 'text' || element.local === 'originalText' || element.elements().every(one => one.local === 'reference')
      ? [element]
      : []
}

function pointer(reference: CdaElement): string | undefined {
  const value = reference.attr('value')
  if (value === undefined || /^[a-z][a-z0-9+.-]*:/i.test(value)) return undefined
  const id = value.replace(/^#/, '').trim()
  return id === '' ? undefined : id
}
