import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { Attributes } from '../../../../mappers/cda/xml/attributes.ts'
import { type DocumentSink, scanDocument } from '../../../../mappers/cda/xml/scan.ts'
import { attributeName } from '../../../../mappers/cda/xml/start-tag.ts'
import { writeStructuredLetter, writeUnstructuredLetter } from '../../../../gateway/demo/letter-document.ts'
import { corpusDocuments, readCorpus } from '../../../support/corpus.ts'

// What the scanner reads is what saxes reads, and what saxes refuses it never takes: it may only give up. Ordinary documents it does not give up.

class Events implements DocumentSink {
  readonly keepsSpace = true
  readonly seen: unknown[] = []
  depth = 0

  open(ns: string, local: string, attributes: Attributes): void {
    this.depth++
    this.seen.push([ns, local, attributes.names().map(name => [name, attributes.get(name)])])
  }
  text(text: string): void {
    if (this.depth > 0) this.seen.push(text)
  }
  close(): void {
    this.depth--
    this.seen.push('/')
  }
}

function scanned(text: string): unknown[] | undefined {
  const events = new Events()
  return scanDocument(text, events) ? events.seen : undefined
}

/** Undefined when it is refused. */
function parsed(text: string): unknown[] | undefined {
  const events = new Events()
  const parser = new SaxesParser({ xmlns: true })
  let isRefused = false
  const refuse = (): void => {
    isRefused = true
  }
  parser.on('error', refuse)
  parser.on('doctype', refuse)
  parser.on('opentag', ({ uri, local, attributes }) => {
    const said = Object.entries(attributes).flatMap(([text, one]) => [attributeName(one.uri, { local: one.local, text }), one.value, undefined])
    events.open(uri, local, new Attributes(said))
  })
  parser.on('closetag', () => events.close())
  parser.on('text', said => events.text(said))
  parser.on('cdata', said => events.text(said))
  parser.write(text).close()
  return isRefused ? undefined : events.seen
}

function expectTheSame(text: string): void {
  const events = scanned(text)
  if (events !== undefined) expect(events).toEqual(parsed(text))
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const space = fc.constantFrom(' ', '\n  ', '\t', '\r\n', ' \r ')
const local = fc.constantFrom('a', 'section', 'manufacturedProduct', 'x1', '_b-c.d')
const words = fc.constantFrom(
  '',
  'x',
  'é œ €',
  '😀',
  '&amp;',
  '&lt;&#65;&#x1F600;',
  ' ',
  '\r\n',
  '\t',
  '"',
  "'",
  ']]',
  '>',
  '\u00a0',
  '\u0085',
  '\u2028',
  '\ufeff',
)
const said = fc.array(words, { maxLength: 4 }).map(parts => parts.join(''))
const text = said.map(one => one.replaceAll(']]>', ''))
const quoted = fc.tuple(fc.constantFrom('"', "'"), said).map(([quote, value]) => `${quote}${value.replaceAll(quote, '').replaceAll('<', '')}${quote}`)
const attribute = fc
  .tuple(fc.constantFrom('code', 'ID', 'xsi:type', 'l:v', 'xml:lang'), fc.constantFrom('=', ' = '), quoted)
  .map(([name, equals, value]) => ({ name, written: `${name}${equals}${value}` }))
const attributes = fc
  .uniqueArray(fc.tuple(space, attribute), { maxLength: 4, selector: ([, { name }]) => name })
  .map(all => all.map(([before, { written }]) => `${before}${written}`).join(''))
const declared = fc.constantFrom('', ' xmlns="urn:hl7-org:v3"', ' xmlns:l="urn:other"', ' xmlns=""', ` ${XSI.replace('xsi', 'i')} i:nil="true"`)
const aside = fc.constantFrom('<!-- - x -->', '<?pi a?b?>', '<?p?>', '<![CDATA[<&]] >]]>', '<![CDATA[]]>')

const { element } = fc.letrec<{ element: string; content: string }>(tie => ({
  content: fc.array(fc.oneof({ depthSize: 'small' }, text, aside, tie('element')), { maxLength: 4 }).map(parts => parts.join('')),
  element: fc
    .tuple(fc.constantFrom('', 'l:'), local, declared, attributes, fc.option(tie('content'), { depthSize: 'small' }))
    .map(([prefix, name, scope, given, content]) => {
      const tag = `${prefix}${name}${scope}${given}`
      return content === null ? `<${tag}/>` : `<${tag}>${content}</${prefix}${name} >`
    }),
}))
const head = fc.constantFrom(
  '',
  '\ufeff',
  '<?xml version="1.0"?>',
  `<?xml version='1.0' encoding="UTF-8" standalone='yes' ?>\n<?xml-stylesheet href="a"?><!-- b -->`,
  '\r\n',
)
const document = fc.tuple(head, element, fc.constantFrom('', '\n<!-- end --> ')).map(([before, root, after]) => {
  return `${before}<r xmlns:l="urn:l" ${XSI}>${root}</r>${after}`
})

const WRONG = [
  ...[
    '<',
    '>',
    '&',
    '"',
    "'",
    '/',
    '=',
    ':',
    '-',
    ']]>',
    '--',
    '&a;',
    '&#0;',
    '&#xD800;',
    '&#X41;',
    '&#x;',
    '&;',
    '\u0001',
    '\uffff',
    ' ',
    'é',
    '<a>',
    '</a>',
    '<l:a/>',
    '<u:a/>',
  ],
  ...[
    ' code="2"',
    ' u:v=""',
    ' xmlns:k="urn:l" k:v="1"',
    ' xmlns:l=""',
    ' xmlns:xml="urn:x"',
    ' xmlns:xmlns="urn:x"',
    ' xmlns:n="http://www.w3.org/2000/xmlns/"',
  ],
  ...[
    ' xmlns="http://www.w3.org/XML/1998/namespace"',
    '<xmlns:a/>',
    '<?xml version="1.0"?>',
    '<?XML a?>',
    '<?1?>',
    '<? a?>',
    '<?a:b?>',
    '<?a',
    '<!DOCTYPE r>',
    '<![CDATA[',
    '<!-- -- -->',
  ],
  ...[
    '<a b=c/>',
    '<a b/>',
    '<a b="1"c="2"/>',
    '< a/>',
    '<a / >',
    '</ a>',
    '<a:b:c/>',
    '<:a/>',
    '<a:/>',
    ' :a=""',
    '<?xml version="1.1"?>',
    'version="1.1"',
    '\r',
    '\u0085',
  ],
]
/** No half of a character: what is decoded holds none. */
const decoded = (written: string): string => Buffer.from(written, 'utf8').toString('utf8')

function spoil(written: string, [place, length, wrong]: [number, number, string]): string {
  const at = place % (written.length + 1)
  return written.slice(0, at) + wrong + written.slice(at + length)
}

const spoilt = fc
  .tuple(document, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...WRONG)), { minLength: 1, maxLength: 2 }))
  .map(([whole, wrongs]) => decoded(wrongs.reduce(spoil, whole)))

describe('a document that is scanned', () => {
  it('is read as by saxes, whatever well-formed thing stands in it, and never given up', () => {
    fc.assert(
      fc.property(document, written => {
        const events = parsed(written)
        fc.pre(events !== undefined)
        expect(scanned(written)).toEqual(events)
      }),
      { numRuns: 500 },
    )
  })

  it('is refused or given up when saxes refuses it, and is the same when not, whatever is put or taken away anywhere', () => {
    fc.assert(fc.property(spoilt, expectTheSame), { numRuns: 1500 })
  })

  it.each(WRONG)('the same with %j between elements, in a tag, in a value and in a text', wrong => {
    for (const written of [
      `<r>${wrong}<a/></r>`,
      `<r${wrong}><a/></r>`,
      `<r a="${wrong}"/>`,
      `<r>x${wrong}x</r>`,
      `${wrong}<r/>`,
      `<r/>${wrong}`,
      `<r ${wrong} a=""/>`,
    ])
      expectTheSame(written)
  })

  it('is given up with more attributes, declarations or names than any document has that is not made to cost', () => {
    const many = (name: (nth: number) => string) => Array.from({ length: 70 }, (_, nth) => ` ${name(nth)}="${nth}"`).join('')
    const [first, second] = [many(nth => `a${nth}`).slice(0, 300), many(nth => `xmlns:p${nth}`)]
    expect(scanned(`<r${many(nth => `a${nth}`)}/>`)).toBeUndefined()
    expect(scanned(`<r${second.slice(0, second.indexOf(' xmlns:p40'))}><s${second.slice(second.indexOf(' xmlns:p40'))}/></r>`)).toBeUndefined()
    expect(scanned(`<r>${Array.from({ length: 2001 }, (_, nth) => `<n${nth}/>`).join('')}</r>`)).toBeUndefined()
    expect(scanned(`<r${first.slice(0, first.lastIndexOf(' '))}/>`)).toBeDefined()
  })
})

const LETTER = { documentId: '2.25.42', at: new Date(0) }
const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, '../../../fixtures/cda', name, 'in.xml'))
const real: [string, () => string | Uint8Array][] = [
  ['the structured letter', () => writeStructuredLetter(LETTER)],
  ['the letter with a PDF', () => writeUnstructuredLetter(LETTER)],
  ...['n1', 'ldl-ses'].map((name): [string, () => Uint8Array] => [name, () => fixture(name)]),
  ...corpusDocuments.map((name): [string, () => Uint8Array] => [name, () => readCorpus(name)]),
]

describe('real documents', () => {
  it.each(real)('%s is scanned, and read as by saxes', (_, read) => {
    const written = Buffer.from(read()).toString('utf8')
    const events = scanned(written)
    expect(events).toBeDefined()
    expect(isDeepStrictEqual(events, parsed(written))).toBe(true)
  })
})
