/*
  What ISO 19005-1 level B asks of a PDF, as far as its text and objects show it; veraPDF is the judge where it is at hand (docs in gateway/workers/README.md).
*/
import { inflateSync } from 'node:zlib'

/** Rules that are broken, in words. */
export function pdfaFaults(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1')
  const fonts = [...text.matchAll(/\/Type \/FontDescriptor[\s\S]*?endobj/g)].map(([one]) => one)
  const rules: [string, boolean][] = [
    ['it is a PDF 1.4', text.startsWith('%PDF-1.4\n')],
    ['the header is followed by a comment of bytes above 127', /^%PDF-1\.4\n%[\x80-\xff]{4}/.test(text)],
    ['it declares PDF/A part 1', text.includes('<pdfaid:part>1</pdfaid:part>')],
    ['it declares level B', text.includes('<pdfaid:conformance>B</pdfaid:conformance>')],
    [
      'it has an output intent with its ICC profile',
      /\/S \/GTS_PDFA1[\s\S]*?\/DestOutputProfile \d+ 0 R/.test(text) || /\/DestOutputProfile \d+ 0 R[\s\S]*?\/S \/GTS_PDFA1/.test(text),
    ],
    ['it has an ID', /\/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]/.test(text)],
    ['it is not encrypted', !text.includes('/Encrypt')],
    ['nothing is transparent', !/\/SMask\b|\/S \/Transparency|\/(ca|CA) 0/.test(text)],
    ['every font is embedded', fonts.length > 0 && fonts.every(one => /\/FontFile[23]? \d+ 0 R/.test(one))],
    ['no font is one of the fourteen', !/\/BaseFont \/(Helvetica|Times|Courier)/.test(text)],
    ['no script, no action that starts another', !/\/JavaScript|\/Launch|\/EmbeddedFile/.test(text)],
  ]
  return rules.flatMap(([rule, holds]) => (holds ? [] : [rule]))
}

/** How many pages it has. */
export const pagesOf = (bytes: Uint8Array): number =>
  [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/\/Type \/Page\b(?!s)/g),
  ].length

/** The text of it, as its glyphs say through their ToUnicode maps. */
export function wordsOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  const objects = new Map([...text.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map(([, number = '', body = '']) => [number, body]))
  const streamOf = (number: string): string => inflated(/stream\n([\s\S]*)\nendstream/.exec(objects.get(number) ?? '')?.[1] ?? '')
  const glyphs = new Map<string, Map<string, string>>()
  for (const [, name = '', font = ''] of text.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(font) ?? '')?.[1]
    if (map !== undefined) glyphs.set(name, unicodeOf(streamOf(map)))
  }
  const pages = [...text.matchAll(/\/Type \/Page\n[\s\S]*?\/Contents (\d+) 0 R/g)].map(([, number = '']) => streamOf(number))
  let font = ''
  return pages
    .flatMap(page => [...page.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9a-f]+)>|(ET)/g)])
    .map(([, name, hex, end]) => {
      if (end !== undefined) return '\n'
      if (name !== undefined) {
        font = name
        return ''
      }
      return (hex ?? '').replace(/.{4}/g, code => glyphs.get(font)?.get(code) ?? '?')
    })
    .join('')
}

function inflated(body: string): string {
  try {
    return inflateSync(Buffer.from(body, 'latin1')).toString('latin1')
  } catch {
    return ''
  }
}

function unicodeOf(cmap: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, first = '0', list = ''] of cmap.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g)) {
    const texts = [...list.matchAll(/<([0-9a-f ]*)>/g)].map(([, hex = '']) => Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'))
    texts.forEach((text, at) => void found.set((Number.parseInt(first, 16) + at).toString(16).padStart(4, '0'), text))
  }
  return found
}
