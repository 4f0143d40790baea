/*
  A CDA narrative block to XHTML, from a closed list of elements and attributes: what is not listed is not written, so no script can be.
    paragraph->p content->span list->ul|ol item->li table… caption br sub sup linkHtml->a(http,https) renderMultiMedia->img(inline, <= 1 MB) footnote->span footnoteRef->a
    kept attributes: ID->id, colspan, rowspan; styleCode Bold Italics Underline -> b i u
*/
import type { CdaElement } from './xml/element.ts'
import { type CarriedMedium, mediaAt } from './media.ts'

export interface NarrativeResult {
  /** Undefined when nothing can be read in it. */
  xhtml: string | undefined
  /** A medium stood there that could not be shown. */
  hasPlaceholder: boolean
}

const RENAMED: Record<string, string> = { paragraph: 'p', content: 'span', item: 'li', footnote: 'span', footnoteRef: 'a', linkHtml: 'a' }
const KEPT = new Set(['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'sub', 'sup'])
/** Only elements may stand directly in these. */
const STRUCTURAL = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr', 'ul', 'ol'])
const DROPPED = new Set(['colgroup', 'col'])
const STYLES: Record<string, string> = { Bold: 'b', Italics: 'i', Underline: 'u' }
const PLAIN_ID = /^[\w.:-]+$/
const MAX_IMAGE_BYTES = 1_000_000
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif'])

/** Writes narratives of one document; identifiers stay unique over all of them. */
export class NarrativeWriter {
  readonly #ids = new Set<string>()
  readonly #media: ReadonlyMap<string, CdaElement>
  readonly #shown = new Set<Buffer>()
  /** Of what was shown before. */
  #repeatedBytes = 0
  #hasPlaceholder = false
  #saysSomething = false

  /** `media`: the observationMedia elements of the document by their ID. */
  constructor(media: ReadonlyMap<string, CdaElement>) {
    this.#media = media
  }

  write(text: CdaElement): NarrativeResult {
    this.#hasPlaceholder = false
    this.#saysSomething = false
    text.take()
    const inner = this.#children(text, 'div')
    const xhtml = this.#saysSomething ? `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` : undefined
    return { xhtml, hasPlaceholder: this.#hasPlaceholder }
  }

  #children(element: CdaElement, inside: string): string {
    let html = ''
    for (const child of element.children) {
      if (typeof child !== 'string') html += this.#element(child, inside)
      else if (child.trim() !== '') {
        this.#saysSomething = true
        html += escapeXml(child)
      } else if (!STRUCTURAL.has(inside)) html += ' '
    }
    return html
  }

  #element(element: CdaElement, inside: string): string {
    if (element.local === 'br') return '<br/>'
    if (DROPPED.has(element.local)) return ''
    if (element.local === 'list') return this.#list(element)
    if (element.local === 'caption' && inside !== 'table') return `<b>${this.#children(element, 'b')}</b>`
    if (element.local === 'renderMultiMedia') return this.#medium(element)
    const name = KEPT.has(element.local) ? element.local : RENAMED[element.local]
    if (name === undefined) return this.#children(element, inside)
    const inner = element.local === 'footnoteRef' ? '[note]' : this.#children(element, name)
    return `<${name}${this.#attributes(element, name)}>${this.#styled(element, inner)}</${name}>`
  }

  #list(element: CdaElement): string {
    const name = element.attributes.get('listType') === 'ordered' ? 'ol' : 'ul'
    const caption = element.child('caption')
    const head = caption === undefined ? '' : `<p><b>${this.#children(caption, 'b')}</b></p>`
    const items = element.elements().filter(child => child !== caption)
    return `${head}<${name}${this.#attributes(element, name)}>${items.map(item => this.#element(item, name)).join('')}</${name}>`
  }

  #attributes(element: CdaElement, name: string): string {
    let written = ''
    const id = element.attributes.get('ID')?.trim()
    if (id !== undefined && PLAIN_ID.test(id) && !this.#ids.has(id)) {
      this.#ids.add(id)
      written += ` id="${id}"`
    }
    if (name === 'td' || name === 'th') {
      for (const span of ['colspan', 'rowspan']) {
        const value = element.attributes.get(span) ?? ''
        if (/^[1-9]\d?$/.test(value)) written += ` ${span}="${value}"`
      }
    }
    const href = element.attributes.get('href')?.trim() ?? ''
    const note = element.local === 'footnoteRef' ? (element.attributes.get('IDREF')?.trim() ?? '') : ''
    if (PLAIN_ID.test(note)) written += ` href="#${note}"`
    if (name === 'a' && /^https?:\/\/[^\s<>"]+$/i.test(href)) written += ` href="${escapeXml(href)}"`
    return written
  }

  #styled(element: CdaElement, html: string): string {
    // R4 has no `del`, and a line through a word is seen by nobody who reads the text alone.
    let styled = element.attributes.get('revised') === 'delete' ? `[supprimé : ${html}]` : html
    for (const style of element.attributes.get('styleCode')?.split(/\s+/) ?? []) {
      const name = STYLES[style]
      if (name !== undefined) styled = `<${name}>${styled}</${name}>`
    }
    return styled
  }

  #medium(element: CdaElement): string {
    this.#saysSomething = true
    const shown = mediaAt(element, this.#media).map(medium => {
      const isShown = this.#isShown(medium)
      if (!isShown) this.#hasPlaceholder = true
      return isShown ? `<img alt="" src="data:${medium.type};base64,${medium.bytes.toString('base64')}"/>` : '<span>[image non reproduite]</span>'
    })
    const caption = element.child('caption')
    return `${shown.join('')}${caption === undefined ? '' : this.#element(caption, 'span')}`
  }

  /** A picture stands once wherever it is named, and again while its copies are no more than one large picture. */
  #isShown({ bytes, type = '' }: CarriedMedium): boolean {
    const repeated = this.#repeatedBytes + (this.#shown.has(bytes) ? bytes.length : 0)
    if (!PICTURES.has(type) || Math.max(bytes.length, repeated) > MAX_IMAGE_BYTES) return false
    this.#shown.add(bytes)
    this.#repeatedBytes = repeated
    return true
  }
}

/** Characters that XML 1.0 does not know are left out: a document in XML 1.1 may carry them. */
function escapeXml(text: string): string {
  return text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}
