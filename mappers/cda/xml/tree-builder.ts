/*
  Builds the tree of a CDA document from what it is told in order, within limits, and puts back the base64 runs that were cut out of its text.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Attributes } from './attributes.ts'
import { CdaElement, isNarrative, NS_CDA } from './element.ts'
import type { CutText } from './cut-text.ts'
import type { DocumentSink } from './scan.ts'
import type { ReadTracker } from './tracker.ts'

/** They are looked for one by one; none that CDA knows has twenty. */
const MOST_ATTRIBUTES = 256

export class TreeBuilder implements DocumentSink {
  document: CdaElement | undefined
  readonly #limits: CdaLimits
  readonly #tracker: ReadTracker
  readonly #cut: CutText
  #open: CdaElement | undefined
  /** Children of the elements that are open, and for each of these where its own begin: an element gets its list when it closes, as long as it must be. */
  readonly #children: (CdaElement | string)[] = []
  readonly #starts: number[] = []
  #top = 0
  #depth = 0
  #elements = 0
  #narrativeDepth = 0

  constructor(cut: CutText, limits: CdaLimits, tracker: ReadTracker) {
    this.#cut = cut
    this.#limits = limits
    this.#tracker = tracker
  }

  /** White space between elements is kept only where it may be read: in a narrative. */
  get keepsSpace(): boolean {
    return this.#narrativeDepth > 0
  }

  open(ns: string, local: string, attributes: Attributes): void {
    const parent = this.#open
    if (this.#depth >= this.#limits.maxDepth) throw new HubError('document.too_deep', { path: 'ClinicalDocument' })
    if (++this.#elements > this.#limits.maxElements || attributes.size > MOST_ATTRIBUTES)
      throw new HubError('document.too_many_elements', { path: 'ClinicalDocument' })
    const element = new CdaElement({ ns, local }, attributes, { parent, tracker: this.#tracker })
    if (this.document === undefined && local === 'ClinicalDocument' && ns === NS_CDA) this.document = element
    if (parent !== undefined) this.#children[this.#top++] = element
    if (this.#narrativeDepth > 0 || isNarrative(element)) this.#narrativeDepth++
    this.#starts[this.#depth++] = this.#top
    this.#open = element
  }

  close(): void {
    if (this.#narrativeDepth > 0) this.#narrativeDepth--
    this.#adopt(this.#open)
    this.#open = this.#open?.parent
  }

  text(text: string): void {
    if (this.#open !== undefined && (this.keepsSpace || text.trim() !== '')) this.#children[this.#top++] = text
  }

  /** Where the document has come to; nothing can be added afterwards. */
  place(): string {
    for (let open = this.#open; open !== undefined; open = open.parent) this.#adopt(open)
    return this.#open?.path ?? 'ClinicalDocument'
  }

  #adopt(parent: CdaElement | undefined): void {
    const start = this.#starts[--this.#depth] ?? 0
    if (start < this.#top) this.#fill(parent, this.#children.slice(start, this.#top))
    this.#top = start
  }

  #fill(parent: CdaElement | undefined, children: (CdaElement | string)[]): void {
    const [first] = children
    const run = children.length === 1 && typeof first === 'string' ? this.#cut.runOf(first) : undefined
    if (run?.bytes !== undefined) parent?.hold(run)
    else parent?.adopt(this.#cut.isWhole ? children : children.map(child => (typeof child === 'string' ? this.#cut.restored(child) : child)))
  }
}

export interface CdaLimits {
  maxBytes: number
  maxDepth: number
  maxElements: number
}
