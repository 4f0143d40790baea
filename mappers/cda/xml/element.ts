/*
  One element of a CDA tree: namespace, local name, attributes, children in order; every value taken from it is reported by its path.
    path => ClinicalDocument/recordTarget/patientRole/id[2]/@extension      (the first of a name carries no number)
*/
import type { Place } from '../../lineage.ts'
import type { Attributes } from './attributes.ts'
import type { Base64Run } from '../base64.ts'
import type { ReadTracker } from './tracker.ts'

export const NS_CDA = 'urn:hl7-org:v3'
export const NS_SDTC = 'urn:hl7-org:sdtc'
export const NS_LAB = 'urn:oid:1.3.6.1.4.1.19376.1.3.2'
export const NS_PS3_20 = 'urn:dicom-org:ps3-20'

const NONE: readonly never[] = []

export class CdaElement implements Place {
  readonly ns: string
  readonly local: string
  /** Keys as written, but for `xsi:…`, which is always that. */
  readonly attributes: Attributes
  readonly parent: CdaElement | undefined
  #children: readonly (CdaElement | string)[] = NONE
  #run: Base64Run | undefined
  /** Kept by who asks often: the roots of its templates, the statements in it. */
  templates: readonly string[] | undefined
  statements: readonly { statement: CdaElement; typeCode: string | undefined; isInverted: boolean }[] | undefined
  /** Which child of its name it is; 0 until a path is asked for. */
  #nth = 0
  readonly tracker: ReadTracker
  /** Of its content, as a place. */
  number = -1
  #path: string | undefined

  constructor(name: { ns: string; local: string }, attributes: Attributes, place: { parent: CdaElement | undefined; tracker: ReadTracker }) {
    this.ns = name.ns
    this.local = name.local
    this.attributes = attributes
    this.parent = place.parent
    this.tracker = place.tracker
  }

  get path(): string {
    if (this.#path === undefined) {
      if (this.#nth === 0 && this.parent !== undefined) this.parent.#number()
      const step = this.#nth > 1 ? `${this.local}[${this.#nth}]` : this.local
      this.#path = this.parent === undefined || this.local === 'ClinicalDocument' ? step : `${this.parent.path}/${step}`
    }
    return this.#path
  }

  get children(): readonly (CdaElement | string)[] {
    if (this.#run !== undefined) this.#children = [this.#run.text]
    this.#run = undefined
    return this.#children
  }

  /** Takes what stands in it, all at once. */
  adopt(children: readonly (CdaElement | string)[]): void {
    this.#children = children
  }

  /** Takes a base64 run as its content; it becomes a text among the children when these are asked for. */
  hold(run: Base64Run): void {
    this.#run = run
  }

  /** The content of this element where it is one base64 run, without making a text of it; this is a read. */
  run(): Base64Run | undefined {
    if (this.#run !== undefined) this.take()
    return this.#run
  }

  /** Numbers its children once, when the path of one is asked for: of most elements none is. */
  #number(): void {
    const counts = new Map<string, number>()
    for (const child of this.#children) {
      if (typeof child === 'string') continue
      child.#nth = (counts.get(child.local) ?? 0) + 1
      counts.set(child.local, child.#nth)
    }
  }

  /** The value of an attribute; this is a read. An empty one counts as absent. */
  attr(name: string): string | undefined {
    const value = this.attributes.get(name)
    if (value === undefined) return undefined
    if (this.tracker.isOn) this.tracker.read(this.attributes.placeOf(name, this))
    const trimmed = value.trim()
    return trimmed === '' ? undefined : trimmed
  }

  /** The text of this element and of what stands in it, without markup, trimmed; this is a read. Empty counts as absent. */
  text(): string | undefined {
    const isPlain = this.children.length === 1 && typeof this.children[0] === 'string' && this.local !== 'content'
    const text = isPlain ? String(this.children[0]).trim() : deepText(this).trim()
    this.take()
    return text === '' ? undefined : text
  }

  /** The same on one line: white space inside counts as one space. */
  line(): string | undefined {
    return this.text()?.replace(/\s+/g, ' ')
  }

  /** Says that the content of this element has been used as a whole. */
  take(): void {
    if (this.tracker.isOn) this.tracker.read(this)
  }

  elements(): CdaElement[] {
    const found: CdaElement[] = []
    for (const child of this.#children) if (typeof child !== 'string') found.push(child)
    return found
  }

  child(local: string, ns: string = NS_CDA): CdaElement | undefined {
    for (const child of this.#children) if (typeof child !== 'string' && child.local === local && child.ns === ns) return child
    return undefined
  }

  all(local: string, ns: string = NS_CDA): CdaElement[] {
    const found: CdaElement[] = []
    for (const child of this.#children) if (typeof child !== 'string' && child.local === local && child.ns === ns) found.push(child)
    return found
  }

  /** The first element down this way of local names, all of the CDA namespace. */
  at(...way: string[]): CdaElement | undefined {
    let element: CdaElement | undefined = this
    for (const local of way) element = element?.child(local)
    return element
  }

  /** Everything that can be read below: attributes and texts; an `entry` and a narrative count as one each. */
  leaves(into: Place[] = []): Place[] {
    if (this.local === 'entry' || isNarrative(this)) {
      into.push(this)
      return into
    }
    for (const name of this.attributes.names()) if (!isDeclaration(name)) into.push(this.attributes.placeOf(name, this))
    let hasText = this.#run !== undefined && into.push(this) > 0
    for (const child of this.#children) {
      if (typeof child !== 'string') child.leaves(into)
      else if (!hasText) hasText = into.push(this) > 0
    }
    return into
  }
}

export function isNarrative(element: CdaElement): boolean {
  return element.local === 'text' && element.parent?.local === 'section'
}

/** What a reader sees beside or below what stands before it. */
const APART: ReadonlySet<string> = new Set(['br', 'paragraph', 'list', 'item', 'table', 'caption', 'tr', 'td', 'th'])

function deepText(element: CdaElement): string {
  let text = ''
  for (const child of element.children) text += typeof child === 'string' ? child : APART.has(child.local) ? ` ${deepText(child)} ` : deepText(child)
  return element.attributes.get('revised') === 'delete' ? `[supprimé : ${text.trim()}]` : text
}

function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:') || name === 'xsi:schemaLocation'
}
