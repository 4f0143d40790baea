/*
  Scans the text of an XML document as nearly all are: XML 1.0, names in ASCII, no DOCTYPE, nothing amiss. It gives up at anything else, whether an error or not:
  the parser that knows all of XML then reads the document from its start and judges it. What is scanned is what that parser would have read (scan.test.ts).
    document => declaration? (space | comment | instruction)* element (space | comment | instruction)*
*/
import type { Attributes } from './attributes.ts'
import { type Name, Names, Namespaces } from './namespaces.ts'
import { plainText } from './references.ts'
import { StartTag } from './start-tag.ts'

/** Takes what a document holds, in its order. */
export interface DocumentSink {
  /** Text of white space alone is wanted here. */
  readonly keepsSpace: boolean
  open(ns: string, local: string, attributes: Attributes): void
  text(text: string): void
  close(): void
}

const TAB = 0x09
const NEWLINE = 0x0a
const SPACE = 0x20
const BANG = 0x21
const QUOTE = 0x22
const AMPERSAND = 0x26
const APOSTROPHE = 0x27
const SLASH = 0x2f
const LESS = 0x3c
const EQUALS = 0x3d
const GREATER = 0x3e
const QUESTION = 0x3f

/** Of the first 128 characters: 2 may begin a name, 1 may stand in one. */
const IN_NAME = new Uint8Array(128)
for (const char of '-.0123456789') IN_NAME[char.charCodeAt(0)] = 1
for (const char of ':_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') IN_NAME[char.charCodeAt(0)] = 2

const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/
const DECLARATION =
  /^\ufeff?(?:<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.0"|'1\.0')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>)?/
const INSTRUCTION = /(?!xml[ \t\n?])[A-Za-z_][\w.-]*(?:[ \t\n]|(?=\?>))/iy

/** Of a decoded text: no half of a character stands in it. False when it gave up; what the sink was given is then worth nothing. */
export function scanDocument(document: string, sink: DocumentSink): boolean {
  if (FORBIDDEN.test(document)) return false
  return new Scanner(document.includes('\r') ? document.replace(/\r\n?/g, '\n') : document, sink).scan()
}

class Scanner {
  readonly #text: string
  readonly #sink: DocumentSink
  readonly #names = new Names()
  readonly #namespaces = new Namespaces()
  /** The elements that are open, and how many declarations held before each. */
  readonly #open: Name[] = []
  readonly #declared: number[] = []
  readonly #tag = new StartTag()
  #at = 0
  #hasRoot = false

  constructor(text: string, sink: DocumentSink) {
    this.#text = text
    this.#sink = sink
  }

  scan(): boolean {
    this.#at = DECLARATION.exec(this.#text)?.[0].length ?? 0
    while (this.#content()) {
      if (this.#at === this.#text.length) return this.#hasRoot && this.#open.length === 0
      if (!this.#markup()) return false
    }
    return false
  }

  /** Text up to the next markup. */
  #content(): boolean {
    const start = this.#at
    this.#skipSpace()
    const isBlank = this.#at === this.#text.length || this.#text.charCodeAt(this.#at) === LESS
    if (this.#open.length === 0) return isBlank
    if (!isBlank) this.#at = this.#text.indexOf('<', this.#at)
    if (this.#at < 0) return false
    if (this.#at === start || (isBlank && !this.#sink.keepsSpace)) return true
    const written = this.#text.slice(start, this.#at)
    if (!isBlank && written.includes(']]>')) return false
    const text = isBlank ? written : plainText(written)
    if (text !== undefined) this.#sink.text(text)
    return text !== undefined
  }

  #markup(): boolean {
    this.#at++
    switch (this.#text.charCodeAt(this.#at)) {
      case SLASH:
        return this.#endTag()
      case BANG:
        return this.#text.startsWith('!--', this.#at) ? this.#comment() : this.#text.startsWith('![CDATA[', this.#at) && this.#section()
      case QUESTION:
        return this.#instruction()
      default:
        return this.#startTag()
    }
  }

  #comment(): boolean {
    this.#at = this.#after('--', this.#at + 3)
    return this.#at > 0 && this.#text.charCodeAt(this.#at++) === GREATER
  }

  #section(): boolean {
    const start = this.#at + '![CDATA['.length
    this.#at = this.#after(']]>', start)
    if (this.#at === 0 || this.#open.length === 0) return false
    this.#sink.text(this.#text.slice(start, this.#at - 3))
    return true
  }

  #instruction(): boolean {
    INSTRUCTION.lastIndex = this.#at + 1
    if (!INSTRUCTION.test(this.#text)) return false
    this.#at = this.#after('?>', INSTRUCTION.lastIndex)
    return this.#at > 0
  }

  /** The place behind the next such mark; 0 when there is none. */
  #after(mark: string, from: number): number {
    const at = this.#text.indexOf(mark, from)
    return at < 0 ? 0 : at + mark.length
  }

  #endTag(): boolean {
    const name = this.#open.pop()
    if (name === undefined || !this.#text.startsWith(name.text, this.#at + 1)) return false
    this.#at += 1 + name.text.length
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at++) !== GREATER) return false
    this.#close()
    return true
  }

  #close(): void {
    this.#namespaces.leave(this.#declared.pop() ?? 0)
    this.#sink.close()
  }

  #startTag(): boolean {
    const name = this.#name()
    if (name === undefined || (this.#hasRoot && this.#open.length === 0)) return false
    this.#declared.push(this.#namespaces.size)
    this.#tag.begin()
    for (;;) {
      const isApart = this.#skipSpace()
      const next = this.#text.charCodeAt(this.#at)
      if (next === GREATER || next === SLASH) return this.#opened(name, next === SLASH)
      if (!isApart || !this.#attribute()) return false
    }
  }

  #attribute(): boolean {
    const name = this.#name()
    if (name === undefined) return false
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at++) !== EQUALS) return false
    this.#skipSpace()
    const value = this.#value(this.#text.charCodeAt(this.#at++))
    if (value === undefined) return false
    if (!this.#tag.add(name, value)) return false
    if (name.prefix === 'xmlns') return this.#namespaces.declare(name.local, value)
    return name.text !== 'xmlns' || this.#namespaces.declare('', value)
  }

  #value(quote: number): string | undefined {
    if (quote !== QUOTE && quote !== APOSTROPHE) return undefined
    const start = this.#at
    let isPlain = true
    for (let char = this.#text.charCodeAt(this.#at); char !== quote; char = this.#text.charCodeAt(++this.#at)) {
      if (char === LESS || Number.isNaN(char)) return undefined
      if (char === AMPERSAND || char === TAB || char === NEWLINE) isPlain = false
    }
    const written = this.#text.slice(start, this.#at++)
    return isPlain ? written : plainText(written.replace(/[\t\n]/g, ' '))
  }

  #name(): Name | undefined {
    const start = this.#at
    if (IN_NAME[this.#text.charCodeAt(this.#at)] !== 2) return undefined
    do this.#at++
    while ((IN_NAME[this.#text.charCodeAt(this.#at)] ?? 0) > 0)
    return this.#names.named(this.#text.slice(start, this.#at))
  }

  #opened(name: Name, isEmpty: boolean): boolean {
    if (isEmpty) this.#at++
    const ns = this.#namespaces.of(name.prefix) ?? (name.prefix === '' ? '' : undefined)
    const attributes = this.#tag.attributes(this.#namespaces)
    if (this.#text.charCodeAt(this.#at++) !== GREATER || ns === undefined || name.prefix === 'xmlns' || attributes === undefined) return false
    this.#hasRoot = true
    this.#sink.open(ns, name.local, attributes)
    if (isEmpty) this.#close()
    else this.#open.push(name)
    return true
  }

  #skipSpace(): boolean {
    const start = this.#at
    for (;;) {
      const char = this.#text.charCodeAt(this.#at)
      if (char !== SPACE && char !== NEWLINE && char !== TAB) return this.#at > start
      this.#at++
    }
  }
}
