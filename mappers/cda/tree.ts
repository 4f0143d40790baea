/*
  Reads the bytes of a CDA document into a tree, within limits; a DOCTYPE is never read, processing instructions and comments are left out.
    document => ClinicalDocument | xsl:stylesheet … ClinicalDocument …      (self-presenting: found by namespace and local name, the XSLT is never run)
*/
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { HubError } from '../../profiles/errors.ts'
import { Attributes } from './attributes.ts'
import type { Base64Run } from './base64.ts'
import { decodeDocument, type Piece } from './decode.ts'
import { CdaElement, isNarrative, NS_CDA } from './element.ts'
import { type OnRead, ReadTracker } from './tracker.ts'

export interface CdaLimits {
  maxBytes: number
  maxDepth: number
  maxElements: number
}

export interface Cda {
  /** The ClinicalDocument element. */
  root: CdaElement
  /** It stood inside an xsl:stylesheet. */
  selfPresenting: boolean
  tracker: ReadTracker
  leafPaths(): string[]
}

export const CDA_LIMITS: CdaLimits = { maxBytes: 25_000_000, maxDepth: 200, maxElements: 200_000 }

const NS_XSI = 'http://www.w3.org/2001/XMLSchema-instance'
/** Stands for a base64 run while the parser runs; a document that holds this private character is parsed without cuts. */
const MARK = '\uE0F1'

/**
 * Reads a CDA document.
 * In:     the bytes as received; `onRead` is told the path of each value taken from the tree later.
 * Throws: document.too_large, document.doctype, document.too_deep, document.too_many_elements, document.not_cda.
 * Spec:   CDA R2; CI-SIS "documents auto-présentables".
 */
export function readCda(bytes: Uint8Array, limits: CdaLimits = CDA_LIMITS, onRead?: OnRead): Cda {
  if (bytes.byteLength > limits.maxBytes) throw new HubError('document.too_large', { path: 'ClinicalDocument' })
  const tracker = new ReadTracker(onRead)
  const builder = new TreeBuilder(limits, tracker)
  builder.parse(decodeDocument(bytes))
  const root = builder.document
  if (root === undefined) throw new HubError('document.not_cda', { path: 'ClinicalDocument' })
  return { root, selfPresenting: root.parent !== undefined, tracker, leafPaths: () => root.leafPaths() }
}

class TreeBuilder {
  document: CdaElement | undefined
  readonly #limits: CdaLimits
  readonly #tracker: ReadTracker
  readonly #runs: Base64Run[] = []
  #open: CdaElement | undefined
  #depth = 0
  #elements = 0
  #narrativeDepth = 0

  constructor(limits: CdaLimits, tracker: ReadTracker) {
    this.#limits = limits
    this.#tracker = tracker
  }

  parse(pieces: Piece[]): void {
    const parser = new SaxesParser({ xmlns: true, position: false })
    parser.on('error', cause => {
      throw new HubError('document.not_cda', { path: this.#open?.path ?? 'ClinicalDocument', cause })
    })
    parser.on('doctype', () => {
      throw new HubError('document.doctype', { path: 'DOCTYPE' })
    })
    parser.on('opentag', tag => this.#opened(tag))
    parser.on('closetag', () => this.#closed())
    parser.on('text', text => this.#text(text))
    parser.on('cdata', text => this.#text(text))
    const mayCut = !pieces.some(piece => typeof piece === 'string' && piece.includes(MARK))
    for (const piece of pieces) parser.write(typeof piece === 'string' ? piece : mayCut ? this.#cut(piece) : piece.text)
    parser.close()
  }

  #cut(run: Base64Run): string {
    this.#runs.push(run)
    return `${MARK}${this.#runs.length - 1}${MARK}`
  }

  #restored(text: string): string {
    if (this.#runs.length === 0 || !text.includes(MARK)) return text
    const parts = text.split(MARK)
    return parts.map((part, at) => (at % 2 === 1 ? (this.#runs[Number(part)]?.text ?? '') : part)).join('')
  }

  /** The run that a text is as a whole. */
  #runOf(text: string): Base64Run | undefined {
    if (this.#runs.length === 0 || !text.startsWith(MARK)) return undefined
    const [, nth, ...rest] = text.split(MARK)
    return rest.join() === '' ? this.#runs[Number(nth)] : undefined
  }

  #opened(tag: SaxesTagNS): void {
    const parent = this.#open
    if (this.#depth >= this.#limits.maxDepth) throw new HubError('document.too_deep', { path: 'ClinicalDocument' })
    if (++this.#elements > this.#limits.maxElements) throw new HubError('document.too_many_elements', { path: 'ClinicalDocument' })
    const element = new CdaElement({ ns: tag.uri, local: tag.local }, this.#attributes(tag), { parent, tracker: this.#tracker })
    if (this.document === undefined && tag.local === 'ClinicalDocument' && tag.uri === NS_CDA) this.document = element
    parent?.children.push(element)
    if (this.#narrativeDepth > 0 || isNarrative(element)) this.#narrativeDepth++
    this.#depth++
    this.#open = element
  }

  #attributes(tag: SaxesTagNS): Attributes {
    const names = Object.keys(tag.attributes)
    if (names.length === 0) return Attributes.NONE
    const attributes = names.map(name => tag.attributes[name] as SaxesAttributeNS)
    const known = attributes.map((one, at) => (one.uri === NS_XSI ? `xsi:${one.local}` : (names[at] as string)))
    return new Attributes(
      known,
      attributes.map(one => this.#restored(one.value)),
    )
  }

  #closed(): void {
    if (this.#narrativeDepth > 0) this.#narrativeDepth--
    this.#depth--
    this.#open = this.#open?.parent
  }

  /** White space between elements is kept only where it may be read: in a narrative. */
  #text(text: string): void {
    if (this.#open === undefined || (this.#narrativeDepth === 0 && text.trim() === '')) return
    const run = this.#runOf(text)
    if (run === undefined) this.#open.children.push(this.#restored(text))
    else this.#open.hold(run)
  }
}
